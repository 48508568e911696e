/** Keys and predicates of indexes that are more than columns. Manual: "Indexes on Expressions", "Partial Indexes". */
import type { Node } from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { coerceToBoolean } from '../bind/coerce.ts'
import { bindExpression } from '../bind/expression.ts'
import { type Clause, refuse, rootScope, type Scope } from '../bind/scope.ts'
import type { Settings } from '../bind/settings.ts'
import { ownStatement } from '../bind/statement.ts'
import { addItem, rowRange } from '../bind/target-range.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { ComputedIndex, IndexInfo, RelationInfo } from '../catalog/entries.ts'
import { isImmutableCast } from '../evaluate/fold.ts'
import { NATIVE, type UserFunction } from '../lower/context.ts'
import { lowerFolded, type Place } from '../lower/expression.ts'
import { keyOf } from '../lower/key.ts'
import { printSql } from '../sqlite/print.ts'
import { column, type Sql } from '../sqlite/tree.ts'
import type { Expr } from '../tree/expression.ts'
import { some } from '../tree/walk.ts'
import { STOPPED } from '../types/clock.ts'
import { newPlace, type StatementContext } from './context.ts'

interface Bound {
  readonly expr: Expr
  readonly scope: Scope
}

/** Binds an expression over a table's row. @param name of the row @throws PgError 42P17 for what is not immutable */
export const bindOverRow = (
  scope: Scope,
  relation: RelationInfo,
  node: Node,
  clause: Clause,
  name = relation.name,
): Bound => {
  const inner = rootScope(scope.statement, { clause })
  addItem(
    inner,
    rowRange(
      relation,
      'row$',
      0,
      relation.columns.map(({ physical }) => physical),
    ),
    name,
    { schema: name === relation.name ? relation.schema : undefined },
  )
  const bound = bindExpression(inner, node)
  const expr = clause === 'index predicate' ? coerceToBoolean(scope.statement, bound, 'WHERE') : bound
  const part = clause === 'index predicate' ? 'predicate' : 'expression'
  const { catalog } = scope.statement
  const isMutable = (it: Expr): boolean =>
    (it.kind === 'call' && it.fn.volatility !== 'i') ||
    it.kind === 'sqlValue' ||
    (it.kind === 'ioCast' && !isImmutableCast(catalog, it.arg.type, it.type))
  if (some(expr, isMutable)) throw new PgError('42P17', `functions in index ${part} must be marked IMMUTABLE`)
  if (some(expr, (it) => it.kind === 'wholeRow' || it.kind === 'tableoid')) throw refuse(scope, `this index ${part}`)
  return { expr, scope: inner }
}

/** The columns of the row stand without a table in SQLite's indexes. */
const overRow = (place: Place): Place => ({
  ...place,
  substitute: (expr) =>
    expr.kind === 'column' && expr.range.source.kind === 'row'
      ? column(undefined, expr.range.source.names[expr.index] ?? '')
      : undefined,
})

/** What SQLite computes for an index. @param keys bound already, columns among them as expressions */
export const computedIndex = (
  context: StatementContext,
  keys: readonly Expr[],
  names: readonly string[],
  predicate: Expr | undefined,
): ComputedIndex => {
  const place = newPlace(context)
  const within = overRow(place)
  const lower = (expr: Expr): Sql => lowerFolded(within, expr)
  const texts = keys.map((expr) => printSql(keyOf(within, lower(expr), expr.type)))
  const test = predicate && printSql(lower(predicate))
  return {
    columns: keys.map(({ type, typmod }, at) => ({ name: names[at] ?? 'expr', type, typmod })),
    keys: texts,
    ...(test === undefined ? {} : { predicate: test }),
    functions: [...place.functions.values()],
  }
}

export const columnNode = (name: string): Node => ({ ColumnRef: { fields: [{ String: { sval: name } }] } })

/** What SQLite computes for an index that there is, over the columns that its table has now. */
export const recomputedIndex = (
  context: StatementContext,
  relation: RelationInfo,
  { keys, predicate, computed }: Pick<IndexInfo, 'keys' | 'predicate' | 'computed'>,
): ComputedIndex => {
  const scope = rootScope(context.statement)
  const exprs = keys.map((key) => {
    const node = typeof key === 'number' ? relation.columns.find(({ number }) => number === key)?.name : key
    if (node === undefined) throw new Error('an index of no column')
    return bindOverRow(scope, relation, typeof node === 'string' ? columnNode(node) : node, 'index expression').expr
  })
  const test = predicate && bindOverRow(scope, relation, predicate, 'index predicate').expr
  return computedIndex(context, exprs, computed?.columns.map(({ name }) => name) ?? [], test)
}

/** The functions that SQLite needs for an index on expressions or with a predicate, made anew from what it is made of. */
export const functionsOfIndex = (
  catalog: Catalog,
  settings: Settings,
  relation: RelationInfo,
  index: Pick<IndexInfo, 'keys' | 'predicate'>,
): readonly UserFunction[] => {
  const statement = ownStatement({ catalog, settings, clock: STOPPED })
  const context = { statement, target: NATIVE, notices: [], inTransaction: false, position: 1 }
  return recomputedIndex(context, relation, index).functions
}
