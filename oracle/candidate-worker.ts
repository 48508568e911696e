/** The candidate in a thread of its own, so that a statement that never ends can be ended. */
import { parentPort, workerData } from 'node:worker_threads'
import { loadGrammar } from '../compiler/parse.ts'
import type { Executed } from './outcome.ts'
import { SqliteEngine } from './sqlite-engine.ts'

await loadGrammar()
const { target, database } = workerData as { target: 'native' | 'pure'; database: string }
const engine = new SqliteEngine(target, database)
parentPort?.on('message', ({ sql, copyData, parameters }: Executed) => {
  parentPort?.postMessage(engine.executeNow(sql, copyData, parameters))
})
parentPort?.postMessage('ready')
