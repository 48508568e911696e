/** All that a client can see of one statement. */

export interface ReportedError {
  readonly severity: string
  readonly code: string
  readonly message: string
  readonly position?: number | undefined
}

export interface ReportedColumn {
  readonly name: string
  /** The type's oid; 0 for one that a user has made. */
  readonly type: number
  readonly typmod: number
}

export interface Outcome {
  readonly tag?: string | undefined
  readonly columns?: readonly ReportedColumn[] | undefined
  readonly rows: readonly (readonly (string | null)[])[]
  readonly error?: ReportedError | undefined
  readonly notices: readonly Omit<ReportedError, 'position'>[]
  /** The transaction status afterwards. */
  readonly status: string
}

/** A statement to execute, with what belongs to it. */
export interface Executed {
  readonly sql: string
  readonly copyData?: string | undefined
  readonly parameters?: readonly (string | null)[] | undefined
}

/** Something that executes SQL. */
export interface Engine {
  readonly name: string
  /**
   * @param copyData what follows a `COPY … FROM STDIN`
   * @param parameters in text form; with them the statement is prepared and bound
   */
  execute(sql: string, copyData?: string, parameters?: readonly (string | null)[]): Promise<Outcome>
  close(): Promise<void>
}

/** OIDs from here on are given to what users make. */
export const FIRST_USER_OID = 16_384

export const reportedType = (oid: number): number => (oid >= FIRST_USER_OID ? 0 : oid)
