/**
 * One PGlite in a thread of its own, run the way a Postgres backend runs:
 * it sleeps until protocol bytes come, reads them with a blocking read, and writes its answers as it goes.
 * Because reads block, COPY FROM STDIN, pipelining and backpressure work as in a real backend.
 */
import { closeSync, fdatasyncSync, fsyncSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { type Control, OUTPUT_LIMIT, WORD, type WorkerMessage, type WorkerSetup } from './channel.ts'
import { type EmscriptenFs, mountHostCalls } from './host-calls.ts'
import { shareLibraries } from './shared-memory.ts'

const setup = workerData as WorkerSetup
const words = new Int32Array(setup.shared)

const post = (message: WorkerMessage, transfer: ArrayBuffer[] = []): void => {
  parentPort?.postMessage(message, transfer)
}

/** The part of PGlite's Emscripten module that the loop below drives. */
interface BackendModule {
  readonly FS: EmscriptenFs
  readonly NODEFS: { stream_ops: { fsync?: (stream: { nfd: number }) => number } }
  readonly HEAPU8: Uint8Array
  addFunction(fn: (pointer: number, length: number) => number, signature: string): number
  stackSave(): number
  stackRestore(sp: number): void
  _pgl_set_rw_cbs(read: number, write: number): void
  _pgl_pq_flush(): void
  _pgl_sendConnData(): void
  _pq_buffer_remaining_data(): number
  _PostgresMainLoopOnce(): void
  _PostgresMainLongJmp(): void
  _PostgresSendReadyForQueryIfNecessary(): void
  readonly _InterruptPending: number
  readonly _QueryCancelPending: number
}

/** PGlite leaves its main loop with this exit status when PostgreSQL does a longjmp after an error. */
const MAIN_LONGJMP = 100

/** The data directory on the real file system, with host calls mounted beside it and fsync that means it. */
class HostFs extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const result = await super.init(...args)
    const prepare = (module: unknown): void => {
      const backend = module as BackendModule
      mountHostCalls(backend.FS, callHost)
      if (setup.fsync) {
        backend.NODEFS.stream_ops.fsync = (stream) => {
          // for both of PostgreSQL's calls; it flushes the size of a file, too
          fdatasyncSync(stream.nfd)
          return 0
        }
      }
    }
    const { emscriptenOpts } = result
    return {
      emscriptenOpts: {
        ...emscriptenOpts,
        ...(setup.program === undefined ? {} : { wasmMemory: setup.program.memory }),
        preRun: [...((emscriptenOpts.preRun as []) ?? []), prepare],
      },
    }
  }
}

/** Asks the host a question in the middle of a statement and waits for the answer. */
const callHost = (request: string): string => {
  flushOutput()
  const before = Atomics.load(words, WORD.reply)
  post({ kind: 'call', request })
  Atomics.wait(words, WORD.reply, before)
  const answer = receiveMessageOnPort(setup.reply)
  return String(answer?.message ?? '')
}

// Output: collected, and posted when there is enough of it or when the backend is about to sleep.
const CHUNK = 64 << 10
let output = new Uint8Array(CHUNK)
let outputSize = 0

const flushOutput = (): void => {
  if (outputSize === 0) return
  const bytes = output.slice(0, outputSize)
  outputSize = 0
  Atomics.add(words, WORD.output, bytes.length)
  post({ kind: 'output', bytes }, [bytes.buffer])
  for (;;) {
    const inFlight = Atomics.load(words, WORD.output)
    if (inFlight <= OUTPUT_LIMIT) return
    Atomics.wait(words, WORD.output, inFlight)
  }
}

const write = (bytes: Uint8Array): void => {
  if (outputSize + bytes.length > output.length) flushOutput()
  if (bytes.length > output.length) output = new Uint8Array(bytes.length)
  output.set(bytes, outputSize)
  outputSize += bytes.length
  if (outputSize >= CHUNK) flushOutput()
}

// Input: byte chunks, and controls between them. What comes during a pause is kept for after it.
const pending: Uint8Array[] = []
let closing = false
/** Pauses that have not ended; they may overlap. */
let pauses = 0

const takeControl = (control: Control): void => {
  switch (control) {
    case 'close':
      closing = true
      return
    case 'resume':
      pauses--
      return
    case 'pause':
      pauses++
      flushOutput()
      post({ kind: 'paused' })
  }
}

