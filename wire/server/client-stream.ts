import type { TransactionStatus } from '../protocol/backend.ts'
import type { Frame } from '../protocol/frame.ts'

/** The client's side of the connection. */
export interface ClientStream {
  /** Sends bytes. The promise, if any, resolves when the client has taken enough of them. */
  write(bytes: Buffer): Promise<void> | undefined
  /** Sends the last bytes and closes. */
  end(bytes?: Buffer): void
}

export interface SessionInfo {
  readonly user: string
  readonly address: string
  readonly port: number
}

/** A session as a connection drives it. */
export interface ServedSession {
  readonly status: TransactionStatus
  /** Handles one message; resolves when the next one may be handled. */
  handle(frame: Frame): Promise<void> | undefined
  cancel(): void
  end(): Promise<void>
}
