/** A real Durable Object in workerd as an engine. Its transactions are callbacks, so it executes a script as a whole. */
import { join } from 'node:path'
import { Miniflare } from 'miniflare'
import { bundleWorker } from '../../runtimes/cloudflare/bundle.ts'
import type { Engine, Executed, Outcome } from '../outcome.ts'

/**
 * How long a script may take, in milliseconds. One that joins without an index takes minutes in workerd, whose SQLite plans
 * EXISTS as a loop, and more on a busy machine.
 */
const PATIENCE = 1_800_000
const PATIENCE_PER_STATEMENT = 100

const PANIC: Outcome = {
  rows: [],
  notices: [],
  error: { severity: 'PANIC', code: 'XX000', message: 'the Durable Object has crashed, or does not answer' },
  status: 'I',
}

const start = async (): Promise<Miniflare> => {
  const { script, grammar } = await bundleWorker(join(import.meta.dirname, 'worker.ts'))
  const miniflare = new Miniflare({
    modules: [
      { type: 'ESModule', path: 'worker.mjs', contents: script },
      { type: 'CompiledWasm', path: 'libpg-query.wasm', contents: grammar },
    ],
    compatibilityDate: '2026-06-01',
    durableObjects: { ORACLE: { className: 'OracleObject', useSQLite: true } },
  })
  await miniflare.ready
  return miniflare
}

/** workerd with the oracle's worker in it. */
export class Workerd {
  #miniflare: Miniflare
  #objects = 0

  private constructor(miniflare: Miniflare) {
    this.#miniflare = miniflare
  }

  static async start(): Promise<Workerd> {
    return new Workerd(await start())
  }

  /**
   * What a new object answers to a script. A statement that hangs or crashes it is found by halving what comes before it, and
   * answers with PANIC; the script then goes on without it.
   */
  async run(database: string, steps: readonly Executed[]): Promise<Outcome[]> {
    const all = await this.#attempt(database, steps)
    if (all !== undefined) return all
    let [good, bad] = [0, steps.length]
    let before: Outcome[] = []
    while (bad - good > 1) {
      const middle = (good + bad) >> 1
      const outcomes = await this.#attempt(database, steps.slice(0, middle))
      if (outcomes === undefined) bad = middle
      else [good, before] = [middle, outcomes]
    }
    const rest = await this.run(database, [...steps.slice(0, good), ...steps.slice(bad)])
    return [...before, PANIC, ...rest.slice(good)]
  }

  /** A new object that executes statements as they come, each in a transaction of its own. */
  open(database: string): Engine {
    const object = this.#objects++
    return {
      name: 'durable object',
      execute: async (sql, copyData, parameters) => {
        const outcomes = await this.#attempt(database, [{ sql, copyData, parameters }], object)
        return outcomes?.[0] ?? PANIC
      },
      close: () => Promise.resolve(),
    }
  }

  /** @returns undefined when there is no answer: workerd is then started anew */
  async #attempt(
    database: string,
    steps: readonly Executed[],
    object = this.#objects++,
  ): Promise<Outcome[] | undefined> {
    try {
      const response = await this.#miniflare.dispatchFetch(`http://oracle/${object}`, {
        method: 'POST',
        body: JSON.stringify({ database, steps }),
        signal: AbortSignal.timeout(PATIENCE + steps.length * PATIENCE_PER_STATEMENT),
      })
      return response.ok ? ((await response.json()) as Outcome[]) : undefined
    } catch {
      await this.#miniflare.dispose()
      this.#miniflare = await start()
      return undefined
    }
  }

  async stop(): Promise<void> {
    await this.#miniflare.dispose()
  }
}

/** The answers of a script that has been executed, one after the other. */
export class ExecutedScript implements Engine {
  readonly name = 'durable object'
  readonly #outcomes: readonly Outcome[]
  #at = 0

  constructor(outcomes: readonly Outcome[]) {
    this.#outcomes = outcomes
  }

  execute(): Promise<Outcome> {
    const outcome = this.#outcomes[this.#at++]
    if (outcome === undefined) throw new Error('the script has more statements than were executed')
    return Promise.resolve(outcome)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
