/** SELECT and VALUES as statements. */
import type { SelectStmt } from '@pgsql/types'
import { permanentLock } from '../bind/locking.ts'
import { refuse, rootScope } from '../bind/scope.ts'
import { bindSelect } from '../bind/select.ts'
import { formatType } from '../catalog/format-type.ts'
import { fold } from '../evaluate/fold.ts'
import type { Place } from '../lower/expression.ts'
import { lowerQuery } from '../lower/query.ts'
import type { QueryPlan } from '../plan.ts'
import { type OutputColumn, outputColumns, type Query, type SetNode } from '../tree/query.ts'
import { findCodec } from '../types/codec.ts'
import { baseColumns, clientColumns } from './client-columns.ts'
import { originOf } from './column-origin.ts'
import { common, newPlace, queryOf, type StatementContext } from './context.ts'
import { isRecordShown, withRecordsAsText, withRecordTypes } from './records.ts'

export const planSelect = (context: StatementContext, node: SelectStmt): QueryPlan =>
  planQuery(context, bindSelect(rootScope(context.statement), node))

export const planQuery = (context: StatementContext, bound: Query): QueryPlan => {
  const scope = rootScope(context.statement)
  const place = { ...newPlace(context), certain: true }
  const { catalog, variables } = context.statement
  // A routine takes records as they are; a client is shown their text.
  const query = variables === undefined ? withRecordsAsText(catalog, bound) : withRecordTypes(catalog, bound)
  const columns = resultColumns(place, variables === undefined ? bound : query)
  for (const [at, { type }] of columns.entries())
    if (findCodec(place.env, type) === undefined && !isRecordShown(query, at))
      throw refuse(
        scope,
        `a result of type ${formatType(catalog, type)}`,
        positionBack(query.targets[at]?.expr.position),
      )
  const select = lowerQuery(place, query)
  const locked = permanentLock(context.statement)
  return {
    kind: 'query',
    query: queryOf(place, select),
    columns: variables === undefined ? clientColumns(catalog, columns) : baseColumns(catalog, columns),
    lock: locked && { strength: locked.lock, relation: locked.relation.name, waits: locked.waits },
    ...common(context, 'SELECT'),
  }
}

interface Described {
  readonly type: number
  readonly typmod: number
}

/** Nothing but UNION ALL of the same types: an appended scan, described as it was bound (flatten_simple_union_all). */
const isAppend = ({ operator, all, left, right, columns }: SetNode, types = columns): boolean =>
  operator === 'union' &&
  all &&
  [left, right].every((side) =>
    side.kind === 'set' ? isAppend(side, types) : outputColumns(side).every(({ type }, at) => type === types[at]?.type),
  )

/** A column of a set operation: of UNION what its sides share, of INTERSECT and EXCEPT the left side's. */
const setColumn = (place: Place, { operator, left, right }: SetNode, at: number): Described => {
  const of = (side: SetNode | Query): Described =>
    side.kind === 'set' ? setColumn(place, side, at) : queryColumn(place, side, at)
  const mine = of(left)
  if (operator !== 'union') return mine
  const theirs = of(right)
  return mine.type === theirs.type && mine.typmod === theirs.typmod ? mine : { ...mine, typmod: -1 }
}

/** What folding cannot put something of another modifier in the place of. */
const KEEP_MODIFIER: ReadonlySet<string> = new Set([
  ...['const', 'param', 'column', 'call', 'aggregate', 'window', 'exists', 'and', 'or', 'not', 'inList'],
  ...['isNull', 'isNotNull', 'booleanTest', 'distinctFrom', 'rowComparison', 'arrayTest', 'subqueryTest'],
])

const queryColumn = (place: Place, query: Query, at: number): Described => {
  const { expr } = query.targets.filter(({ hidden }) => !hidden)[at] as Query['targets'][number]
  if (expr.kind === 'column' && expr.range.source.kind === 'set') {
    const { set } = expr.range.source
    return isAppend(set) ? expr : setColumn(place, set, expr.index)
  }
  if (KEEP_MODIFIER.has(expr.kind)) return expr
  const { type, typmod } = fold(place.env, expr)
  return { type, typmod }
}

/** PostgreSQL describes what its planner has made of the columns: folding can leave a modifier, or take one away. */
const resultColumns = (place: Place, query: Query): OutputColumn[] =>
  query.targets
    .filter(({ hidden }) => !hidden)
    .map(({ name, expr }, at) => ({
      name,
      type: expr.type,
      typmod: queryColumn(place, query, at).typmod,
      origin: originOf(place.env.catalog, expr),
    }))

const positionBack = (position: number | undefined): number | undefined =>
  position === undefined ? undefined : position - 1
