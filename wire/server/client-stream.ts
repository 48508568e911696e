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
