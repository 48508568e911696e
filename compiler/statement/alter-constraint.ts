/** ALTER TABLE … ALTER CONSTRAINT: when a foreign key is checked, and whether. After ATExecAlterConstraint in tablecmds.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, rootScope } from '../bind/scope.ts'
import { constraintTrigger, enforcedKeys, withForeignKey } from '../catalog/constraint.ts'
import { withClones } from '../catalog/constraint-clones.ts'
import type { ConstraintInfo, ForeignKey } from '../catalog/entries.ts'
import type { Rule, Work } from './alter-family.ts'
import { isPartName } from './constraint-name.ts'
import { validateReferences } from './validate-constraint.ts'

/** @throws PgError 42704, 42809, 55000 where the constraint, or what it belongs to, cannot be altered so */
const requireAlterable = (
  { relation }: Work,
  constraint: ConstraintInfo,
  { alterDeferrability, alterEnforceability, alterInheritability }: Ast.ATAlterConstraint,
): ForeignKey => {
  const { name } = constraint
  const shown = `constraint "${name}" of relation "${relation.name}"`
  if (alterDeferrability && constraint.kind !== 'foreign')
    throw new PgError('42809', `${shown} is not a foreign key constraint`)
  if (alterEnforceability && constraint.kind !== 'foreign')
    throw new PgError('42809', `cannot alter enforceability of ${shown}`)
  if (alterInheritability || constraint.kind !== 'foreign')
    throw new PgError('42809', `${shown} is not a not-null constraint`)
  if ((constraint.inherited ?? 0) > 0) throw derived(relation.name, name)
  return constraint
}

const derived = (table: string, name: string): PgError =>
  new PgError('55000', `cannot alter constraint "${name}" on relation "${table}"`, {
    hint: 'You may alter the constraint it derives from instead.',
  })

export const alterConstraint: Rule = (context, work, { def }) => {
  const scope = rootScope(context.statement)
  if (def === undefined || !('ATAlterConstraint' in def)) throw refuse(scope, 'this ALTER CONSTRAINT')
  const change = def.ATAlterConstraint
  const { relation } = work
  const { conname: name = '', deferrable, initdeferred: deferred } = change
  const found = relation.constraints.find((each) => each.name === name)
  if (isPartName(relation, name)) throw derived(relation.name, name)
  if (found === undefined && /_not_null/.test(name)) throw refuse(scope, 'ALTER CONSTRAINT of NOT NULL')
  if (constraintTrigger(relation, name) !== undefined) throw refuse(scope, 'ALTER CONSTRAINT of a trigger')
  if (found === undefined)
    throw new PgError('42704', `constraint "${name}" of relation "${relation.name}" does not exist`)
  const key = requireAlterable(work, found, change)
  const isEnforced = change.alterEnforceability ? change.is_enforced === true : key.notEnforced !== true
  const altered = ({ notEnforced: _not, notValid, ...each }: ForeignKey): ForeignKey => ({
    ...each,
    ...(change.alterDeferrability ? { deferrable: deferrable === true, deferred: deferred === true } : {}),
    ...(isEnforced ? {} : { notEnforced: true }),
    ...(notValid && !change.alterEnforceability ? { notValid } : {}),
  })
  const clones = withClones(work.catalog, relation, key)
  for (const { relation: oid, name: own } of clones) work.catalog = withForeignKey(work.catalog, oid, own, altered)
  work.relation = work.catalog.relation(relation.oid)
  if (!isEnforced || !key.notEnforced) return
  for (const { relation: oid, name: own } of clones) {
    const table = work.catalog.relation(oid)
    const fresh = enforcedKeys(table).find((each) => each.name === own)
    if (table.kind !== 'p' && fresh !== undefined)
      work.steps.push(validateReferences({ catalog: work.catalog, relation: table }, fresh))
  }
}
