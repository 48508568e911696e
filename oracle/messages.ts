/**
 * Messages of a client, in a few letters, for tables of conversations.
 */

import { FrameWriter } from '../wire/protocol/frame.ts'
import { encodeQuery, encodeTarget, FLUSH, SYNC } from '../wire/protocol/frontend.ts'

export { FLUSH, SYNC }

/** Query */
export const Q = encodeQuery

/** Parse */
export const P = (sql: string, statement = '', types: readonly number[] = []): Buffer => {
  const writer = new FrameWriter().begin('P').cstring(statement).cstring(sql).int16(types.length)
  for (const oid of types) writer.uint32(oid)
  return writer.finish().take()
}

export interface BindOptions {
  readonly statement?: string
  readonly portal?: string
  /** Result formats: 0 text, 1 binary. */
  readonly formats?: readonly number[]
}

/** Bind, with parameters in text format */
export const B = (parameters: readonly (string | null)[] = [], options: BindOptions = {}): Buffer => {
  const writer = new FrameWriter()
    .begin('B')
    .cstring(options.portal ?? '')
    .cstring(options.statement ?? '')
  writer.int16(0).int16(parameters.length)
  for (const value of parameters) {
    if (value === null) writer.int32(-1)
    else writer.lengthText(value)
  }
  const formats = options.formats ?? []
  writer.int16(formats.length)
  for (const format of formats) writer.int16(format)
  return writer.finish().take()
}

/** Describe a portal or a statement */
export const D = (target: 'portal' | 'statement', name = ''): Buffer => encodeTarget('D', { target, name })

/** Close */
export const C = (target: 'portal' | 'statement', name = ''): Buffer => encodeTarget('C', { target, name })

/** Execute */
export const E = (portal = '', maxRows = 0): Buffer =>
  new FrameWriter().begin('E').cstring(portal).int32(maxRows).finish().take()

/** CopyData */
export const d = (text: string): Buffer => new FrameWriter().begin('d').text(text).finish().take()

/** CopyDone */
export const c = new FrameWriter().begin('c').finish().take()

/** CopyFail */
export const f = (reason: string): Buffer => new FrameWriter().begin('f').cstring(reason).finish().take()

/** FunctionCall with one text argument and a text result */
export const F = (oid: number, argument: string): Buffer =>
  new FrameWriter().begin('F').uint32(oid).int16(0).int16(1).lengthText(argument).int16(0).finish().take()

/** Any message at all, well-formed or not. */
export const raw = (type: string, body: Uint8Array, length = body.length + 4): Buffer =>
  Buffer.concat([Buffer.from(type, 'latin1'), Buffer.from(Int32Array.of(length).buffer).reverse(), body])
