/**
 * Loaded by Node (`--import`) before the program of every process that a keeper's command starts: holds a
 * connection to the keeper, and ends the process when that breaks. The kernel closes a dead process's
 * sockets, so it works however the keeper has died, and it costs nothing while it lives.
 */
import { connect } from 'node:net'
import { isMainThread } from 'node:worker_threads'

/** The environment variable that names the keeper's port. */
export const LIFELINE = 'OREZ_LIFELINE'

const port = Number(process.env[LIFELINE])
if (isMainThread && port > 0) {
  const socket = connect(port, '127.0.0.1')
  socket.unref()
  socket.resume()
  const end = (): void => {
    process.kill(process.pid, 'SIGKILL')
  }
  socket.on('end', end)
  socket.on('error', end)
}
