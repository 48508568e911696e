/**
 * The process between the host and a command that it runs: nothing that the host has started outlives it.
 *
 * The keeper leads a process group of its own, so that a Ctrl-C in the terminal reaches the host alone. When
 * the host is gone, however it went, or the command has ended, it takes the whole group down. Node processes
 * that leave the group (zero-cache's workers do) hold a lifeline instead: see lifeline.ts.
 *
 * Arguments: the command as JSON. Messages from the host: 'stop' ends the command with SIGTERM.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { extname } from 'node:path'
import { LIFELINE } from './lifeline.ts'

const [command = '', ...args] = JSON.parse(process.argv[2] ?? '[]') as string[]

/** Held by the processes that end when the keeper does. */
const lifelines = new Set<Socket>()
const server = createServer((socket) => {
  lifelines.add(socket)
  socket.resume()
  socket.on('error', () => undefined)
  socket.on('close', () => lifelines.delete(socket))
}).listen(0, '127.0.0.1')
await once(server, 'listening')

const preload = new URL(`./lifeline${extname(import.meta.url)}`, import.meta.url).href
const child = spawn(command, args, {
  stdio: 'inherit',
  env: {
    ...process.env,
    [LIFELINE]: String((server.address() as AddressInfo).port),
    NODE_OPTIONS: [process.env.NODE_OPTIONS, `--import=${preload}`].filter(Boolean).join(' '),
  },
})

process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'))
process.on('message', (message) => {
  if (message === 'stop') child.kill('SIGTERM')
})
process.on('SIGTERM', () => child.kill('SIGTERM'))
process.on('SIGINT', () => undefined)

/** Cuts the lifelines, and waits until those who held them have ended. */
const cut = async (): Promise<void> => {
  server.close()
  const closed = [...lifelines].map((socket) => once(socket, 'close'))
  for (const socket of lifelines) socket.end()
  await Promise.all(closed)
}

child.on('error', (error) => {
  console.error(`cannot run ${command}: ${error.message}`)
  process.exit(127)
})
child.on('exit', (code, signal) => {
  void cut().then(() => process.exit(code ?? (signal === 'SIGTERM' ? 143 : 137)))
})
