/** What PGlite is given instead of a client's text, where its one session could not take that. */
import { loginRoles } from './authorization.ts'
import type { Completion } from './expectations.ts'
import type { StatementShape } from './statement.ts'
import { type Replacement, type Substitute, substituted } from './substitute.ts'

/** A statement that cannot be parsed: stands in for one that is refused, so that PostgreSQL's state follows. */
const REFUSED_SQL = 'SELECT pg_orez.refused()'
/** UNLISTEN of a channel that nobody listens to: same tag, and other sessions keep theirs. */
const UNLISTEN_SQL = 'UNLISTEN "pg_orez.none"'

const whole = (sql: string): Substitute => ({ sql, original: (position) => position })

/** Before each of a text's TRUNCATEs, which of them is next: see pglite/sql/5-truncation.sql. */
const truncationMarks = (shape: StatementShape): Replacement[] =>
  markedTruncations(shape).map(({ from, statement }, index) => ({
    from,
    to: from,
    // its number, these statements counted
    text: ` SET LOCAL orez.truncation = ${statement + index + 2};`,
  }))

/** What PGlite says when it has executed a text, or what is sent instead of it. */
export const completionsOf = (shape: StatementShape): Completion[] => {
  const completion = { kind: 'completion', from: 'query' } as const
  if (shape.refusal !== undefined) return [{ ...completion, effects: [], refusal: shape.refusal }]
  const marked = new Set(markedTruncations(shape).map(({ statement }) => statement))
  return shape.statements.flatMap((effects, at) => [
    ...(marked.has(at) ? [{ ...completion, effects: [], forward: false as const }] : []),
    { ...completion, effects },
  ])
}

/** The TRUNCATEs of a text before which another statement tells which of them is next. */
const markedTruncations = ({ truncations }: StatementShape): StatementShape['truncations'] =>
  truncations.length < 2 ? [] : truncations

/** @param loginRole who SESSION AUTHORIZATION goes back to */
export const standIn = (sql: string, shape: StatementShape, loginRole: string): Substitute | undefined => {
  if (shape.refusal !== undefined) return whole(REFUSED_SQL)
  const replacements = [...loginRoles(shape, loginRole), ...truncationMarks(shape)]
  if (replacements.length > 0) {
    return substituted(
      sql,
      replacements.toSorted((a, b) => a.from - b.from),
    )
  }
  return shape.statements.length === 1 && shape.statements[0]?.[0]?.kind === 'unlisten'
    ? whole(UNLISTEN_SQL)
    : undefined
}
