/** The times that a statement can ask for. Manual: "Current Date/Time". */
export interface Clock {
  /** Start of the transaction, in microseconds from 2000-01-01 00:00 UTC. */
  readonly transaction: bigint
  /** When the client's latest message came, in the same unit. */
  readonly statement: bigint
}

export const STOPPED: Clock = { transaction: 0n, statement: 0n }

/** Knows whether the time has been looked at: what has been made of it is good for this moment only. */
export class WatchedClock implements Clock {
  read = false
  readonly watched: Clock

  constructor(watched: Clock) {
    this.watched = watched
  }

  get transaction(): bigint {
    this.read = true
    return this.watched.transaction
  }

  get statement(): bigint {
    this.read = true
    return this.watched.statement
  }
}

/** Microseconds from 1970-01-01 to 2000-01-01. */
const UNIX_MICROS = 946_684_800_000_000n
const SECOND = 1_000_000n

let last = -SECOND

/**
 * The time of day. Readings within a millisecond are told apart, as PostgreSQL's are; a clock that is set back by a second
 * or more is believed.
 * @returns microseconds from 2000-01-01 00:00 UTC
 */
export const timeOfDay = (): bigint => {
  const read = BigInt(Date.now()) * 1000n - UNIX_MICROS
  last = read <= last && last - read < SECOND ? last + 1n : read
  return last
}
