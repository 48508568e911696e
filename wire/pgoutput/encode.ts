/**
 * The pgoutput messages. PostgreSQL manual, "Logical Replication Message Formats".
 */
import type { FrameWriter } from '../protocol/frame.ts'
import type { Lsn } from '../replication/lsn.ts'
import type { Column, Relation } from './relation.ts'
import { type TruncateOptions, truncateFlags } from './truncate-options.ts'

/** Microseconds between the Unix epoch and PostgreSQL's, 2000-01-01. */
export const POSTGRES_EPOCH = 946_684_800_000_000n

/** A value in the binary format of its type. */
export interface BinaryValue {
  readonly binary: Buffer
}

/** A tuple's values in column order, as text or as the bytes of that; null for NULL. */
export type Tuple = readonly (string | Uint8Array | null)[]

/** Stands for a value that the subscriber has: it is stored apart, and has not changed. */
export const UNCHANGED = Symbol('unchanged')

/** The same as a subscriber is sent it. */
export type SentTuple = readonly (string | Uint8Array | BinaryValue | typeof UNCHANGED | null)[]

/** A message, as it is written where it is wanted: there is one for each row. */
export type Encoded = (writer: FrameWriter) => FrameWriter

const message = (writer: FrameWriter, type: string): FrameWriter => writer.uint8(type.charCodeAt(0))

/** @param commitTime microseconds since the Unix epoch */
export const encodeBegin =
  (finalLsn: Lsn, commitTime: bigint, xid: number): Encoded =>
  (writer) =>
    message(writer, 'B')
      .uint64(finalLsn)
      .int64(commitTime - POSTGRES_EPOCH)
      .uint32(xid)

/** @param commitTime microseconds since the Unix epoch */
export const encodeCommit =
  (commitLsn: Lsn, endLsn: Lsn, commitTime: bigint): Encoded =>
  (writer) =>
    message(writer, 'C')
      .uint8(0)
      .uint64(commitLsn)
      .uint64(endLsn)
      .int64(commitTime - POSTGRES_EPOCH)

export const encodeMessage =
  (lsn: Lsn, transactional: boolean, prefix: string, content: Uint8Array): Encoded =>
  (writer) =>
    message(writer, 'M')
      .uint8(transactional ? 1 : 0)
      .uint64(lsn)
      .cstring(prefix)
      .int32(content.length)
      .bytes(content)

/** PostgreSQL sends pg_catalog as an empty namespace (logicalrep_write_namespace). */
const namespace = (schema: string): string => (schema === 'pg_catalog' ? '' : schema)

export const encodeType =
  (oid: number, schema: string, name: string): Encoded =>
  (writer) =>
    message(writer, 'Y').uint32(oid).cstring(namespace(schema)).cstring(name)

export const encodeRelation =
  (relation: Relation, columns: readonly Column[]): Encoded =>
  (writer) => {
    message(writer, 'R').uint32(relation.oid).cstring(namespace(relation.schema)).cstring(relation.name)
    writer.uint8(relation.identity.charCodeAt(0)).int16(columns.length)
    for (const column of columns) {
      writer.uint8(relation.identity === 'f' || column.key ? 1 : 0)
      writer.cstring(column.name).uint32(column.type).int32(column.typmod)
    }
    return writer
  }

/** TupleData */
export const writeTuple = (writer: FrameWriter, tuple: SentTuple): FrameWriter => {
  writer.int16(tuple.length)
  for (const value of tuple) {
    if (value === null) writer.uint8(0x6e)
    else if (value === UNCHANGED) writer.uint8(0x75)
    else if (typeof value === 'string') writer.uint8(0x74).lengthText(value)
    else if ('binary' in value) writer.uint8(0x62).int32(value.binary.length).bytes(value.binary)
    else writer.uint8(0x74).int32(value.length).bytes(value)
  }
  return writer
}

export const encodeInsert =
  (relation: number, after: SentTuple): Encoded =>
  (writer) =>
    writeTuple(message(writer, 'I').uint32(relation).uint8(0x4e), after)

/** The old image: the whole row for REPLICA IDENTITY FULL ('O'), else the key ('K'). */
export interface OldTuple {
  readonly whole: boolean
  readonly tuple: SentTuple
}

const writeOld = (writer: FrameWriter, old: OldTuple): FrameWriter =>
  writeTuple(writer.uint8(old.whole ? 0x4f : 0x4b), old.tuple)

export const encodeUpdate =
  (relation: number, before: OldTuple | undefined, after: SentTuple): Encoded =>
  (writer) => {
    message(writer, 'U').uint32(relation)
    if (before !== undefined) writeOld(writer, before)
    return writeTuple(writer.uint8(0x4e), after)
  }

export const encodeDelete =
  (relation: number, before: OldTuple): Encoded =>
  (writer) =>
    writeOld(message(writer, 'D').uint32(relation), before)

export const encodeTruncate =
  (relations: readonly number[], options: TruncateOptions): Encoded =>
  (writer) => {
    message(writer, 'T').int32(relations.length).uint8(truncateFlags(options))
    for (const relation of relations) writer.uint32(relation)
    return writer
  }
