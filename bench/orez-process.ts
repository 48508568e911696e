/** A server of orez as a process of its own, on an empty data folder that goes with it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import getPort from 'get-port'
import type { Backend } from '../wire/server/server.ts'

const CLI = join(import.meta.dirname, '../runtimes/node/cli/orez.ts')

export class OrezProcess {
  readonly port: number
  readonly #folder: string
  readonly #child: ChildProcess

  private constructor(port: number, folder: string, child: ChildProcess) {
    this.port = port
    this.#folder = folder
    this.#child = child
  }

  static async start(backend: Backend): Promise<OrezProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'orez-bench-'))
    const port = await getPort()
    const child = spawn(
      process.execPath,
      [CLI, 'serve', '--backend', backend, '--data', join(folder, 'data'), '--port', String(port)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    await once(child.stdout, 'data')
    return new OrezProcess(port, folder, child)
  }

  url(database = 'postgres'): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    if (this.#child.exitCode === null) await once(this.#child, 'exit')
    await rm(this.#folder, { recursive: true, force: true })
  }
}
