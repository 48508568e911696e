/** What PGlite is given instead of a client's text, where its one session could not take that. */
import { withLoginRole } from './authorization.ts'
import type { StatementShape } from './statement.ts'

/** A statement that cannot be parsed: stands in for one that is refused, so that PostgreSQL's state follows. */
const REFUSED_SQL = 'SELECT pg_orez.refused()'
/** UNLISTEN of a channel that nobody listens to: same tag, and other sessions keep theirs. */
const UNLISTEN_SQL = 'UNLISTEN "pg_orez.none"'

/** @param loginRole who SESSION AUTHORIZATION goes back to */
export const standIn = (sql: string, shape: StatementShape, loginRole: string): string | undefined => {
  if (shape.refusal !== undefined) return REFUSED_SQL
  if (shape.authorizationResets.length > 0) return withLoginRole(sql, shape, loginRole)
  return shape.statements.length === 1 && shape.statements[0]?.[0]?.kind === 'unlisten' ? UNLISTEN_SQL : undefined
}
