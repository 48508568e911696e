/**
 * SESSION AUTHORIZATION, which in PGlite's single-user mode knows of no user who has logged in and so cannot be
 * reset. PostgreSQL manual, SET SESSION AUTHORIZATION.
 */
import { identifier } from '../pglite/session-state.ts'
import type { StatementShape } from './statement.ts'

/** `SET` and this makes a session that of a role. */
export const sessionAuthorization = (role: string): string => `SESSION AUTHORIZATION ${identifier(role)}`

/** The text with the role that has logged in where SESSION AUTHORIZATION is reset. */
export const withLoginRole = (sql: string, { authorizationResets }: StatementShape, role: string): string => {
  let text = ''
  let from = 0
  for (const reset of authorizationResets) {
    text += `${sql.slice(from, reset.from)} SET ${reset.isLocal ? 'LOCAL ' : ''}${sessionAuthorization(role)}`
    from = reset.to
  }
  return text + sql.slice(from)
}
