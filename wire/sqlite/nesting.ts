/**
 * What runs inside what. A function that a query calls can read and change tables while the query is still being
 * computed; where SQLite's and PostgreSQL's snapshots would then show different rows, the statement is refused.
 */
import type { RelationInfo } from '../../compiler/catalog/entries.ts'
import { unsupported } from '../protocol/error.ts'

interface Running {
  /** Relations that the query is reading. */
  readonly reads: readonly number[]
  /** The relation whose rows the query computes the changes of. */
  readonly target?: number
  /** The relation whose rows are half changed. */
  readonly changing?: number
  /** A function has read the target, which in PostgreSQL shows the rows changed so far. */
  targetRead: boolean
}

export class Nesting {
  readonly #running: Running[] = []

  get isNested(): boolean {
    return this.#running.length > 0
  }

  #within<Outcome>(running: Running, work: () => Outcome): Outcome {
    this.#running.push(running)
    try {
      return work()
    } finally {
      this.#running.pop()
    }
  }

  /** A query that may call functions. */
  reading<Outcome>(reads: readonly number[], work: () => Outcome): Outcome {
    return this.#within({ reads, targetRead: false }, work)
  }

  /** The query of a write. @param many whether its outcome is more than what a single row's change would see */
  computing<Outcome>(
    reads: readonly number[],
    target: RelationInfo,
    work: () => Outcome,
    many: (outcome: Outcome) => boolean,
  ): Outcome {
    const running: Running = { reads, target: target.oid, targetRead: false }
    const outcome = this.#within(running, work)
    if (running.targetRead && many(outcome))
      throw unsupported(`a function that reads "${target.name}" while several of its rows are being changed`)
    return outcome
  }

  changing<Outcome>(relation: RelationInfo, work: () => Outcome): Outcome {
    return this.#within({ reads: [], changing: relation.oid, targetRead: false }, work)
  }

  /** Work that starts when all rows have been changed: what the statement has read is done with. */
  apart<Outcome>(work: () => Outcome): Outcome {
    const around = this.#running.splice(0)
    try {
      return work()
    } finally {
      this.#running.splice(0, this.#running.length, ...around)
    }
  }

  willRead(reads: readonly number[]): void {
    for (const running of this.#running)
      if (running.target !== undefined && reads.includes(running.target)) running.targetRead = true
  }

  /** @throws PgError 0A000 */
  willChange(relation: RelationInfo): void {
    for (const { reads, target, changing } of this.#running)
      if (reads.includes(relation.oid) || target === relation.oid || changing === relation.oid)
        throw unsupported(`a function that changes "${relation.name}", which the statement around it reads or changes,`)
  }
}
