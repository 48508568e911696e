import { OWNER_ROLE } from '../catalog/role.ts'

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
  /** The superuser that the database was made with. */
  readonly user: string
  /** The role that has logged in, the one of SET SESSION AUTHORIZATION, and that of SET ROLE; by oid. */
  readonly loginRole: number
  readonly sessionRole: number
  readonly setRole: number | undefined
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
  loginRole: OWNER_ROLE,
  sessionRole: OWNER_ROLE,
  setRole: undefined,
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
