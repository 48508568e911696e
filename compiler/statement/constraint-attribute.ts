/** DEFERRABLE, INITIALLY DEFERRED and NOT ENFORCED behind the constraint of a column. After transformConstraintAttrs in parse_utilcmd.c. */
import type * as Ast from '@pgsql/types'
import type { PgError } from '../../wire/protocol/error.ts'
import { errorAt, type Scope } from '../bind/scope.ts'

/** A constraint of a column or of the table, not yet bound. */
export interface Pending {
  readonly node: Ast.Constraint
  readonly column: string | undefined
}

/** What has been said of a constraint so far. */
export interface Attributes {
  deferrability?: string
  initially?: string
  enforceability?: string
}

const CLAUSES: Readonly<Record<string, readonly [clause: string, of: keyof Attributes]>> = {
  CONSTR_ATTR_DEFERRABLE: ['DEFERRABLE', 'deferrability'],
  CONSTR_ATTR_NOT_DEFERRABLE: ['NOT DEFERRABLE', 'deferrability'],
  CONSTR_ATTR_DEFERRED: ['INITIALLY DEFERRED', 'initially'],
  CONSTR_ATTR_IMMEDIATE: ['INITIALLY IMMEDIATE', 'initially'],
  CONSTR_ATTR_ENFORCED: ['ENFORCED', 'enforceability'],
  CONSTR_ATTR_NOT_ENFORCED: ['NOT ENFORCED', 'enforceability'],
}

/** What has been said already, in words. */
const CHOICES = {
  deferrability: 'DEFERRABLE/NOT DEFERRABLE',
  initially: 'INITIALLY IMMEDIATE/DEFERRED',
  enforceability: 'ENFORCED/NOT ENFORCED',
} as const

const ENFORCEABLE = ['CONSTR_CHECK', 'CONSTR_FOREIGN']
const DEFERRABLE = ['CONSTR_PRIMARY', 'CONSTR_UNIQUE', 'CONSTR_EXCLUSION', 'CONSTR_FOREIGN']

/** An attribute behind a column's constraint. @throws PgError 42601 */
export const applyAttribute = (
  scope: Scope,
  pending: Pending[],
  subject: Ast.Constraint | undefined,
  said: Attributes,
  { contype, location }: Ast.Constraint,
): void => {
  const fail = (message: string): PgError => errorAt(scope, location, '42601', message)
  const [clause, of] = CLAUSES[contype as string] ?? ['', 'deferrability']
  const supports = of === 'enforceability' ? ENFORCEABLE : DEFERRABLE
  const last = pending.at(-1)
  if (
    last === undefined ||
    subject === undefined ||
    !supports.includes(subject.contype ?? '') ||
    last.node.contype !== subject.contype
  )
    throw fail(`misplaced ${clause} clause`)
  if (said[of] !== undefined) throw fail(`multiple ${CHOICES[of]} clauses not allowed`)
  said[of] = clause
  const deferred = said.initially === 'INITIALLY DEFERRED'
  if (deferred && said.deferrability === 'NOT DEFERRABLE')
    throw fail('constraint declared INITIALLY DEFERRED must be DEFERRABLE')
  const attributes: Partial<Ast.Constraint> =
    of === 'enforceability'
      ? { is_enforced: clause === 'ENFORCED' }
      : { deferrable: said.deferrability === 'DEFERRABLE' || deferred, initdeferred: deferred }
  pending[pending.length - 1] = { ...last, node: { ...last.node, ...attributes } }
}
