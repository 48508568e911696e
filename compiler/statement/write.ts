/**
 * What INSERT, UPDATE and DELETE share. A write is one query that computes, before anything changes, the new values of
 * every row, whether its checks hold, and what RETURNING gives; applying the rows is the session's.
 */

import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { coerceToBoolean, coerceToTarget } from '../bind/coerce.ts'
import { columnOf } from '../bind/column.ts'
import { bindExpression } from '../bind/expression.ts'
import { callFunction } from '../bind/function.ts'
import { errorAt, refuse, rootScope, type Scope, type Statement } from '../bind/scope.ts'
import { storedStatement } from '../bind/statement.ts'
import { addOwnRow } from '../bind/target-range.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import { enforcedChecks } from '../catalog/constraint.ts'
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { RELATION_NOUNS } from '../catalog/owned-object.ts'
import { lowerFolded, type Place } from '../lower/expression.ts'
import { core, type Select, type Sql, select, column as sqlColumn } from '../sqlite/tree.ts'
import type { Expr } from '../tree/expression.ts'
import type { RangeEntry } from '../tree/query.ts'

/** What a serial or identity column takes from its sequence. */
const nextValue = (statement: Statement, column: ColumnInfo): Expr => {
  const sequence: Expr = { kind: 'const', value: BigInt(column.sequence ?? 0), type: OID.regclass, typmod: -1 }
  const scope = rootScope(statement)
  const called = callFunction(scope, NEXTVAL, [sequence])
  // An identity column's sequence is a part of it; a serial column's is one by itself, with privileges of its own.
  const call =
    column.identity === undefined || called.kind !== 'call'
      ? called
      : { ...called, fn: { ...called.fn, source: IDENTITY_NEXTVAL } }
  return coerceToTarget(statement, call, column.type, column.typmod, 'assignment') ?? call
}

/** The next value of a sequence without a look at its privileges (NextValueExpr). */
const IDENTITY_NEXTVAL = 'nextval_internal'

/** The oid of nextval(regclass). */
const NEXTVAL = 1574

const nullOf = ({ type, typmod }: ColumnInfo): Expr => ({ kind: 'const', value: null, type, typmod })

/** The default of a column, or NULL. */
export const defaultOf = (statement: Statement, relation: RelationInfo, column: ColumnInfo): Expr => {
  const none = nullOf(column)
  if (column.sequence !== undefined) return nextValue(statement, column)
  const domainDefault = statement.catalog.type(column.type).domain?.default
  const node = column.default ?? domainDefault
  if (node === undefined) {
    const domain = statement.catalog.type(column.type).domain
    return domain === undefined
      ? none
      : (coerceToTarget(
          statement,
          { ...none, type: statement.catalog.baseType(column.type) },
          column.type,
          -1,
          'assignment',
        ) ?? none)
  }
  const scope = rootScope(storedStatement(statement), { clause: 'default' })
  return assigned(scope, bindExpression(scope, node), relation, column)
}

/** A value made into a column's type (transformAssignedExpr). @throws PgError 42804 */
export const assigned = (scope: Scope, expr: Expr, _relation: RelationInfo, column: ColumnInfo): Expr => {
  const { catalog } = scope.statement
  const result = coerceToTarget(scope.statement, expr, column.type, column.typmod, 'assignment')
  // What the column says itself is a default, generated columns included (cookDefault).
  const isDefault = scope.clause === 'default' || scope.clause === 'generated column'
  if (result === undefined)
    throw errorAt(
      scope,
      undefined,
      '42804',
      `column "${column.name}" is of type ${formatType(catalog, column.type)} but ${isDefault ? 'default ' : ''}expression is of type ${formatType(catalog, expr.type)}`,
      {
        hint: 'You will need to rewrite or cast the expression.',
        ...(expr.position === undefined || isDefault ? {} : { position: expr.position }),
      },
    )
  return result
}

/** The columns of a row as they are stored. */
export const storedColumns = (relation: RelationInfo, range: RangeEntry): Expr[] =>
  relation.columns.map((column, at) => (column.generated === 'v' ? nullOf(column) : columnOf(range, at)))

