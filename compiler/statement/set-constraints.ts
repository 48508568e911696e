/** SET CONSTRAINTS. After AfterTriggerSetState in trigger.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse } from '../bind/scope.ts'
import { constraintTrigger } from '../catalog/constraint.ts'
import { withClones } from '../catalog/constraint-clones.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { schemasFor } from '../catalog/search-path.ts'
import type { SettingPlan } from '../plan.ts'
import { isPartName } from './constraint-name.ts'
import { common, type StatementContext } from './context.ts'
import { scopeOf } from './definition.ts'

/** The constraints of a name in the first schema of the search path that has one. @throws PgError 42704, 42809, 3F000 */
const named = (context: StatementContext, { schemaname, relname = '' }: Ast.RangeVar) => {
  const { catalog, settings } = scopeOf(context).statement
  const relations = [...catalog.contents.relations.values()]
  const having = (relation: RelationInfo): boolean =>
    relation.constraints.some(({ kind, name }) => name === relname && kind !== 'check') ||
    constraintTrigger(relation, relname) !== undefined
  if (schemaname !== undefined && !catalog.hasSchema(schemaname))
    throw new PgError('3F000', `schema "${schemaname}" does not exist`)
  const schemas = schemasFor(schemaname === undefined ? [relname] : [schemaname, relname], settings.searchPath)
  for (const schema of schemas) {
    if (relations.some((relation) => relation.schema === schema && isPartName(relation, relname)))
      throw refuse(scopeOf(context), 'SET CONSTRAINTS of a part of a foreign key')
    const found = relations.filter((relation) => relation.schema === schema && having(relation))
    if (found.length === 0) continue
    return found.flatMap((relation) => {
      const constraint = relation.constraints.find(({ name }) => name === relname)
      const key = constraint?.kind === 'check' ? undefined : constraint
      const waiting = key ?? constraintTrigger(relation, relname)?.constraint
      if (!waiting?.deferrable) throw new PgError('42809', `constraint "${relname}" is not deferrable`)
      return key === undefined ? [{ relation: relation.oid, name: relname }] : withClones(catalog, relation, key)
    })
  }
  const shown = schemaname === undefined ? relname : `${schemaname}.${relname}`
  throw new PgError('42704', `constraint "${shown}" does not exist`)
}

export const planSetConstraints = (context: StatementContext, node: Ast.ConstraintsSetStmt): SettingPlan => {
  const { constraints = [], deferred = false } = node
  const list = constraints.flatMap((each) => ('RangeVar' in each ? named(context, each.RangeVar) : []))
  return {
    kind: 'setting',
    setting: { action: 'constraints', deferred, ...(constraints.length === 0 ? {} : { constraints: list }) },
    ...common(context, 'SET CONSTRAINTS'),
  }
}
