/** The options of a TRUNCATE, as pgoutput's Truncate message and both change logs have them: a byte of flags. */

export interface TruncateOptions {
  readonly cascade: boolean
  readonly restartIdentity: boolean
}

const CASCADE = 1
const RESTART_SEQS = 2

export const truncateFlags = ({ cascade, restartIdentity }: TruncateOptions): number =>
  (cascade ? CASCADE : 0) | (restartIdentity ? RESTART_SEQS : 0)

export const truncateOptions = (flags: number): TruncateOptions => ({
  cascade: (flags & CASCADE) !== 0,
  restartIdentity: (flags & RESTART_SEQS) !== 0,
})
