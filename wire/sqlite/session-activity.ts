/** What a session is doing, and since when. Manual: "pg_stat_activity". */
import { timeOfDay } from '../../compiler/types/clock.ts'
import type { SessionActivity } from '../../compiler/types/environment.ts'
import type { TransactionStatus } from '../protocol/backend.ts'

interface Identity {
  readonly pid: number
  readonly role: number
  readonly database: string
  readonly address: string
  readonly port: number
}

const IDLE: Readonly<Record<TransactionStatus, string>> = {
  I: 'idle',
  T: 'idle in transaction',
  E: 'idle in transaction (aborted)',
}

export class SessionActivityLog {
  readonly #identity: Identity
  readonly #since = timeOfDay()
  #changedAt = this.#since
  #query = ''
  #queryStart: bigint | undefined
  #transactionStart: bigint | undefined
  #isBusy = false
  #isWaiting = false

  constructor(identity: Identity) {
    this.#identity = identity
  }

  /** A message has come. */
  working(): void {
    if (this.#isBusy) return
    this.#isBusy = true
    this.#changedAt = timeOfDay()
    this.#transactionStart ??= this.#changedAt
  }

  query(text: string): void {
    this.#query = text
    this.#queryStart = timeOfDay()
  }

  /** All that the client has asked for is answered. */
  idle(status: TransactionStatus): void {
    this.#isBusy = false
    this.#changedAt = timeOfDay()
    if (status === 'I') this.#transactionStart = undefined
  }

  /** It waits for its turn to write. */
  async waiting(turn: Promise<void>): Promise<void> {
    this.#isWaiting = true
    try {
      await turn
    } finally {
      this.#isWaiting = false
    }
  }

  describe(application: string, status: TransactionStatus): SessionActivity {
    const { address, port, ...identity } = this.#identity
    return {
      ...identity,
      application,
      state: this.#isBusy ? 'active' : IDLE[status],
      query: this.#query,
      waits: this.#isWaiting ? 'lock' : this.#isBusy ? undefined : 'client',
      transactionStart: this.#transactionStart,
      queryStart: this.#queryStart,
      since: this.#since,
      changedAt: this.#changedAt,
      address: address === '' ? undefined : address.replace(/^::ffff:/, ''),
      port: address === '' ? undefined : port,
    }
  }
}
