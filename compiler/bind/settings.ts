/** The characteristics of a transaction. Manual: "SET TRANSACTION". */
export interface TransactionModes {
  readonly isolation: 'serializable' | 'repeatable read' | 'read committed' | 'read uncommitted'
  readonly readOnly: boolean
  readonly deferrable: boolean
}

/** The settings of a session that change what a statement means. */
export interface Settings {
  readonly searchPath: readonly string[]
  /** As it was set. */
  readonly searchPathText: string
  readonly user: string
  readonly database: string
  readonly timeZone: string
  readonly dateStyle: string
  readonly intervalStyle: string
  readonly extraFloatDigits: number
  readonly byteaOutput: 'hex' | 'escape'
  readonly standardConformingStrings: boolean
  /** Parameters that have been set and change no result, or that only an application knows; by lower-case name. */
  readonly others: Readonly<Record<string, string>>
  /** Of the transaction that is open. */
  readonly transaction: TransactionModes
  /** Of transactions to come. */
  readonly defaultTransaction: TransactionModes
}

const DEFAULT_MODES: TransactionModes = { isolation: 'read committed', readOnly: false, deferrable: false }

export const DEFAULT_SETTINGS: Settings = {
  searchPath: ['public'],
  searchPathText: '"$user", public',
  user: 'postgres',
  database: 'postgres',
  timeZone: 'UTC',
  dateStyle: 'ISO, MDY',
  intervalStyle: 'postgres',
  extraFloatDigits: 1,
  byteaOutput: 'hex',
  standardConformingStrings: true,
  others: {},
  transaction: DEFAULT_MODES,
  defaultTransaction: DEFAULT_MODES,
}
