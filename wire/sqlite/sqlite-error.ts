/** What SQLite's own errors mean in PostgreSQL. */
import type { RelationInfo } from '../../compiler/catalog/entries.ts'
import { PgError, unsupported } from '../protocol/error.ts'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The unique constraint that a row has violated, by SQLite's message. */
export const uniqueViolation = (
  error: unknown,
  { name, constraints, indexes, columns, physical }: RelationInfo,
): PgError | undefined => {
  const message = messageOf(error)
  const byIndex = /^UNIQUE constraint failed: index '(.*)'$/.exec(message)?.[1]
  const byColumns = /^UNIQUE constraint failed: (.*)$/.exec(message)?.[1]
  if (byColumns === undefined) return undefined
  const found =
    byIndex === undefined
      ? [
          ...constraints.filter((constraint) => constraint.kind === 'primary' || constraint.kind === 'unique'),
          ...indexes
            .filter((index) => index.unique && index.computed === undefined)
            .map((index) => ({ name: index.name, columns: index.keys })),
        ].find((constraint) => {
          const list = 'columns' in constraint ? constraint.columns : []
          const wanted = list.map(
            (number) => `${physical}.${columns.find((column) => column.number === number)?.physical}`,
          )
          return wanted.join(', ') === byColumns
        })?.name
      : byIndex.replace(/^.*\./, '')
  return new PgError('23505', `duplicate key value violates unique constraint "${found ?? name}"`)
}

/** An error of SQLite in a statement that the compiler made. What it cannot run is refused, not answered wrongly. */
export const fromSqlite = (error: unknown): PgError => {
  if (error instanceof PgError) return error
  const message = messageOf(error)
  const raised = /^bad JSON path: '!([0-9A-Z]{5}) (.*)'$/s.exec(message)
  if (raised !== null) return new PgError(raised[1] ?? '', raised[2] ?? '')
  if (message === 'integer overflow') return new PgError('22003', 'bigint out of range')
  if (/out of memory|database or disk is full/.test(message)) return new PgError('53100', message)
  if (error instanceof TypeError || error instanceof ReferenceError) return new PgError('XX000', message)
  return unsupported(`this statement, which SQLite rejects (${message}),`)
}
