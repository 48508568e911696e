/** The candidate in a thread of its own, so that a statement that never ends can be ended. */
import { parentPort, workerData } from 'node:worker_threads'
import { loadGrammar } from '../compiler/parse.ts'
import { SqliteEngine } from './sqlite-engine.ts'

await loadGrammar()
const engine = new SqliteEngine((workerData as { target: 'native' | 'pure' }).target)
parentPort?.on('message', ({ sql, copyData }: { sql: string; copyData: string | undefined }) => {
  parentPort?.postMessage(engine.executeNow(sql, copyData))
})
parentPort?.postMessage('ready')
