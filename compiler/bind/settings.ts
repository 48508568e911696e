/** The settings of a session that change what a statement means. */
export interface Settings {
  readonly searchPath: readonly string[]
  readonly user: string
  readonly database: string
  readonly timeZone: string
  readonly dateStyle: string
  readonly intervalStyle: string
  readonly extraFloatDigits: number
  readonly byteaOutput: 'hex' | 'escape'
  readonly standardConformingStrings: boolean
}

export const DEFAULT_SETTINGS: Settings = {
  searchPath: ['public'],
  user: 'postgres',
  database: 'postgres',
  timeZone: 'UTC',
  dateStyle: 'ISO, MDY',
  intervalStyle: 'postgres',
  extraFloatDigits: 1,
  byteaOutput: 'hex',
  standardConformingStrings: true,
}
