/**
 * The host's end of a PGlite thread: bytes in, bytes out, and answers to the calls that SQL makes.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { bootstrap } from './bootstrap.ts'
import { type Control, type Interrupts, WORD, WORDS, type WorkerMessage, type WorkerSetup } from './channel.ts'
import { type MemoryLimits, shareMemory } from './shared-memory.ts'

export interface BackendOptions {
  readonly dataDir: string
  /** Name of the one database in it; PGlite calls a new one 'postgres'. */
  readonly database: string
  readonly fsync: boolean
  /** Run initdb and the bootstrap, then stop: makes a template. */
  readonly initialise?: boolean
}

export interface BackendListener {
  /** Protocol bytes from PostgreSQL. `consumed` must be called with their number once they are dealt with. */
  onOutput(bytes: Buffer): void
  /** A question that SQL asks in the middle of a statement, which waits for the answer. */
  onCall(request: string): Promise<string>
  /** The thread has died; nothing that was in progress will finish. */
  onCrash(error: Error): void
}

/**
 * Native stack of a thread. PostgreSQL measures its own stack, in WebAssembly's memory, and reports an error when
 * it grows too deep (max_stack_depth); the engine's stack beneath must not end before that.
 */
const STACK_MEGABYTES = 256

interface Program {
  readonly module: WebAssembly.Module
  readonly limits: MemoryLimits
}

let program: Promise<Program> | undefined

/** PostgreSQL's WASM, compiled once for all threads. */
const loadProgram = (): Promise<Program> => {
  program ??= (async () => {
    const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
    const shared = shareMemory(await readFile(join(dirname(entry), 'pglite.wasm')))
    if (shared === undefined)
      throw new Error('this version of PGlite does not import its memory, so it cannot be interrupted')
    return { module: await WebAssembly.compile(shared.wasm), limits: shared.limits }
  })()
  return program
}

/** The program, and a memory of its own for one thread to run it in. */
const makeProgram = async (): Promise<NonNullable<WorkerSetup['program']>> => {
  const { module, limits } = await loadProgram()
  return { wasm: module, memory: new WebAssembly.Memory({ ...limits, shared: true }) }
}

export class Backend {
  readonly #worker: Worker
  readonly #input: MessagePort
  readonly #words: Int32Array
  readonly #closed: Promise<void>

  readonly #pauses: (() => void)[]
  /** Undefined while initdb runs, which nobody interrupts. */
  readonly #memory: WebAssembly.Memory | undefined
  readonly #interrupts: Interrupts

  private constructor(
    worker: Worker,
    input: MessagePort,
    words: Int32Array,
    closed: Promise<void>,
    pauses: (() => void)[],
    memory: WebAssembly.Memory | undefined,
    interrupts: Interrupts,
  ) {
    this.#memory = memory
    this.#interrupts = interrupts
    this.#pauses = pauses
    this.#worker = worker
    this.#input = input
    this.#words = words
    this.#closed = closed
  }

  /**
   * Opens a data directory in a new thread.
   * @throws Error when PGlite cannot open it
   */
  static async open(options: BackendOptions, listener: BackendListener): Promise<Backend> {
    const shared = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT)
    const words = new Int32Array(shared)
    const program = options.initialise === true ? undefined : await makeProgram()
    const input = new MessageChannel()
    const reply = new MessageChannel()
    const setup: WorkerSetup = {
      dataDir: options.dataDir,
      database: options.database,
      fsync: options.fsync,
      initialise: options.initialise ?? false,
      bootstrap,
      program,
      shared,
      input: input.port2,
      reply: reply.port2,
    }
    const worker = new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url), {
      workerData: setup,
      transferList: [input.port2, reply.port2],
      name: 'orez-pglite',
      resourceLimits: { stackSizeMb: STACK_MEGABYTES },
    })
    let interrupts: Interrupts = { pending: 0, cancel: 0 }
    const pauses: (() => void)[] = []
    const opened = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<void>()
    let state: 'opening' | 'open' | 'closed' = 'opening'
    const fail = (error: Error): void => {
      const was = state
      state = 'closed'
      opened.reject(error)
      closed.resolve()
      if (was === 'open') listener.onCrash(error)
    }
    worker.on('message', (message: WorkerMessage) => {
      switch (message.kind) {
        case 'ready':
          state = 'open'
          interrupts = message.interrupts
          return opened.resolve()
        case 'output':
          return listener.onOutput(Buffer.from(message.bytes.buffer, message.bytes.byteOffset, message.bytes.length))
        case 'call':
          void listener.onCall(message.request).then((answer) => {
            reply.port1.postMessage(answer)
            Atomics.add(words, WORD.reply, 1)
            Atomics.notify(words, WORD.reply)
          })
          return
        case 'paused':
          pauses.shift()?.()
          return
        case 'closed':
          state = 'closed'
          opened.resolve()
          return closed.resolve()
        case 'failed':
          return fail(new Error(message.message))
      }
    })
    worker.on('error', fail)
    worker.on('exit', () => {
      if (state !== 'closed') fail(new Error('the PGlite thread ended unexpectedly'))
      input.port1.close()
      reply.port1.close()
    })
    await opened.promise
    return new Backend(worker, input.port1, words, closed.promise, pauses, program?.memory, interrupts)
  }

  /** Gives PostgreSQL protocol bytes. */
  send(bytes: Uint8Array): void {
    // of a view, all of the memory beneath would be copied
    const own = new Uint8Array(bytes)
    this.#input.postMessage(own, [own.buffer])
    this.#wake()
  }

  /** Tells the thread that output has been dealt with, so that it may produce more. */
  consumed(bytes: number): void {
    Atomics.sub(this.#words, WORD.output, bytes)
    Atomics.notify(this.#words, WORD.output)
  }

  /** Interrupts the running statement, as SIGINT does with a real backend. */
  cancel(): void {
    this.#setFlag(this.#interrupts.cancel, 1)
    this.#setFlag(this.#interrupts.pending, 1)
  }

  /** Forgets a cancel that came too late for its statement. */
  clearCancel(): void {
    this.#setFlag(this.#interrupts.cancel, 0)
  }

  #setFlag(address: number, value: number): void {
    if (this.#memory === undefined) return
    Atomics.store(new Int32Array(this.#memory.buffer), address / Int32Array.BYTES_PER_ELEMENT, value)
  }

  /** Lets the current message finish, then shuts PostgreSQL down and ends the thread. */
  async close(): Promise<void> {
    this.#control('close')
    await this.#closed
    await this.#worker.terminate()
  }

  /** Ends the thread at once, as a power cut would; the data directory recovers when it is opened again. */
  async kill(): Promise<void> {
    await this.#worker.terminate()
  }

  /** Runs `work` while the thread leaves the data directory alone. */
  async whilePaused<T>(work: () => Promise<T>): Promise<T> {
    const paused = new Promise<void>((resolve) => this.#pauses.push(resolve))
    this.#control('pause')
    await paused
    try {
      return await work()
    } finally {
      this.#control('resume')
    }
  }

  #control(control: Control): void {
    this.#input.postMessage(control)
    this.#wake()
  }

  #wake(): void {
    Atomics.add(this.#words, WORD.input, 1)
    Atomics.notify(this.#words, WORD.input)
  }
}
