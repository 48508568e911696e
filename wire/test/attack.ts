/** Bytes that no client should send, by the connection. */
import { connect } from 'node:net'
import fc from 'fast-check'
import { expect } from 'vitest'
import { Conversation, startupMessage } from '../../oracle/conversation.ts'
import { Q, raw } from './messages.ts'

/** Throws bytes at the server on a connection of their own, and waits until they have been dealt with. */
const attack = (port: number, bytes: Uint8Array, loggedIn: boolean): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      if (loggedIn) socket.write(startupMessage({ user: 'postgres', database: 'postgres' }))
      socket.end(bytes)
    })
    socket.resume()
    socket.on('error', () => undefined)
    socket.on('close', () => resolve())
  })

/** Whole messages with any body, messages that are cut short, and noise. */
const hostile = fc.oneof(
  fc
    .array(
      fc
        .tuple(fc.constantFrom(...'BCDEFHPQScdfpX'), fc.uint8Array({ maxLength: 60 }))
        .map(([type, body]) => raw(type, body)),
      { minLength: 1, maxLength: 8 },
    )
    .map((messages) => Buffer.concat(messages)),
  fc
    .tuple(fc.constantFrom(...'BPQE'), fc.uint8Array({ maxLength: 60 }), fc.integer({ min: -5, max: 1 << 30 }))
    .map(([type, body, length]) => raw(type, body, length)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
)

/** Attacks a server while a neighbour works, who must not notice. @param runs of four to eight attacks at once */
export const underAttack = async (port: number, runs: number): Promise<void> => {
  const neighbour = await Conversation.open({ port })
  neighbour.send(Q("create table mine(x int); insert into mine values (1); set timezone = 'Asia/Tokyo'"))
  await neighbour.untilReady()
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(hostile, fc.boolean()), { minLength: 4, maxLength: 8 }), async (attacks) => {
      await Promise.all(attacks.map(([bytes, loggedIn]) => attack(port, bytes, loggedIn)))
      neighbour.send(Q('select x from mine; show timezone'))
      expect(await neighbour.untilReady()).toEqual(expect.arrayContaining(['D 1', 'D Asia/Tokyo', 'Z I']))
    }),
    { numRuns: runs },
  )
  await neighbour.close()
}
