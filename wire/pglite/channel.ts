/**
 * What the two ends of a PGlite thread share: message types and the layout of the shared words.
 */
import type { MessagePort } from 'node:worker_threads'

/** Words of the shared Int32Array. */
export const WORD = {
  /** Counts messages posted to the worker; the worker sleeps on it. */
  input: 0,
  /** Bytes of output posted and not yet consumed; the worker sleeps on it when there are too many. */
  output: 1,
  /** Counts answers to host calls; the worker sleeps on it during a call. */
  reply: 2,
} as const

export const WORDS = 3

/** Output that may be in flight before the backend waits for its reader, in bytes. */
export const OUTPUT_LIMIT = 8 << 20

export interface WorkerSetup {
  readonly dataDir: string
  /** Name of the one database in it. */
  readonly database: string
  /** Flush every commit to stable storage. */
  readonly fsync: boolean
  /** Run initdb when the directory is empty, and stop there. */
  readonly initialise: boolean
  readonly bootstrap: { readonly version: string; readonly sql: string }
  /** PostgreSQL, and the memory to run it in; initdb starts one of its own. */
  readonly program: { readonly wasm: WebAssembly.Module; readonly memory: WebAssembly.Memory } | undefined
  readonly shared: SharedArrayBuffer
  /** Input: protocol bytes or a Control. */
  readonly input: MessagePort
  /** Answers to host calls. */
  readonly reply: MessagePort
}

/** Where in PostgreSQL's memory the flags are that its signal handlers set (globals.c). */
export interface Interrupts {
  /** InterruptPending */
  readonly pending: number
  /** QueryCancelPending */
  readonly cancel: number
}

/**
 * `pause` keeps the thread from touching the data directory until `resume`; `close` shuts it down.
 */
export type Control = 'pause' | 'resume' | 'close'

export type WorkerMessage =
  | { readonly kind: 'ready'; readonly interrupts: Interrupts }
  | { readonly kind: 'paused' }
  | { readonly kind: 'output'; readonly bytes: Uint8Array }
  | { readonly kind: 'call'; readonly request: string }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly message: string }
