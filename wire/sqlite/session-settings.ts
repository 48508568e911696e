/** The settings of a session: as they are, as they will be after the transaction, and as RESET leaves them. */
import { DEFAULT_SETTINGS, type Settings } from '../../compiler/bind/settings.ts'
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import { currentRole } from '../../compiler/catalog/role.ts'
import { showSetting } from '../../compiler/setting/show.ts'
import { PgError, unsupported } from '../protocol/error.ts'
import { settingsAtLogin, withUserSchema } from './role-setting.ts'
import { applySetting, betweenTransactions, modesOfSetting } from './settings.ts'

export class SessionSettings {
  /** What RESET goes back to. */
  defaults: Settings
  current: Settings
  /** What the settings are once the transaction has been committed. */
  lasting: Settings

  readonly #catalog: () => Catalog
  /** Custom settings that have been given a value at any time: they are there from then on (define_custom_variable). */
  readonly #custom = new Set<string>()
  /** A function of another role is being executed, as that role. */
  #isAnother = false

  /**
   * @param database its name
   * @param user the superuser that it was made with
   * @param catalog with its roles
   */
  constructor(database: string, user: string, catalog: () => Catalog) {
    this.#catalog = catalog
    this.defaults = withUserSchema({ ...DEFAULT_SETTINGS, database, user }, catalog())
    this.current = this.defaults
    this.lasting = this.defaults
  }

  /** As a new session has them. */
  reset(): void {
    this.restore(this.defaults, this.defaults)
  }

  #withCustom(settings: Settings): Settings {
    if (this.#custom.size === 0) return settings
    const lost = [...this.#custom].filter((name) => settings.others[name] === undefined)
    if (lost.length === 0) return settings
    return { ...settings, others: { ...settings.others, ...Object.fromEntries(lost.map((name) => [name, ''])) } }
  }

  /** A role has logged in. */
  logIn(role: number): void {
    this.defaults = withUserSchema({ ...this.defaults, loginRole: role, sessionRole: role }, this.#catalog())
    this.reset()
    for (const [name, value] of settingsAtLogin(this.#catalog(), role))
      try {
        this.start(name, value)
      } catch (error) {
        // A value that means nothing any more keeps nobody out.
        if (!(error instanceof PgError)) throw error
      }
  }

  /** A client has asked for a setting when it connected: RESET goes back to it. @throws PgError */
  start(name: string, value: string): void {
    this.defaults = applySetting(this.defaults, name.toLowerCase(), value, this.#catalog())
    this.reset()
  }

  /** SET; without a value RESET. @throws PgError */
  set(name: string, value: string | undefined, local: boolean): void {
    if (this.#isAnother && (name === 'role' || name === 'session_authorization'))
      throw new PgError('42501', `cannot set parameter "${name}" within security-definer function`)
    this.current = applySetting(this.current, name, value, this.#catalog())
    if (name.includes('.')) this.#custom.add(name)
    if (!local) this.lasting = applySetting(this.lasting, name, value, this.#catalog())
  }

  /** What SHOW prints. @throws PgError 42704 */
  show(name: string): { readonly name: string; readonly value: string } {
    return showSetting({ settings: this.current, catalog: this.#catalog() }, name)
  }

  /** set_config(). @returns the value as SHOW prints it @throws PgError */
  configure(name: string, value: string | undefined, local: boolean): string {
    const key = name.toLowerCase()
    if (modesOfSetting(key, value) !== undefined) throw unsupported(`set_config() of "${name}"`)
    this.set(key, value, local)
    return this.show(name).value
  }

  /** They are again what they were. */
  restore(current: Settings, lasting: Settings): void {
    this.current = this.#withCustom(current)
    this.lasting = this.#withCustom(lasting)
  }

  /** What was set for the transaction alone ends with it. */
  endTransaction(): void {
    this.lasting = this.#withCustom(this.lasting)
    this.current = betweenTransactions(this.lasting)
  }

  /** Runs a statement that is a transaction of its own: what it has set is undone when it throws. */
  alone<Outcome>(work: () => Outcome): Outcome {
    const { current, lasting } = this
    try {
      return work()
    } catch (error) {
      this.restore(current, lasting)
      throw error
    }
  }

  /** Runs work as another role, which RESET ROLE knows nothing of. */
  asRole<Outcome>(role: number, work: () => Outcome): Outcome {
    if (role === currentRole(this.current)) return work()
    const before = this.current.setRole
    const isAnother = this.#isAnother
    this.current = withUserSchema({ ...this.current, setRole: role }, this.#catalog())
    this.#isAnother = true
    try {
      return work()
    } finally {
      this.#isAnother = isAnother
      this.current = withUserSchema({ ...this.current, setRole: before }, this.#catalog())
    }
  }

  /** Runs work under other settings, which end with it. */
  during<Outcome>(settings: readonly (readonly [name: string, value: string])[], work: () => Outcome): Outcome {
    const before = this.current
    for (const [name, value] of settings) this.current = applySetting(this.current, name, value, this.#catalog())
    try {
      return work()
    } finally {
      this.current = before
    }
  }
}
