/** SELECT and VALUES as statements. */
import type { SelectStmt } from '@pgsql/types'
import { unsupported } from '../../wire/protocol/error.ts'
import { refuse, rootScope } from '../bind/scope.ts'
import { bindSelect } from '../bind/select.ts'
import { formatType } from '../catalog/format-type.ts'
import { fold } from '../evaluate/fold.ts'
import type { Place } from '../lower/expression.ts'
import { lowerQuery } from '../lower/query.ts'
import type { QueryPlan } from '../plan.ts'
import { type OutputColumn, outputColumns, type Query } from '../tree/query.ts'
import { findCodec } from '../types/codec.ts'
import { clientColumns } from './client-columns.ts'
import { common, newPlace, queryOf, type StatementContext } from './context.ts'

export const planSelect = (context: StatementContext, node: SelectStmt): QueryPlan => {
  const scope = rootScope(context.statement)
  const query = bindSelect(scope, node)
  const place = newPlace(context)
  const columns = resultColumns(place, query)
  for (const [at, { type }] of columns.entries())
    if (findCodec(place.env, type) === undefined)
      throw refuse(
        scope,
        `a result of type ${formatType(context.statement.catalog, type)}`,
        positionBack(query.targets[at]?.expr.position),
      )
  const select = lowerQuery(place, query)
  return {
    kind: 'query',
    query: queryOf(place, select),
    columns: clientColumns(context.statement.catalog, columns),
    ...common(context, 'SELECT'),
  }
}

/** PostgreSQL describes what its planner has made of the columns: folding can leave a modifier, or take one away. */
const resultColumns = (place: Place, query: Query): OutputColumn[] => {
  const [from] = query.from
  const source = from?.kind === 'range' ? from.range.source : undefined
  const visible = query.targets.filter(({ hidden }) => !hidden)
  return visible.map(({ name, expr }, at) => {
    const typmod = fold(place.env, expr).typmod
    if (source?.kind === 'set' && source.set.operator !== 'union') {
      // INTERSECT and EXCEPT show their left side's.
      const left = source.set.left.kind === 'set' ? source.set.left.columns[at] : outputColumns(source.set.left)[at]
      if (left !== undefined && left.typmod !== typmod)
        throw unsupported('columns of different lengths in INTERSECT or EXCEPT')
    }
    return { name, type: expr.type, typmod }
  })
}

const positionBack = (position: number | undefined): number | undefined =>
  position === undefined ? undefined : position - 1