/** Generated columns as they are stored: computed from the row, or NULL where that is done when they are read. */
export const generatedOf = (statement: Statement, relation: RelationInfo, range: RangeEntry): Map<number, Expr> => {
  const result = new Map<number, Expr>()
  for (const column of relation.columns) {
    if (column.generated === undefined || column.default === undefined) continue
    if (column.generated === 'v') {
      result.set(column.number, nullOf(column))
      continue
    }
    const scope = rootScope(storedStatement(statement), { clause: 'generated column', depth: range.depth })
    addOwnRow(scope, range, relation)
    result.set(column.number, assigned(scope, bindExpression(scope, column.default), relation, column))
  }
  return result
}

/**
 * The rows of a range once more, with its generated columns computed.
 * @param others columns that stand beside the row's and are handed on before them
 */
export const withGenerated = (
  place: Place,
  relation: RelationInfo,
  given: RangeEntry,
  generated: ReadonlyMap<number, Expr>,
  others: readonly string[] = [],
): Select =>
  select(
    core({
      targets: [
        ...others.map((name) => ({ expr: sqlColumn(given.alias, name), alias: name })),
        ...relation.columns.map((column, at) => ({
          expr: lowerFolded(place, generated.get(column.number) ?? columnOf(given, at)),
          alias: given.source.kind === 'row' ? given.source.names[at] : undefined,
        })),
      ],
      from: [{ kind: 'table', name: given.alias, alias: given.alias }],
    }),
  )

/** CHECK constraints in the order in which PostgreSQL checks them, over a row. */
export const checksOf = (
  statement: Statement,
  relation: RelationInfo,
  range: RangeEntry,
): { readonly name: string; readonly expr: Expr }[] =>
  enforcedChecks(relation)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, expression }) => {
      const scope = rootScope(storedStatement(statement), { clause: 'check', depth: range.depth })
      addOwnRow(scope, range, relation)
      return { name, expr: coerceToBoolean(statement, bindExpression(scope, expression), 'CHECK') }
    })

/** Columns of other ranges that an expression of the outer layer needs the inner one to hand out. */
export class Exports {
  readonly exprs: { readonly expr: Expr; readonly name: string }[] = []
  readonly #inner: readonly RangeEntry[]

  constructor(inner: readonly RangeEntry[]) {
    this.#inner = inner
  }

  /** What the outer layer reads instead. */
  substitute =
    (alias: string) =>
    (expr: Expr): Sql | undefined => {
      if (expr.kind === 'tableoid' && this.#inner.includes(expr.range)) throw unsupported('tableoid in RETURNING')
      if (expr.kind === 'wholeRow' && this.#inner.includes(expr.range)) throw unsupported('a whole row in RETURNING')
      if (expr.kind !== 'column' || !this.#inner.includes(expr.range)) return undefined
      const known = this.exprs.find(
        (other) => other.expr.kind === 'column' && other.expr.range === expr.range && other.expr.index === expr.index,
      )
      const name = known?.name ?? `other$${this.exprs.length}`
      if (known === undefined) this.exprs.push({ expr: columnOf(expr.range, expr.index), name })
      return { kind: 'column', table: alias, name }
    }
}

/** Lowers the outer layer's expressions: generated columns, checks, RETURNING. */
export const lowerOuter = (place: Place, exports: Exports, alias: string, exprs: readonly Expr[]): Sql[] =>
  exprs.map((expr) => lowerFolded({ ...place, substitute: exports.substitute(alias) }, expr))

export const CANNOT_CHANGE = '42809'

/** The relation can be written to. */
export const requireTable = (scope: Scope, relation: RelationInfo, verb: string, location?: number): void => {
  if (relation.oid < FIRST_USER_OID) throw refuse(scope, `${verb} a system catalog`, location)
  if (relation.kind === 'r' || relation.kind === 'p' || relation.kind === 'v') return
  if (relation.kind === 'm' || relation.kind === 'S') {
    const error = new PgError(CANNOT_CHANGE, `cannot change ${RELATION_NOUNS[relation.kind]} "${relation.name}"`)
    // Told when execution begins (CheckValidResultRel).
    if (scope.statement.planningErrors === undefined) throw error
    scope.statement.planningErrors.push(error)
    return
  }
  throw refuse(scope, `${verb} this relation`, location)
}
