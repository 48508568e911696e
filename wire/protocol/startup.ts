/**
 * The packets that open a connection: they have no type byte.
 * PostgreSQL manual, "Message Formats": StartupMessage, SSLRequest, GSSENCRequest, CancelRequest.
 */
import { fatal, protocolViolation } from './error.ts'
import { BodyReader } from './frame.ts'

export type StartupPacket =
  | { readonly kind: 'ssl' }
  | { readonly kind: 'gss' }
  | { readonly kind: 'cancel'; readonly pid: number; readonly secret: Buffer }
  | {
      readonly kind: 'startup'
      /** Minor version that the client asked for (major is always 3). */
      readonly minor: number
      readonly parameters: ReadonlyMap<string, string>
    }

/** MAX_STARTUP_PACKET_LENGTH in PostgreSQL's pqcomm.h. */
const MAX_STARTUP_PACKET = 10_000
const CODE_CANCEL = (1234 << 16) | 5678
const CODE_SSL = (1234 << 16) | 5679
const CODE_GSS = (1234 << 16) | 5680

/**
 * Reads one startup packet from the front of `buffer`.
 * @returns the packet and its size in bytes, or undefined until more bytes come
 * @throws PgError FATAL 08P01 on a malformed packet, 0A000 on another major version
 */
export const readStartup = (buffer: Buffer): { packet: StartupPacket; size: number } | undefined => {
  if (buffer.length < 4) return undefined
  const size = buffer.readInt32BE(0)
  if (size < 8 || size > MAX_STARTUP_PACKET) throw protocolViolation('invalid length of startup packet')
  if (buffer.length < size) return undefined
  const body = new BodyReader(buffer.subarray(4, size))
  const code = body.int32()
  if (code === CODE_SSL) return { packet: { kind: 'ssl' }, size }
  if (code === CODE_GSS) return { packet: { kind: 'gss' }, size }
  if (code === CODE_CANCEL) return { packet: { kind: 'cancel', pid: body.int32(), secret: body.rest() }, size }
  const major = code >>> 16
  if (major !== 3) {
    throw fatal('0A000', `unsupported frontend protocol ${major}.${code & 0xffff}: server supports 3.0 to 3.2`)
  }
  const parameters = new Map<string, string>()
  for (;;) {
    const name = body.cstring()
    if (name === '') break
    parameters.set(name, body.cstring())
  }
  if (body.remaining !== 0) {
    throw protocolViolation('invalid startup packet layout: expected terminator as last byte')
  }
  return { packet: { kind: 'startup', minor: code & 0xffff, parameters }, size }
}
