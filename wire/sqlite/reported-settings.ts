/** The settings that a client is told of, at the start and whenever they change (GUC_REPORT). Manual: "Asynchronous Operations". */
import { parameterStatus } from '../protocol/backend.ts'
import type { SqliteSession } from './session.ts'
import { settingsKey } from './settings-key.ts'

const REPORTED = [
  'application_name',
  'client_encoding',
  'DateStyle',
  'default_transaction_read_only',
  'integer_datetimes',
  'IntervalStyle',
  'is_superuser',
  'search_path',
  'server_encoding',
  'server_version',
  'session_authorization',
  'standard_conforming_strings',
  'TimeZone',
] as const

const FIXED: readonly (readonly [name: string, value: string])[] = [
  ['in_hot_standby', 'off'],
  ['scram_iterations', '4096'],
]

export class ReportedSettings {
  readonly #session: SqliteSession
  readonly #changed: () => void
  readonly #told = new Map<string, string>()
  #toldOf = ''

  /** @param changed is called when any setting, of these or not, has another value */
  constructor(session: SqliteSession, changed: () => void) {
    this.#session = session
    this.#changed = changed
  }

  /** All of them: what a client is told when it has logged in. */
  greeting(): Buffer {
    return Buffer.concat([...this.changes(), ...FIXED.map(([name, value]) => parameterStatus(name, value))])
  }

  /** Those whose values are not what the client has last been told. */
  changes(): Buffer[] {
    const key = settingsKey(this.#session.environment.settings)
    if (key === this.#toldOf) return []
    this.#toldOf = key
    this.#changed()
    return REPORTED.flatMap((name) => {
      const value = this.#session.show(name)
      if (this.#told.get(name) === value) return []
      this.#told.set(name, value)
      return [parameterStatus(name, value)]
    })
  }
}
