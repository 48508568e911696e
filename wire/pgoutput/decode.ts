/**
 * Reads pgoutput messages (protocol version 1): for tests, and for whoever consumes the stream.
 * PostgreSQL manual, "Logical Replication Message Formats".
 */
import { protocolViolation } from '../protocol/error.ts'
import { BodyReader } from '../protocol/frame.ts'
import type { Lsn } from '../replication/lsn.ts'
import { POSTGRES_EPOCH } from './encode.ts'
import { type TruncateOptions, truncateOptions } from './truncate-options.ts'

/** A column's value: text, its type's binary format, NULL, or 'unchanged' for a TOASTed value that an update did not touch. */
export type Value =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Buffer }
  | { readonly kind: 'null' | 'unchanged' }

export interface RelationColumn {
  readonly key: boolean
  readonly name: string
  readonly type: number
  readonly typmod: number
}

export type PgoutputMessage =
  | { readonly kind: 'begin'; readonly finalLsn: Lsn; readonly commitTime: bigint; readonly xid: number }
  | { readonly kind: 'commit'; readonly commitLsn: Lsn; readonly endLsn: Lsn; readonly commitTime: bigint }
  | { readonly kind: 'origin'; readonly lsn: Lsn; readonly name: string }
  | {
      readonly kind: 'message'
      readonly transactional: boolean
      readonly lsn: Lsn
      readonly prefix: string
      readonly content: Buffer
    }
  | {
      readonly kind: 'relation'
      readonly oid: number
      readonly schema: string
      readonly name: string
      readonly identity: string
      readonly columns: readonly RelationColumn[]
    }
  | { readonly kind: 'type'; readonly oid: number; readonly schema: string; readonly name: string }
  | { readonly kind: 'insert'; readonly relation: number; readonly after: readonly Value[] }
  | {
      readonly kind: 'update'
      readonly relation: number
      readonly key?: readonly Value[]
      readonly old?: readonly Value[]
      readonly after: readonly Value[]
    }
  | {
      readonly kind: 'delete'
      readonly relation: number
      readonly key?: readonly Value[]
      readonly old?: readonly Value[]
    }
  | ({ readonly kind: 'truncate'; readonly relations: readonly number[] } & TruncateOptions)

const readTuple = (body: BodyReader): Value[] =>
  Array.from({ length: body.uint16() }, (): Value => {
    const kind = String.fromCharCode(body.uint8())
    if (kind === 'n') return { kind: 'null' }
    if (kind === 'u') return { kind: 'unchanged' }
    if (kind === 't') return { kind: 'text', text: body.bytes(body.int32()).toString('utf8') }
    if (kind === 'b') return { kind: 'binary', bytes: body.bytes(body.int32()) }
    throw protocolViolation(`unrecognized data representation type '${kind}'`)
  })

const readOld = (body: BodyReader, kind: string): { key?: Value[]; old?: Value[] } => {
  if (kind === 'K') return { key: readTuple(body) }
  if (kind === 'O') return { old: readTuple(body) }
  throw protocolViolation(`unexpected tuple kind '${kind}'`)
}

/** Decodes one message. Throws PgError 08P01 on anything malformed. */
export const decodePgoutput = (bytes: Buffer): PgoutputMessage => {
  const body = new BodyReader(bytes)
  const char = (): string => String.fromCharCode(body.uint8())
  const decoded = ((): PgoutputMessage => {
    const type = char()
    switch (type) {
      case 'B':
        return { kind: 'begin', finalLsn: body.uint64(), commitTime: body.int64() + POSTGRES_EPOCH, xid: body.uint32() }
      case 'C':
        body.uint8()
        return {
          kind: 'commit',
          commitLsn: body.uint64(),
          endLsn: body.uint64(),
          commitTime: body.int64() + POSTGRES_EPOCH,
        }
      case 'O':
        return { kind: 'origin', lsn: body.uint64(), name: body.cstring() }
      case 'M': {
        const transactional = (body.uint8() & 1) === 1
        const lsn = body.uint64()
        const prefix = body.cstring()
        return { kind: 'message', transactional, lsn, prefix, content: body.bytes(body.int32()) }
      }
      case 'R': {
        const oid = body.uint32()
        const schema = body.cstring()
        const name = body.cstring()
        const identity = char()
        const columns = Array.from({ length: body.uint16() }, () => ({
          key: (body.uint8() & 1) === 1,
          name: body.cstring(),
          type: body.uint32(),
          typmod: body.int32(),
        }))
        return { kind: 'relation', oid, schema: schema === '' ? 'pg_catalog' : schema, name, identity, columns }
      }
      case 'Y':
        return { kind: 'type', oid: body.uint32(), schema: body.cstring(), name: body.cstring() }
      case 'I': {
        const relation = body.uint32()
        if (char() !== 'N') throw protocolViolation('expected a new tuple')
        return { kind: 'insert', relation, after: readTuple(body) }
      }
      case 'U': {
        const relation = body.uint32()
        const kind = char()
        const old = kind === 'N' ? {} : readOld(body, kind)
        if (kind !== 'N' && char() !== 'N') throw protocolViolation('expected a new tuple')
        return { kind: 'update', relation, ...old, after: readTuple(body) }
      }
      case 'D': {
        const relation = body.uint32()
        return { kind: 'delete', relation, ...readOld(body, char()) }
      }
      case 'T': {
        const count = body.uint32()
        const options = body.uint8()
        const relations = Array.from({ length: count }, () => body.uint32())
        return { kind: 'truncate', relations, ...truncateOptions(options) }
      }
      default:
        throw protocolViolation(`invalid logical replication message type "${type}"`)
    }
  })()
  body.end()
  return decoded
}
