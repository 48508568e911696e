/** A way to a server that can be cut, or held up. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export class Gate {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #held = false

  private constructor(server: Server) {
    this.#server = server
  }

  /** Listens on a free port and passes on to another one. */
  static async open(target: number): Promise<Gate> {
    const server = createServer((inner) => gate.#join(inner, connect(target, '127.0.0.1')))
    const gate = new Gate(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return gate
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  #join(...ends: [Socket, Socket]): void {
    const [inner, outer] = ends
    for (const end of ends) {
      this.#sockets.add(end)
      const other = end === inner ? outer : inner
      end.on('error', () => undefined)
      end.on('close', () => {
        this.#sockets.delete(end)
        other.destroy()
      })
      end.on('data', (bytes) => {
        if (!other.write(bytes)) end.pause()
      })
      other.on('drain', () => {
        if (!this.#held) end.resume()
      })
      if (this.#held) end.pause()
    }
  }

  /** Drops every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Nothing passes in either direction until `release`. */
  hold(): void {
    this.#held = true
    for (const socket of this.#sockets) socket.pause()
  }

  release(): void {
    this.#held = false
    for (const socket of this.#sockets) socket.resume()
  }

  async close(): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
