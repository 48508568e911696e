/**
 * Errors and notices of the Postgres protocol.
 * Fields: PostgreSQL manual, "Error and Notice Message Fields".
 */

export type Severity = 'ERROR' | 'FATAL' | 'PANIC' | 'WARNING' | 'NOTICE' | 'INFO' | 'LOG' | 'DEBUG'

export interface ErrorFields {
  readonly detail?: string
  readonly hint?: string
  /** 1-based character position in the statement that the client sent. */
  readonly position?: number
  /** Names of what the error is about. */
  readonly schema?: string
  readonly table?: string
  readonly column?: string
  readonly datatype?: string
  readonly constraint?: string
  /** The function of PostgreSQL's source that raises it, where clients go by that. */
  readonly routine?: string
}

/** What a client is told beside the answer. */
export interface Notice {
  readonly severity: 'INFO' | 'NOTICE' | 'WARNING'
  readonly code: string
  readonly message: string
  readonly fields?: ErrorFields
}

/** An error with the SQLSTATE and wording that PostgreSQL itself would use. */
export class PgError extends Error {
  override readonly name = 'PgError'
  readonly code: string
  readonly severity: Severity
  readonly fields: ErrorFields
  /** What the client is told before it. */
  before: readonly Notice[] = []

  constructor(code: string, message: string, fields: ErrorFields = {}, severity: Severity = 'ERROR') {
    super(message)
    this.code = code
    this.fields = fields
    this.severity = severity
  }

  /** The same error about something else, or about another place. */
  withFields(fields: ErrorFields): PgError {
    const other = new PgError(this.code, this.message, fields, this.severity)
    other.before = this.before
    return other
  }
}

/** A protocol violation: ends the connection that committed it. */
export const protocolViolation = (message: string): PgError => new PgError('08P01', message, {}, 'FATAL')

/** A FATAL error: sent, then the connection is closed. */
export const fatal = (code: string, message: string, fields: ErrorFields = {}): PgError =>
  new PgError(code, message, fields, 'FATAL')

/** What orez does not do: SQLSTATE 0A000, naming the feature. */
export class Unsupported extends PgError {}

export const unsupported = (feature: string, fields: ErrorFields = {}): PgError =>
  new Unsupported('0A000', `${feature} is not supported`, fields)

/** Anything that is not a PgError is a defect of ours: XX000. */
export const toPgError = (error: unknown): PgError =>
  error instanceof PgError ? error : new PgError('XX000', error instanceof Error ? error.message : String(error))
