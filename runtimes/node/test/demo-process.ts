/**
 * The demo as `npm start` starts it, in a folder of the test's.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Backend } from '../../../wire/server/server.ts'

export interface DemoUrls {
  readonly app: string
  readonly pg: string
  readonly zero: string
}

const MAIN = join(import.meta.dirname, '../demo/main.ts')
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours are what is taken out
const COLOURS = /\x1b\[[0-9;]*m/g

export class DemoProcess {
  readonly #child: ChildProcess
  readonly urls: DemoUrls
  readonly #output: () => string

  private constructor(child: ChildProcess, urls: DemoUrls, output: () => string) {
    this.#child = child
    this.urls = urls
    this.#output = output
  }

  /** Starts it and waits for the page. Throws with what it has printed when it ends before that. */
  static async start(cwd: string, port: number, backend: Backend): Promise<DemoProcess> {
    const child = spawn(process.execPath, [MAIN, '--backend', backend], {
      cwd,
      env: { ...process.env, PORT: String(port), ZERO_NUM_SYNC_WORKERS: '1', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text.replaceAll(COLOURS, '')
        if (output.includes('Ctrl-C ends it')) resolve()
      })
    }
    child.once('exit', () => reject(new Error(`the demo has ended:\n${output}`)))
    await promise
    const find = (label: string): string => {
      const line = output.split('\n').find((one) => one.trim().startsWith(label))
      return line?.trim().slice(label.length).trim().split(/\s/)[0] ?? ''
    }
    const urls = { app: find('The atlas'), pg: find('Postgres'), zero: find('zero-cache') }
    return new DemoProcess(child, urls, () => output)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get output(): string {
    return this.#output()
  }

  /** As Ctrl-C does, or as the kernel does. */
  async end(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.kill(signal)
    await exited
  }
}
