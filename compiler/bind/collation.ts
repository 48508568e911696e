/**
 * Which collation an expression has: derived from what it is made of, as PostgreSQL does where it is of interest. Manual:
 * "Collation Support", "Concepts"; after parse_collate.c.
 */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import { C_COLLATION, collationName, DEFAULT_COLLATION, isAscii } from '../catalog/collation.ts'
import type { FunctionInfo, RelationInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { byAscii } from '../functions/ascii.ts'
import type { Expr } from '../tree/expression.ts'
import { outputColumns, type Query, type RangeEntry, type SetNode } from '../tree/query.ts'
import { children, some } from '../tree/walk.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { rangeRelation } from './range-relation.ts'
import type { Statement } from './scope.ts'

type Known = Pick<Statement, 'catalog'>

/** How a collation has come about: CollateStrength. */
const NONE = 0
const IMPLICIT = 1
const CONFLICT = 2
const EXPLICIT = 3

export interface Collated {
  readonly strength: number
  /** By oid; 0 where there is none, or more than one. */
  readonly collation: number
  /** Of what it has come from. */
  readonly position?: number | undefined
  /** The other one of a conflict. */
  readonly other?: number
}

const NOTHING: Collated = { strength: NONE, collation: 0 }

const ofType = ({ catalog }: Known, type: number): number => catalog.findType(type)?.collation ?? 0

const implicit = (collation: number, position?: number): Collated =>
  collation === 0 ? NOTHING : { strength: IMPLICIT, collation, position }

const HINT = { hint: 'Use the COLLATE clause to set the collation explicitly.' }

const mismatch = (kind: string, one: Collated, other: number, position: number | undefined, fields = {}): PgError =>
  new PgError(
    '42P21',
    `collation mismatch between ${kind} collations "${collationName(one.collation)}" and "${collationName(other)}"`,
    { ...fields, ...(position === undefined ? {} : { position }) },
  )

/** merge_collation_state. @throws PgError 42P21 */
const merged = (before: Collated, next: Collated): Collated => {
  if (next.strength > before.strength) return next
  if (next.strength < before.strength || next.collation === before.collation || next.strength === CONFLICT)
    return before
  if (next.strength === EXPLICIT) throw mismatch('explicit', before, next.collation, next.position)
  // another one is always preferred to the default
  if (before.collation === DEFAULT_COLLATION) return next
  if (next.collation === DEFAULT_COLLATION) return before
  return { ...before, strength: CONFLICT, other: next.collation, position: next.position }
}

/** By C symbol: what text it has, its order apart, is all the same to them. */
const INDIFFERENT: ReadonlySet<string> = new Set(
  `textcat textanycat anytextcat text_concat text_concat_ws textlen textoctetlen text_substr text_substr_no_len text_left
  text_right text_reverse bpcharlen bpcharoctetlen repeat lpad rpad btrim btrim1 ltrim ltrim1 rtrim rtrim1 md5_text quote_literal quote_ident
  quote_nullable ascii array_append array_prepend array_cat`.split(/\s+/),
)

/** Whether what a function returns may depend on the collation it is called with. */
export const needsCollation = (catalog: Catalog, { args, schema, source }: FunctionInfo): boolean =>
  args.some((type) => (catalog.findType(type)?.collation ?? 0) !== 0) &&
  !(schema === 'pg_catalog' && INDIFFERENT.has(source))

const usable = (state: Collated): Collated => {
  if (state.strength === CONFLICT)
    throw unsupported('a comparison of values with different collations', {
      ...(state.position === undefined ? {} : { position: state.position }),
    })
  return state
}

const derived = new WeakMap<Expr, Collated>()

/** @throws PgError 42P21; 0A000 where PostgreSQL would find out at run time that it does not know by which to compare */
export const collationOf = (known: Known, expr: Expr): Collated => {
  const before = derived.get(expr)
  if (before !== undefined) return before
  const found = derive(known, expr)
  derived.set(expr, found)
  return found
}

/** @param from what the expression takes it from, where that is not its type */
const result = (known: Known, { type, position }: Expr, from: Collated): Collated => {
  const own = ofType(known, type)
  return own === 0 ? NOTHING : from.strength === NONE ? implicit(own, position) : from
}

const derive = (known: Known, expr: Expr): Collated => {
  const of = (one: Expr): Collated => collationOf(known, one)
  const all = (list: readonly Expr[]): Collated => list.map(of).reduce(merged, NOTHING)
  const own = (): Collated => implicit(ofType(known, expr.type), expr.position)
  for (const child of children(expr)) of(child)
  switch (expr.kind) {
    case 'relabel':
      if (expr.collation === undefined) return result(known, expr, of(expr.arg))
      return { strength: EXPLICIT, collation: expr.collation, position: expr.position }
    case 'column':
      return implicit(columnCollation(known, expr.range, expr.index), expr.position)
    case 'case':
      return result(
        known,
        expr,
        expr.nullIf ? usable(all(expr.nullIf)) : all([...expr.whens.map((each) => each.result), expr.otherwise]),
      )
    case 'scalar':
    case 'arrayOf':
      return implicit(queryCollation(known, expr.query, 0).collation, expr.position)
    case 'subqueryTest':
      for (const [at, left] of expr.lefts.entries())
        usable(merged(of(left), implicit(queryCollation(known, expr.query, at).collation)))
      return own()
    case 'distinctFrom':
      usable(merged(of(expr.left), of(expr.right)))
      return own()
    case 'inList':
      usable(all([expr.left, ...expr.items]))
      return own()
    case 'arrayTest':
      usable(merged(of(expr.left), of(expr.array)))
      return own()
    case 'greatest':
    case 'least':
      return result(known, expr, usable(all(expr.args)))
    case 'aggregate': {
      const state = all([...(expr.withinGroup ? expr.direct : []), ...expr.args])
      const isOrder = expr.withinGroup || expr.distinct || expr.fn.name === 'min' || expr.fn.name === 'max'
      for (const item of expr.orderBy) usable(of(item.expr))
      return result(known, expr, isOrder ? usable(state) : state)
    }
    case 'window':
      return result(known, expr, all(expr.args))
    case 'call': {
      const state = all(expr.args)
      return result(known, expr, INDIFFERENT.has(expr.fn.source) ? state : usable(state))
    }
    case 'domain': {
      const of = ofType(known, expr.type)
      return of === DEFAULT_COLLATION ? result(known, expr, collationOf(known, expr.arg)) : implicit(of, expr.position)
    }
    case 'subscript':
      return result(known, expr, of(expr.base))
    case 'coalesce':
    case 'array':
    case 'ioCast':
    case 'arrayCast':
      return result(known, expr, all(children(expr)))
    default:
      return own()
  }
}

/** The collation of a column of what is in FROM; 0 where it has none. */
const columnCollation = (known: Known, range: RangeEntry, index: number): number => {
  const { source } = range
  const own = ofType(known, range.columns[index]?.type ?? 0)
  const stored = (relation: number | undefined): number => {
    const found = relation === undefined ? undefined : known.catalog.findRelation(relation)
    // pg_catalog's own are all of the collation C
    if (found?.kind === 'r' && found.oid < FIRST_USER_OID && own === DEFAULT_COLLATION) return C_COLLATION
    return found?.columns[index]?.collation ?? own
  }
  switch (source.kind) {
    case 'table':
    case 'row':
      return stored(rangeRelation(known.catalog, range)?.oid)
    case 'subquery':
      return source.view === undefined ? queryCollation(known, source.query, index).collation : stored(source.view.oid)
    case 'cte': {
      const query = source.cte.first ?? source.cte.query
      return query === undefined ? own : queryCollation(known, query, index).collation
    }
    case 'set':
      return setCollation(known, source.set, index).collation
    case 'values':
      return commonCollation(
        known,
        source.rows.map((row) => row[index] as Expr),
        false,
      ).collation
    case 'functions': {
      const [only] = source.functions
      return source.functions.length === 1 && only !== undefined && index === 0 && !only.composite && own !== 0
        ? collationOf(known, only.call).collation
        : own
    }
    default:
      return source satisfies never
  }
}

/** Of a column that a query returns. */
export const queryCollation = (known: Known, query: Query, index: number): Collated => {
  const target = query.targets.filter(({ hidden }) => !hidden)[index]
  return target === undefined ? NOTHING : collationOf(known, target.expr)
}

const branchCollation = (known: Known, branch: SetNode | Query, index: number): Collated =>
  branch.kind === 'query'
    ? queryCollation(known, branch, index)
    : implicit(setCollation(known, branch, index).collation)

const setCollation = (known: Known, set: SetNode, index: number): Collated =>
  requireCommon(
    [branchCollation(known, set.left, index), branchCollation(known, set.right, index)].reduce(merged, NOTHING),
    set.operator === 'union' && set.all,
  )

const requireCommon = (state: Collated, mayConflict: boolean): Collated => {
  if (state.strength !== CONFLICT) return state
  if (mayConflict) return NOTHING
  throw mismatch('implicit', state, state.other ?? 0, state.position, {
    hint: 'You can choose the collation by applying the COLLATE clause to one or both expressions.',
  })
}

/** select_common_collation. @throws PgError 42P21 */
export const commonCollation = (known: Known, exprs: readonly Expr[], mayConflict: boolean): Collated =>
  requireCommon(exprs.map((expr) => collationOf(known, expr)).reduce(merged, NOTHING), mayConflict)

/** The columns of a set operation have collations. @throws PgError 42P21 */
export const requireSetCollations = (known: Known, set: SetNode): void => {
  for (const [at] of set.columns.entries()) setCollation(known, set, at)
}

/** The columns of a recursive query are as its first term has them. @throws PgError 42P21 */
export const requireSameCollations = (
  known: Known,
  name: string,
  first: Query,
  whole: Query,
  positionOf: (column: number) => number | undefined,
): void => {
  for (const [at] of outputColumns(first).entries()) {
    const [one, all] = [first, whole].map((query) => collationName(queryCollation(known, query, at).collation))
    const position = positionOf(at)
    if (one !== all)
      throw new PgError(
        '42P21',
        `recursive query "${name}" column ${at + 1} has collation "${one}" in non-recursive term but collation "${all}" overall`,
        {
          hint: 'Use the COLLATE clause to set the collation of the non-recursive term.',
          ...(position === undefined ? {} : { position }),
        },
      )
  }
}

/** What a query sorts or tells apart by has a collation. @throws PgError 0A000 */
export const requireCollations = (known: Known, query: Query): void => {
  const keys = [...query.orderBy.map(({ target }) => target), ...(query.distinct?.targets ?? [])]
  const windows = query.windows.flatMap(({ partitionBy, orderBy }) => [
    ...partitionBy,
    ...orderBy.map(({ expr }) => expr),
  ])
  const exprs = keys.flatMap((at) => query.targets[at]?.expr ?? [])
  for (const expr of [...exprs, ...(query.group?.expressions ?? []), ...windows]) usable(collationOf(known, expr))
}

/**
 * The collation that a column of a new relation gets; undefined for that of its type.
 * @param unknown the error where there is none
 * @throws PgError 42P22, 0A000
 */
export const storedCollation = (
  known: Known,
  query: Query,
  index: number,
  unknown: string,
): { readonly collation?: number } => {
  const { strength, collation } = queryCollation(known, query, index)
  const own = ofType(known, outputColumns(query)[index]?.type ?? 0)
  if (own === 0 || collation === own) return {}
  if (strength === CONFLICT || collation === 0) throw new PgError('42P22', unknown, HINT)
  if (collation < 0) throw unsupported(`the collation "${collationName(collation)}" of a column`)
  return { collation }
}

/** The collation of the key of an index, where it is not that of its type. @throws PgError 42P22, 0A000 */
export const derivedCollation = (known: Known, key: Expr): number | undefined => {
  const { strength, collation } = collationOf(known, key)
  const own = ofType(known, key.type)
  if (own === 0 || collation === own) return undefined
  if (strength === CONFLICT)
    throw new PgError('42P22', 'could not determine which collation to use for index expression', HINT)
  if (collation < 0) throw unsupported(`the collation "${collationName(collation)}" of an index`)
  return collation
}

/** C symbols of functions that know of letters. */
const LETTERED = /^(?:lower|upper|casefold|initcap|(?:text|name|bpchar)icn?like)$|regex/

/** By C symbol, as far as they have been looked at. */
const lettered = new Map<string, boolean>()

const isLettered = ({ schema, source }: FunctionInfo): boolean => {
  const known = lettered.get(source) ?? LETTERED.test(source)
  lettered.set(source, known)
  return known && schema === 'pg_catalog'
}

const ownCollations = new WeakMap<RelationInfo, boolean>()

/** A relation is read or changed: where columns have collations of their own, these are of interest. */
export const noteCollations = ({ collations }: Statement, relation: RelationInfo | undefined): void => {
  if (relation === undefined || collations.areOfInterest) return
  const known = ownCollations.get(relation) ?? relation.columns.some(({ collation }) => collation !== undefined)
  ownCollations.set(relation, known)
  if (known) collations.areOfInterest = true
}

/**
 * An expression as its collation wants it: functions that know of letters are others by collations that know of ASCII only.
 * @throws PgError 42P21, 0A000
 */
export const collated = (statement: Statement, expr: Expr): Expr => {
  if (expr.kind === 'call' && expr.fn.source === 'pg_collation_for' && !statement.written)
    return { ...expr, kind: 'const', value: collationFor(statement, expr.args[0] as Expr) }
  if (statement.collations.areOfInterest) {
    collationOf(statement, expr)
    requireOrdinary(statement, expr)
  }
  const operands = letteredOperands(expr)
  if (operands === undefined || statement.written) return expr
  const { collation } = operands.map((one) => collationOf(statement, one)).reduce(merged, NOTHING)
  if (!isAscii(collation)) return expr
  if (expr.kind === 'call' || expr.kind === 'arrayTest') return { ...expr, fn: byAscii(expr.fn) }
  throw unsupported(`a comparison with a subquery by the collation "${collationName(collation)}"`, at(expr))
}

const at = ({ position }: Expr): { readonly position?: number } => (position === undefined ? {} : { position })

/** What decides by which collation letters are known; undefined for what does not know of any. */
const letteredOperands = (expr: Expr): readonly Expr[] | undefined => {
  switch (expr.kind) {
    case 'call':
      return isLettered(expr.fn) ? expr.args : undefined
    case 'arrayTest':
      return isLettered(expr.fn) ? [expr.left, expr.array] : undefined
    case 'subqueryTest':
      return some(expr.test, (it) => it.kind === 'call' && isLettered(it.fn)) ? expr.lefts : undefined
    default:
      return undefined
  }
}

/** The variables of a function are of the collation of its arguments, which is not known inside. @throws PgError 0A000 */
const requireOrdinary = (statement: Statement, expr: Expr): void => {
  if (expr.kind !== 'call' || expr.fn.oid < FIRST_USER_OID) return
  const { collation } = expr.args.map((arg) => collationOf(statement, arg)).reduce(merged, NOTHING)
  if (collation !== 0 && collation !== DEFAULT_COLLATION)
    throw unsupported(`the function ${expr.fn.name} by the collation "${collationName(collation)}"`, at(expr))
}

/** pg_collation_for(). @throws PgError 42804 */
const collationFor = (statement: Statement, arg: Expr): string | null => {
  const { strength, collation } = collationOf(statement, arg)
  if (ofType(statement, arg.type) === 0 && arg.type !== OID.unknown)
    throw new PgError('42804', `collations are not supported by type ${formatType(statement.catalog, arg.type)}`)
  return strength === CONFLICT || collation === 0 ? null : quoteIdentifier(collationName(collation))
}
