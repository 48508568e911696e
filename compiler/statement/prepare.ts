/** PREPARE, EXECUTE and DEALLOCATE. Manual: "PREPARE". The session keeps what has been prepared. */
import type { DeallocateStmt, ExecuteStmt, Node, PrepareStmt } from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { coerceToTarget } from '../bind/coerce.ts'
import { bindExpression } from '../bind/expression.ts'
import { open, refuse, rootScope } from '../bind/scope.ts'
import { resolveTypeName } from '../bind/type-name.ts'
import { formatType } from '../catalog/format-type.ts'
import { fold } from '../evaluate/fold.ts'
import type { PreparePlan } from '../plan.ts'
import type { Value } from '../tree/value.ts'
import { common, newPlace, type StatementContext } from './context.ts'
import { scopeOf } from './definition.ts'

export const planPrepare = (
  context: StatementContext,
  { name = '', argtypes = [], query }: PrepareStmt,
): PreparePlan => {
  const scope = scopeOf(context)
  if (query === undefined) throw refuse(scope, 'PREPARE of nothing')
  const [tag, node] = open(query)
  if (!['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'].includes(tag))
    throw refuse(scope, `PREPARE of ${tag}`)
  const types = argtypes.map((type) => {
    if (!('TypeName' in type)) throw refuse(scope, 'this type')
    return resolveTypeName(scope, type.TypeName).type
  })
  return {
    kind: 'prepare',
    action: { action: 'prepare', name, statement: { tag, node, position: context.position }, types },
    ...common(context, 'PREPARE'),
  }
}

export const planExecute = (context: StatementContext, { name = '', params = [] }: ExecuteStmt): PreparePlan => ({
  kind: 'prepare',
  action: { action: 'execute', name, values: (types) => evaluateArguments(context, name, params, types) },
  ...common(context, 'EXECUTE'),
})

/** The arguments as values of the parameters' types. @throws PgError 42601 for a wrong number of them */
const evaluateArguments = (
  context: StatementContext,
  name: string,
  nodes: readonly Node[],
  types: readonly number[],
): Value[] => {
  if (nodes.length !== types.length)
    throw new PgError('42601', `wrong number of parameters for prepared statement "${name}"`, {
      detail: `Expected ${types.length} parameters but got ${nodes.length}.`,
    })
  const { statement } = context
  const place = newPlace(context)
  return nodes.map((node, at) => {
    const scope = rootScope(statement, { clause: 'execute' })
    const bound = bindExpression(scope, node)
    const type = types[at] ?? 0
    const value = coerceToTarget(statement, bound, type, -1, 'assignment')
    if (value === undefined)
      throw new PgError(
        '42804',
        `parameter $${at + 1} of type ${formatType(statement.catalog, bound.type)} cannot be coerced to the expected type ${formatType(statement.catalog, type)}`,
        bound.position === undefined ? {} : { position: bound.position },
      )
    const folded = fold({ ...place.env, planningErrors: undefined }, value, 'certain')
    if (folded.kind !== 'const') throw refuse(scope, 'an argument of EXECUTE that is not constant')
    return folded.value
  })
}

export const planDeallocate = (context: StatementContext, { name, isall = false }: DeallocateStmt): PreparePlan => ({
  kind: 'prepare',
  action: isall || name === undefined ? { action: 'deallocate all' } : { action: 'deallocate', name },
  ...common(context, isall || name === undefined ? 'DEALLOCATE ALL' : 'DEALLOCATE'),
})
