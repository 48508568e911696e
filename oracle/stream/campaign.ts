/** Random changes on PostgreSQL and on orez: a subscriber of each must be sent the same bytes. */
import fc from 'fast-check'
import postgres from 'postgres'
import { shown } from './frame.ts'
import { type Sequence, sequence, TYPES_OF_USERS } from './sequence.ts'
import { PUBLICATION, Subscriber } from './subscriber.ts'

export interface Counts {
  equal: number
  /** Sequences with a statement that orez refuses. */
  refused: number
  /** What it says of these, and how often. */
  readonly refusals: Map<string, number>
}

export interface StreamFinding {
  readonly sequence: Sequence
  readonly reason: string
}

interface Side {
  readonly sql: postgres.Sql
  readonly url: string
  readonly binary: boolean
  subscriber: Subscriber
}

/** What orez does not do. */
class Refusal {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

const RESET = `drop publication if exists ${PUBLICATION}; drop schema if exists stream cascade; create schema stream; set search_path = stream`

const SLOT = `stream_${process.pid}`

const open = async (url: string, binary: boolean): Promise<Side> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, max_lifetime: null })
  await sql.unsafe(`${RESET}; create publication ${PUBLICATION}`).simple()
  return { sql, url, binary, subscriber: await Subscriber.open(sql, url, SLOT, binary) }
}

const close = async ({ sql, subscriber }: Side): Promise<void> => {
  await subscriber.close()
  await sql.unsafe(`rollback; drop publication if exists ${PUBLICATION}; drop schema if exists stream cascade`).simple()
  await sql.end()
}

interface Failure {
  readonly code: string
  readonly message: string
}

/** @returns the error, if there is one */
const execute = async ({ sql }: Side, text: string): Promise<Failure | undefined> => {
  try {
    await sql.unsafe(text).simple()
    return undefined
  } catch (error) {
    const { code, message } = error as Partial<Failure>
    if (code === undefined || code.length !== 5) throw error
    // what is left of a transaction that has failed
    await sql.unsafe('rollback').simple()
    return { code, message: message ?? '' }
  }
}

/** @returns undefined where the server has ended the stream by refusing something; there is another one then */
const take = async (side: Side): Promise<Buffer[] | undefined> => {
  try {
    return await side.subscriber.take()
  } catch (error) {
    if ((error as { code?: string }).code !== '0A000') throw error
    await side.subscriber.close()
    side.subscriber = await Subscriber.open(side.sql, side.url, SLOT, side.binary)
    return undefined
  }
}

export class StreamCampaign {
  readonly #truth: Side
  readonly #candidate: Side
  readonly counts: Counts = { equal: 0, refused: 0, refusals: new Map() }

  private constructor(truth: Side, candidate: Side) {
    this.#truth = truth
    this.#candidate = candidate
  }

  /**
   * @param native @param orez URLs of databases that are the campaign's own
   * @param binary values are asked for in binary format
   */
  static async open(native: string, orez: string, binary = false): Promise<StreamCampaign> {
    return new StreamCampaign(await open(native, binary), await open(orez, binary))
  }

  async close(): Promise<void> {
    await close(this.#truth)
    await close(this.#candidate)
  }

  /**
   * Runs sequences.
   * @param log is told of a difference before a shorter sequence is looked for
   * @returns the shortest that shows a difference, if there is one
   */
  async run(
    count: number,
    seed: number,
    log: (line: string) => void = () => undefined,
  ): Promise<StreamFinding | undefined> {
    let reason = ''
    let failing = false
    let done = 0
    const result = await fc.check(
      fc.asyncProperty(sequence, async (given) => {
        const found = await this.difference(given)
        if (!failing) done++
        if (found instanceof Refusal) {
          if (!failing) this.#count(found)
          return true
        }
        if (found === undefined) {
          if (!failing) this.counts.equal++
          return true
        }
        if (!failing) log(`a difference after ${done} sequences: ${found}`)
        failing = true
        reason = found
        return false
      }),
      { numRuns: count, seed, endOnFailure: false },
    )
    if (!result.failed) return undefined
    const [shrunk] = result.counterexample ?? []
    if (shrunk === undefined) throw new Error('fast-check has no counterexample')
    const last = await this.difference(shrunk)
    return { sequence: shrunk, reason: typeof last === 'string' ? last : reason }
  }

  #count({ message }: Refusal): void {
    const { refusals } = this.counts
    this.counts.refused++
    refusals.set(message, (refusals.get(message) ?? 0) + 1)
  }

  /** How the streams of a sequence differ; undefined where they do not. */
  async difference({ setup, changes }: Sequence): Promise<string | Refusal | undefined> {
    const both = [this.#candidate, this.#truth] as const
    for (const side of both) await side.sql.unsafe([RESET, ...TYPES_OF_USERS].join('; ')).simple()
    for (const text of [...setup, ...changes]) {
      const failure = await execute(this.#candidate, text)
      const actual = failure?.code
      const expected = (await execute(this.#truth, text))?.code
      if (failure?.code === '0A000') {
        if (expected === '0A000') continue
        for (const { subscriber } of both) await subscriber.take()
        return new Refusal(failure.message)
      }
      if (actual !== expected) {
        for (const { subscriber } of both) await subscriber.take()
        return `${text}: ${actual ?? 'succeeds'} instead of ${expected ?? 'success'}`
      }
    }
    const [actual, expected] = [await take(this.#candidate), await this.#truth.subscriber.take()]
    if (actual === undefined) return new Refusal('the stream')
    const at = expected.findIndex((frame, index) => actual[index]?.equals(frame) !== true)
    if (at < 0 && actual.length === expected.length) return undefined
    const where = at < 0 ? expected.length : at
    const show = (frames: readonly Buffer[]): string =>
      frames
        .slice(where, where + 3)
        .map(shown)
        .join('\n    ') || 'nothing'
    return `frame ${where}:\n    ${show(actual)}\n  instead of\n    ${show(expected)}`
  }
}
