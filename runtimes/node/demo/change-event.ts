/** One line of the live change log. */
export interface ChangeEvent {
  readonly lsn: string
  readonly table: string
  /** MORE stands for rows of a bulk change that are not shown. */
  readonly operation: 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE' | 'MORE' | 'COMMIT'
  readonly row: Readonly<Record<string, string | null>>
}
