/** A server of orez in a process of its own, which can be killed. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Backend } from '../wire/server/server.ts'
import { unprivilegedUser } from './unprivileged-user.ts'

const CLI = join(import.meta.dirname, '../runtimes/node/cli/orez.ts')

export interface OrezProcessOptions {
  readonly backend: Backend
  /** Default: an empty folder that goes when the server is stopped. */
  readonly data?: string
  /** Default: any free one. */
  readonly port?: number
  /** Megabytes that JavaScript's old generation may have; Node's own limit by default. */
  readonly heap?: number
  /** Kilobytes that a file of it may have: to it, the disk is full then. */
  readonly fileSize?: number
  /** Runs as a user to whom files can be read-only, which to root they are not; whatever user this is, otherwise. */
  readonly unprivileged?: boolean
}

export class OrezProcess {
  readonly port: number
  readonly child: ChildProcess
  readonly #folder: string | undefined

  private constructor(port: number, child: ChildProcess, folder: string | undefined) {
    this.port = port
    this.child = child
    this.#folder = folder
  }

  /** Starts it and waits until it listens. Throws Error when it ends before that; stderr has its words. */
  static async start({
    backend,
    data,
    port = 0,
    heap,
    fileSize,
    unprivileged = false,
  }: OrezProcessOptions): Promise<OrezProcess> {
    const folder = data === undefined ? await mkdtemp(join(tmpdir(), 'orez-process-')) : undefined
    const args = [
      ...(heap === undefined ? [] : [`--max-old-space-size=${heap}`, '--max-semi-space-size=4']),
      CLI,
      'serve',
      '--backend',
      backend,
      '--data',
      data ?? join(folder ?? '', 'data'),
      '--port',
      String(port),
    ]
    const limited = `trap '' XFSZ; ulimit -f ${(fileSize ?? 0) * 2}; exec "$0" "$@"`
    const [command, all] =
      fileSize === undefined ? [process.execPath, args] : ['sh', ['-c', limited, process.execPath, ...args]]
    const user = unprivileged ? unprivilegedUser() : undefined
    const child = spawn(command, all, { stdio: ['ignore', 'pipe', 'inherit'], ...user })
    const [line] = (await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error('the server has not started'))),
    ])) as [Buffer]
    return new OrezProcess(Number(line.toString().trim().split(':').at(-1)), child, folder)
  }

  /** Megabytes of memory that it has at the moment. */
  get memory(): number {
    const status = `/proc/${this.child.pid}/status`
    // a bare Linux may have no ps, and macOS has no /proc
    const kilobytes = existsSync(status)
      ? /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(status, 'utf8'))?.[1]
      : execFileSync('ps', ['-o', 'rss=', '-p', String(this.child.pid)], { encoding: 'utf8' })
    return Number(kilobytes) / 1024
  }

  url(database = 'postgres'): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const exited = once(this.child, 'exit')
    this.child.kill(signal)
    await exited
  }
}
