/**
 * The real zero-cache as a child of the host: started, watched until healthy, and started again if it dies.
 * Not a byte of it is changed; everything it needs to know goes through its environment.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { KeptProcess } from './kept-process.ts'
import type { Log } from './log.ts'

export interface ZeroCacheOptions {
  readonly port: number
  /** The port of its internal change streamer. */
  readonly changeStreamerPort: number
  readonly upstreamUrl: string
  readonly cvrUrl: string
  readonly changeUrl: string
  readonly replicaFile: string
  /** The app's own settings for it. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly log: Log
  /** Called with each line that it logs, in short. */
  readonly onLine?: (line: string) => void
}

/** The versions of Zero that the host has been tested with. */
const SUPPORTED = '1.9.'

interface Installed {
  readonly script: string
  readonly version: string
}

/** Finds the app's own zero-cache, else the one that came with orez. */
const findZeroCache = (cwd: string): Installed => {
  const resolve = (from: string): string | undefined => {
    try {
      return createRequire(from).resolve('@rocicorp/zero')
    } catch {
      return undefined
    }
  }
  const entry = resolve(join(cwd, 'package.json')) ?? resolve(import.meta.url)
  if (entry === undefined) throw new Error('the package @rocicorp/zero is not installed')
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = readManifest(join(folder, 'package.json'))
    const script = manifest?.bin?.['zero-cache']
    if (manifest?.version !== undefined && script !== undefined) {
      return { script: join(folder, script), version: manifest.version }
    }
  }
  throw new Error(`${entry} does not belong to a package that has a zero-cache`)
}

const readManifest = (file: string): { version?: string; bin?: Record<string, string> } | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { version?: string; bin?: Record<string, string> }
  } catch {
    return undefined
  }
}

/** Delays between restarts in milliseconds: doubled each time, from the first to the second number. */
const RESTART_DELAY = [250, 8000] as const
/** After so long without a fault the count starts anew, in milliseconds. */
const STABLE_AFTER = 30_000
/** Deaths before the first success that are taken for a fault that will not go away. */
const MAX_FAILED_STARTS = 5
/** How often it is asked whether it is healthy while it starts, in milliseconds. */
const HEALTH_INTERVAL = 50
/** Its last lines, for the report of a failed start. */
const LAST_LINES = 15

export class ZeroCache {
  readonly #options: ZeroCacheOptions
  readonly #installed: Installed
  readonly #stopped = new AbortController()
  readonly #healthy = Promise.withResolvers<void>()
  readonly #lines: string[] = []
  #process: KeptProcess | undefined
  #running: Promise<void>
  #everHealthy = false

  constructor(options: ZeroCacheOptions) {
    this.#options = options
    this.#installed = findZeroCache(options.cwd)
    if (!this.#installed.version.startsWith(SUPPORTED)) {
      options.log.warn(`@rocicorp/zero ${this.#installed.version} has not been tested: expected ${SUPPORTED}x`)
    }
    this.#healthy.promise.catch(() => undefined)
    this.#running = this.#run()
  }

  get url(): string {
    return `http://127.0.0.1:${this.#options.port}`
  }

  /** Process group that zero-cache runs in. */
  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Resolves when it first answers; rejects when it cannot be started. */
  get healthy(): Promise<void> {
    return this.#healthy.promise
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#process?.stop()
    await this.#running
    this.#healthy.reject(new Error('zero-cache was stopped before it was healthy'))
  }

  async #run(): Promise<void> {
    const { log } = this.#options
    let faults = 0
    while (!this.#stopped.signal.aborted) {
      const startedAt = Date.now()
      const kept = this.#start()
      this.#process = kept
      const ended = new AbortController()
      void this.#watchHealth(AbortSignal.any([ended.signal, this.#stopped.signal]))
      const code = await kept.exited
      ended.abort()
      if (this.#stopped.signal.aborted) return
      faults = Date.now() - startedAt > STABLE_AFTER ? 1 : faults + 1
      if (!this.#everHealthy && faults >= MAX_FAILED_STARTS) {
        this.#healthy.reject(new Error(`zero-cache does not start (exit code ${code}):\n${this.#lines.join('\n')}`))
        return
      }
      const wait = Math.min(RESTART_DELAY[0] * 2 ** (faults - 1), RESTART_DELAY[1])
      log.warn(`zero-cache has ended (exit code ${code}); starting it again in ${wait} ms`)
      await delay(wait, undefined, { signal: this.#stopped.signal }).catch(() => undefined)
    }
  }

  #start(): KeptProcess {
    const options = this.#options
    const level =
      options.env.ZERO_LOG_LEVEL ?? process.env.ZERO_LOG_LEVEL ?? (options.log.level >= 4 ? 'debug' : 'info')
    return new KeptProcess({
      command: [process.execPath, this.#installed.script],
      cwd: options.cwd,
      env: {
        ...process.env,
        // zero-cache knows these two
        NODE_ENV: process.env.NODE_ENV === 'production' ? 'production' : 'development',
        ...options.env,
        // its children are started as `node`
        PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
        ZERO_UPSTREAM_DB: options.upstreamUrl,
        ZERO_CVR_DB: options.cvrUrl,
        ZERO_CHANGE_DB: options.changeUrl,
        ZERO_REPLICA_FILE: options.replicaFile,
        ZERO_PORT: String(options.port),
        ZERO_CHANGE_STREAMER_PORT: String(options.changeStreamerPort),
        ZERO_LOG_LEVEL: level,
        ZERO_LOG_FORMAT: 'json',
      },
      onLine: (line) => this.#onLine(line),
    })
  }

  async #watchHealth(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const answer = await fetch(this.url, { signal }).catch(() => undefined)
      if (answer?.ok === true) {
        if (this.#everHealthy) this.#options.log.info('zero-cache is healthy again')
        this.#everHealthy = true
        this.#healthy.resolve()
        return
      }
      await delay(HEALTH_INTERVAL, undefined, { signal }).catch(() => undefined)
    }
  }

  /** Passes on what zero-cache logs. Until it is first healthy, its warnings are about what it is yet to make. */
  #onLine(line: string): void {
    const { level, text } = readLine(line)
    if (text === '') return
    this.#options.onLine?.(text)
    this.#lines.push(text)
    if (this.#lines.length > LAST_LINES) this.#lines.shift()
    const log = this.#options.log.withTag('zero-cache')
    if (level === 'ERROR') log.error(text)
    else if (level === 'WARN' && this.#everHealthy) log.warn(text)
    else log.debug(text)
  }
}

/** A line of zero-cache's JSON log, in one line of text. Anything else is passed on as it is. */
const readLine = (line: string): { level: string; text: string } => {
  try {
    const { level, worker, message, errorMsg } = JSON.parse(line) as Record<string, unknown>
    const parts = [worker, message, errorMsg].filter((part) => typeof part === 'string' && part !== '')
    return { level: String(level), text: message === undefined && errorMsg === undefined ? '' : parts.join(': ') }
  } catch {
    return { level: 'DEBUG', text: line }
  }
}
