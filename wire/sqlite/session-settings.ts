/** The settings of a session: as they are, as they will be after the transaction, and as RESET leaves them. */
import { DEFAULT_SETTINGS, type Settings } from '../../compiler/bind/settings.ts'
import { showSetting } from '../../compiler/setting/show.ts'
import { unsupported } from '../protocol/error.ts'
import { applySetting, betweenTransactions, modesOfSetting } from './settings.ts'

export class SessionSettings {
  /** What RESET goes back to. */
  defaults: Settings
  current: Settings
  /** What the settings are once the transaction has been committed. */
  lasting: Settings

  constructor(database: string) {
    this.defaults = { ...DEFAULT_SETTINGS, database }
    this.current = this.defaults
    this.lasting = this.defaults
  }

  /** As a new session has them. */
  reset(): void {
    this.current = this.defaults
    this.lasting = this.defaults
  }

  /** A client has asked for a setting when it connected: RESET goes back to it. @throws PgError */
  start(name: string, value: string): void {
    this.defaults = applySetting(this.defaults, name.toLowerCase(), value)
    this.reset()
  }

  /** set_config(). @returns the value as SHOW prints it @throws PgError */
  configure(name: string, value: string | undefined, local: boolean): string {
    const key = name.toLowerCase()
    if (modesOfSetting(key, value) !== undefined) throw unsupported(`set_config() of "${name}"`)
    this.current = applySetting(this.current, key, value)
    if (!local) this.lasting = applySetting(this.lasting, key, value)
    return showSetting(this.current, name).value
  }

  /** What was set for the transaction alone ends with it. */
  endTransaction(): void {
    this.current = betweenTransactions(this.lasting)
  }

  /** Runs a statement that is a transaction of its own: what it has set is undone when it throws. */
  alone<Outcome>(work: () => Outcome): Outcome {
    const { current, lasting } = this
    try {
      return work()
    } catch (error) {
      this.current = current
      this.lasting = lasting
      throw error
    }
  }

  /** Runs work under other settings, which end with it. */
  during<Outcome>(settings: readonly (readonly [name: string, value: string])[], work: () => Outcome): Outcome {
    const before = this.current
    for (const [name, value] of settings) this.current = applySetting(this.current, name, value)
    try {
      return work()
    } finally {
      this.current = before
    }
  }
}
