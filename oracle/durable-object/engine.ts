/** A real Durable Object in workerd as an engine. Its transactions are callbacks, so it executes a script as a whole. */
import { join } from 'node:path'
import { Miniflare } from 'miniflare'
import { bundleWorker } from '../../runtimes/cloudflare/bundle.ts'
import type { Engine, Executed, Outcome } from '../outcome.ts'

/** workerd with the oracle's worker in it. */
export class Workerd {
  readonly #miniflare: Miniflare
  #objects = 0

  private constructor(miniflare: Miniflare) {
    this.#miniflare = miniflare
  }

  static async start(): Promise<Workerd> {
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
    return new Workerd(miniflare)
  }

  /** What a new object answers to a script. */
  async run(database: string, steps: readonly Executed[]): Promise<Outcome[]> {
    const response = await this.#miniflare.dispatchFetch(`http://oracle/${this.#objects++}`, {
      method: 'POST',
      body: JSON.stringify({ database, steps }),
    })
    if (!response.ok) throw new Error(`workerd: ${await response.text()}`)
    return (await response.json()) as Outcome[]
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
