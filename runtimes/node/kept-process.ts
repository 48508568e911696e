/**
 * A command run under a keeper, seen from the host.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import { createInterface } from 'node:readline'

export interface KeptProcessOptions {
  readonly command: readonly [string, ...string[]]
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  /** Called with every line that the command writes. Without it the command writes where the host does. */
  readonly onLine?: (line: string) => void
}

/** How long a command may take to end after SIGTERM, in milliseconds. */
const GRACE = 10_000

export class KeptProcess {
  readonly #keeper: ChildProcess
  /** Resolves with the exit code once the command and all that it started are gone. */
  readonly exited: Promise<number>

  constructor(options: KeptProcessOptions) {
    const keeper = fork(
      new URL(`./keeper${extname(import.meta.url)}`, import.meta.url),
      [JSON.stringify(options.command)],
      {
        cwd: options.cwd,
        env: options.env,
        execArgv: [],
        detached: true,
        stdio:
          options.onLine === undefined ? ['ignore', 'inherit', 'inherit', 'ipc'] : ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    )
    this.#keeper = keeper
    for (const stream of [keeper.stdout, keeper.stderr]) {
      if (stream !== null && options.onLine !== undefined) createInterface({ input: stream }).on('line', options.onLine)
    }
    this.exited = new Promise((resolve) => {
      keeper.once('error', () => resolve(127))
      keeper.once('exit', (code, signal) => {
        this.#killGroup()
        resolve(code ?? (signal === null ? 0 : 137))
      })
    })
  }

  get pid(): number | undefined {
    return this.#keeper.pid
  }

  /** Asks the command to end, and makes it end if it does not. */
  async stop(): Promise<void> {
    if (this.#keeper.connected) this.#keeper.send('stop')
    const timer = setTimeout(() => this.#killGroup(), GRACE)
    await this.exited
    clearTimeout(timer)
  }

  #killGroup(): void {
    const { pid } = this.#keeper
    if (pid === undefined) return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // the group is empty already
    }
  }
}

/** Runs a command in the shell and waits for its end. */
export const runToEnd = async (options: KeptProcessOptions, signal: AbortSignal): Promise<number> => {
  const kept = new KeptProcess(options)
  const stop = (): void => void kept.stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await kept.exited
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
