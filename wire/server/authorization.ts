/**
 * SESSION AUTHORIZATION, which in PGlite's single-user mode knows of no user who has logged in and so cannot be
 * reset. PostgreSQL manual, SET SESSION AUTHORIZATION.
 */
import { identifier } from '../pglite/session-state.ts'
import type { StatementShape } from './statement.ts'
import type { Replacement } from './substitute.ts'

/** `SET` and this makes a session that of a role. */
export const sessionAuthorization = (role: string): string => `SESSION AUTHORIZATION ${identifier(role)}`

/** The role that has logged in where SESSION AUTHORIZATION is reset. */
export const loginRoles = ({ authorizationResets }: StatementShape, role: string): Replacement[] =>
  authorizationResets.map(({ from, to, isLocal }) => ({
    from,
    to,
    text: ` SET ${isLocal ? 'LOCAL ' : ''}${sessionAuthorization(role)}`,
  }))
