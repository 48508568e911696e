/** The environment of a session: made anew when something of it has changed. */
import type { Environment } from '../../compiler/types/environment.ts'

/** What changes from statement to statement. */
type Changing = Pick<Environment, 'catalog' | 'settings' | 'clock' | 'query' | 'fired'>

export class SessionEnvironment {
  readonly #changing: () => Changing
  readonly #lasting: () => Omit<Environment, keyof Changing>
  #kept: Omit<Environment, keyof Changing> | undefined
  #current: Environment | undefined

  /** @param lasting what stays the same: asked once, when it is needed first */
  constructor(changing: () => Changing, lasting: () => Omit<Environment, keyof Changing>) {
    this.#changing = changing
    this.#lasting = lasting
  }

  get current(): Environment {
    const now = this.#changing()
    const known = this.#current
    if (
      known !== undefined &&
      known.catalog === now.catalog &&
      known.settings === now.settings &&
      known.clock === now.clock &&
      known.query === now.query &&
      known.fired === now.fired
    )
      return known
    this.#kept ??= this.#lasting()
    this.#current = { ...this.#kept, ...now }
    return this.#current
  }
}
