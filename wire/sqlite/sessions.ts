/** The sessions of a server, whatever database they are of: who they are, and how one ends another. */
import type { SessionActivity, Sessions } from '../../compiler/types/environment.ts'
import { fatal, type PgError } from '../protocol/error.ts'

/** What others can see of a session, and do to it. */
export interface KnownSession {
  activity(): SessionActivity
  cancel(): void
  terminate(reason: PgError): void
}

export class ServedSessions implements Sessions {
  readonly #sessions = new Map<number, KnownSession>()

  enter(pid: number, session: KnownSession): void {
    this.#sessions.set(pid, session)
  }

  leave(pid: number): void {
    this.#sessions.delete(pid)
  }

  all(): SessionActivity[] {
    return [...this.#sessions.values()].map((session) => session.activity())
  }

  cancel(pid: number): boolean {
    const session = this.#sessions.get(pid)
    session?.cancel()
    return session !== undefined
  }

  terminate(pid: number): boolean {
    const session = this.#sessions.get(pid)
    session?.terminate(fatal('57P01', 'terminating connection due to administrator command'))
    return session !== undefined
  }
}
