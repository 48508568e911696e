/** Compiled SQL on SQLite, in a thread that is given up when a statement hangs or crashes it: that counts as wrong. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Engine, Executed, Outcome } from './outcome.ts'

/** How long a statement may take, in milliseconds. */
const PATIENCE = 30_000

export type TargetName = 'native' | 'pure'

const start = async (target: TargetName, database: string): Promise<Worker> => {
  const worker = new Worker(new URL('./candidate-worker.ts', import.meta.url), { workerData: { target, database } })
  await once(worker, 'message')
  return worker
}

const ask = async (worker: Worker, step: Executed): Promise<Outcome> => {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
  const timer = setTimeout(() => reject(new Error(`no answer for ${PATIENCE / 1000} s`)), PATIENCE)
  const onExit = (): void => reject(new Error('the thread ended'))
  worker.once('message', resolve).once('error', reject).once('exit', onExit)
  try {
    worker.postMessage(step)
    return await promise
  } finally {
    clearTimeout(timer)
    worker.off('message', resolve).off('error', reject).off('exit', onExit)
  }
}

export class Candidate implements Engine {
  readonly name: TargetName
  readonly #database: string
  #worker: Worker
  /** What has been executed, to come back to the same state in a new thread. */
  readonly #history: Executed[] = []

  private constructor(name: TargetName, database: string, worker: Worker) {
    this.name = name
    this.#database = database
    this.#worker = worker
  }

  /** @param database its name */
  static async start(target: TargetName, database: string): Promise<Candidate> {
    return new Candidate(target, database, await start(target, database))
  }

  async execute(sql: string, copyData?: string, parameters?: readonly (string | null)[]): Promise<Outcome> {
    const step = { sql, copyData, parameters }
    try {
      const outcome = await ask(this.#worker, step)
      this.#history.push(step)
      return outcome
    } catch (error) {
      await this.#worker.terminate()
      this.#worker = await start(this.name, this.#database)
      for (const before of this.#history) await ask(this.#worker, before)
      const message = error instanceof Error ? error.message : String(error)
      return { rows: [], notices: [], error: { severity: 'PANIC', code: 'XX000', message }, status: 'I' }
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}
