/** SELECT and VALUES as statements. */
import type { SelectStmt } from '@pgsql/types'
import { refuse, rootScope } from '../bind/scope.ts'
import { bindSelect } from '../bind/select.ts'
import { formatType } from '../catalog/format-type.ts'
import { lowerQuery } from '../lower/query.ts'
import type { QueryPlan } from '../plan.ts'
import { outputColumns } from '../tree/query.ts'
import { findCodec } from '../types/codec.ts'
import { clientColumns } from './client-columns.ts'
import { common, newPlace, queryOf, type StatementContext } from './context.ts'

export const planSelect = (context: StatementContext, node: SelectStmt): QueryPlan => {
  const scope = rootScope(context.statement)
  const query = bindSelect(scope, node)
  const place = newPlace(context)
  const columns = outputColumns(query)
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

const positionBack = (position: number | undefined): number | undefined =>
  position === undefined ? undefined : position - 1
