/** The body of a function or of a DO, as it stands in its statement. */
import { PgError } from '../../wire/protocol/error.ts'
import type { Scope } from '../bind/scope.ts'

interface Body {
  /** In bytes, from the start of the client's text. */
  readonly location?: number | undefined
  readonly text?: string | undefined
}

/** Errors in a body are shown where it stands in the statement. */
export const inBody = (scope: Scope, { location, text = '' }: Body, check: () => void): void => {
  try {
    check()
  } catch (error) {
    const { position, ...fields } = error instanceof PgError ? error.fields : {}
    if (!(error instanceof PgError) || position === undefined) throw error
    const start = location === undefined ? -1 : scope.statement.bodyStart(location, text)
    throw error.withFields(start < 0 ? fields : { ...fields, position: start + position })
  }
}
