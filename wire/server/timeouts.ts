/**
 * Time limits of a session. PGlite has no timer signals, so the server keeps the time.
 * PostgreSQL manual, "Statement Behavior": statement_timeout, idle_in_transaction_session_timeout,
 * idle_session_timeout.
 */
import type { TransactionStatus } from '../protocol/backend.ts'
import { fatal, PgError } from '../protocol/error.ts'

export const TIMEOUT_SETTINGS = [
  'statement_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
] as const
type TimeoutSetting = (typeof TIMEOUT_SETTINGS)[number]

/** Milliseconds in PostgreSQL's units of time; a number without one is in milliseconds. */
const UNITS: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads a duration as SHOW writes it, in milliseconds. */
export const milliseconds = (text: string): number => {
  const number = Number.parseInt(text, 10)
  return number * (UNITS[text.slice(String(number).length)] ?? 0)
}

/** The longest delay that a timer takes, in milliseconds. */
export const LONGEST_DELAY = 2 ** 31 - 1

export interface TimeoutListener {
  /** The running statement is to be cancelled. */
  cancel(reason: PgError): void
  /** The session is to end. */
  terminate(reason: PgError): void
}

const tooLong = (): PgError => new PgError('57014', 'canceling statement due to statement timeout')

export class Timeouts {
  readonly #listener: TimeoutListener
  readonly #limits: Record<TimeoutSetting, number> = {
    statement_timeout: 0,
    idle_in_transaction_session_timeout: 0,
    idle_session_timeout: 0,
  }
  /** Those that hold until the transaction ends. */
  #local: Partial<Record<TimeoutSetting, number>> = {}
  #timer: NodeJS.Timeout | undefined
  /** When the running statement has taken too long, by `performance.now()`. */
  #until = Number.POSITIVE_INFINITY

  constructor(listener: TimeoutListener) {
    this.#listener = listener
  }

  /** A setting's value, as it is shown or set; others than time limits are ignored. */
  set(name: string, value: string): void {
    const setting = TIMEOUT_SETTINGS.find((one) => one === name)
    if (setting !== undefined) this.#limits[setting] = milliseconds(value)
  }

  /** A value for the rest of the transaction. */
  setLocal(name: string, value: string): void {
    const setting = TIMEOUT_SETTINGS.find((one) => one === name)
    if (setting !== undefined) this.#local[setting] = milliseconds(value)
  }

  /** Forgets what holds for the transaction. Returns whether there was anything. */
  dropLocal(): boolean {
    const had = Object.keys(this.#local).length > 0
    this.#local = {}
    return had
  }

  #limit(setting: TimeoutSetting): number {
    return this.#local[setting] ?? this.#limits[setting]
  }

  /** PostgreSQL has begun to work for the session. */
  working(): void {
    const limit = this.#limit('statement_timeout')
    this.#until = limit > 0 ? performance.now() + limit : Number.POSITIVE_INFINITY
    this.#start(limit, () => this.#listener.cancel(tooLong()))
  }

  /** For what keeps timers from being run. @throws PgError 57014 when the running statement has taken too long */
  check(): void {
    if (this.#until === Number.POSITIVE_INFINITY || performance.now() <= this.#until) return
    this.#until = Number.POSITIVE_INFINITY
    throw tooLong()
  }

  /** The session waits for its client. */
  idle(status: TransactionStatus): void {
    this.#until = Number.POSITIVE_INFINITY
    if (status === 'I') {
      this.dropLocal()
      this.#start(this.#limit('idle_session_timeout'), () =>
        this.#listener.terminate(fatal('57P05', 'terminating connection due to idle-session timeout')),
      )
    } else {
      this.#start(this.#limit('idle_in_transaction_session_timeout'), () =>
        this.#listener.terminate(fatal('25P03', 'terminating connection due to idle-in-transaction timeout')),
      )
    }
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #start(limit: number, act: () => void): void {
    this.stop()
    if (limit > 0) this.#timer = setTimeout(act, Math.min(limit, LONGEST_DELAY))
  }
}