/** Sleeps until there is input. Returns false once the host has asked to close. */
const awaitInput = (): boolean => {
  while (pending.length === 0 || pauses > 0) {
    if (closing) return false
    const seen = Atomics.load(words, WORD.input)
    const received = receiveMessageOnPort(setup.input)
    if (received === undefined) {
      flushOutput()
      Atomics.wait(words, WORD.input, seen)
    } else if (typeof received.message === 'string') {
      takeControl(received.message as Control)
    } else {
      pending.push(received.message as Uint8Array)
    }
  }
  return true
}

/** Up to `max` bytes of input; none once the host has asked to close. */
const readInput = (max: number): Uint8Array | undefined => {
  if (!awaitInput()) return undefined
  const chunk = pending.shift()
  if (chunk !== undefined && chunk.length > max) pending.unshift(chunk.subarray(max))
  return chunk?.subarray(0, max)
}

const run = (backend: BackendModule): void => {
  const onRead = backend.addFunction((pointer, max) => {
    const part = readInput(max)
    if (part === undefined) return 0
    backend.HEAPU8.set(part, pointer)
    return part.length
  }, 'ipi')
  const onWrite = backend.addFunction((pointer, length) => {
    write(backend.HEAPU8.subarray(pointer, pointer + length))
    return length
  }, 'ipi')
  backend._pgl_set_rw_cbs(onRead, onWrite)
  // begins the reporting of settings that change; what it says itself is not for anyone
  backend._pgl_sendConnData()
  backend._pgl_pq_flush()
  outputSize = 0
  while (backend._pq_buffer_remaining_data() > 0 || awaitInput()) {
    const sp = backend.stackSave()
    try {
      backend._PostgresMainLoopOnce()
    } catch (error) {
      backend.stackRestore(sp)
      if ((error as { status?: number }).status !== MAIN_LONGJMP) throw error
      backend._PostgresMainLongJmp()
    }
    backend._PostgresSendReadyForQueryIfNecessary()
    backend._pgl_pq_flush()
  }
  flushOutput()
}

/** Flushes the folders that initdb filled, so that the finished directory is durable as a whole. */
const syncFolder = (path: string): void => {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** The last lines of PostgreSQL's own log, for the report of a failure. */
const log: string[] = []
const onStderr = (line: string): boolean => {
  log.push(line)
  if (log.length > 20) log.shift()
  return true
}

const main = async (): Promise<void> => {
  if (setup.program !== undefined) shareLibraries()
  const pglite = await PGlite.create({
    fs: new HostFs(setup.dataDir),
    onStderr,
    dataDir: setup.dataDir,
    database: setup.database,
    ...(setup.program === undefined ? {} : { pgliteWasmModule: setup.program.wasm }),
    initDbStartParams: ['--wal-segsize=1'],
    startParams: [
      '--single',
      ...(setup.fsync ? [] : ['-F']),
      '-j',
      ...[
        'exit_on_error=false',
        'log_checkpoints=false',
        'max_worker_processes=0',
        'max_parallel_workers=0',
        'max_parallel_workers_per_gather=0',
        'max_parallel_maintenance_workers=0',
        'io_method=sync',
        'wal_level=logical',
        // an embedded database has no gigabyte to spare
        'max_wal_size=128MB',
        'min_wal_size=16MB',
        'max_replication_slots=64',
        'max_wal_senders=64',
      ].flatMap((setting) => ['-c', setting]),
    ],
  })
  const version = await pglite.query<{ version: string | null }>(
    `SELECT (SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'pg_orez') AS version`,
  )
  if (version.rows[0]?.version !== setup.bootstrap.version) {
    await pglite.exec(
      `BEGIN; SET LOCAL allow_system_table_mods = on; SET LOCAL event_triggers = off; ${setup.bootstrap.sql}; COMMENT ON SCHEMA pg_orez IS '${setup.bootstrap.version}'; COMMIT`,
    )
  }
  if (!setup.initialise) {
    await pglite.exec('LISTEN "pg_orez.change_log"')
    const backend = pglite.Module as unknown as BackendModule
    post({ kind: 'ready', interrupts: { pending: backend._InterruptPending, cancel: backend._QueryCancelPending } })
    run(backend)
  }
  await pglite.close()
  if (setup.initialise) syncFolder(join(setup.dataDir))
  post({ kind: 'closed' })
}

main().catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error)
  post({ kind: 'failed', message: [reason, ...log].join('\n') })
})
