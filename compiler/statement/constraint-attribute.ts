/** DEFERRABLE and INITIALLY DEFERRED behind the constraint of a column. After transformConstraintAttrs in parse_utilcmd.c. */
import type * as Ast from '@pgsql/types'
import type { PgError } from '../../wire/protocol/error.ts'
import { errorAt, type Scope } from '../bind/scope.ts'

/** A constraint of a column or of the table, not yet bound. */
export interface Pending {
  readonly node: Ast.Constraint
  readonly column: string | undefined
}

/** What has been said of a constraint's deferral so far. */
export interface Attributes {
  deferrability?: string
  initially?: string
}

/** DEFERRABLE and INITIALLY DEFERRED behind a column's constraint (transformConstraintAttrs). @throws PgError 42601 */
export const applyAttribute = (
  scope: Scope,
  pending: Pending[],
  subject: Ast.Constraint | undefined,
  said: Attributes,
  { contype = 'CONSTR_ATTR_DEFERRABLE', location }: Ast.Constraint,
): void => {
  const fail = (message: string): PgError => errorAt(scope, location, '42601', message)
  const clause =
    {
      CONSTR_ATTR_DEFERRABLE: 'DEFERRABLE',
      CONSTR_ATTR_NOT_DEFERRABLE: 'NOT DEFERRABLE',
      CONSTR_ATTR_DEFERRED: 'INITIALLY DEFERRED',
      CONSTR_ATTR_IMMEDIATE: 'INITIALLY IMMEDIATE',
    }[contype as string] ?? ''
  const supports = ['CONSTR_PRIMARY', 'CONSTR_UNIQUE', 'CONSTR_EXCLUSION', 'CONSTR_FOREIGN']
  const last = pending.at(-1)
  if (
    last === undefined ||
    subject === undefined ||
    !supports.includes(subject.contype ?? '') ||
    last.node.contype !== subject.contype
  )
    throw fail(`misplaced ${clause} clause`)
  if (clause.startsWith('INITIALLY')) {
    if (said.initially !== undefined) throw fail('multiple INITIALLY IMMEDIATE/DEFERRED clauses not allowed')
    said.initially = clause
  } else {
    if (said.deferrability !== undefined) throw fail('multiple DEFERRABLE/NOT DEFERRABLE clauses not allowed')
    said.deferrability = clause
  }
  const deferred = said.initially === 'INITIALLY DEFERRED'
  if (deferred && said.deferrability === 'NOT DEFERRABLE')
    throw fail('constraint declared INITIALLY DEFERRED must be DEFERRABLE')
  const deferrable = said.deferrability === 'DEFERRABLE' || deferred
  pending[pending.length - 1] = { ...last, node: { ...last.node, deferrable, initdeferred: deferred } }
}
