/**
 * Changes as bytes: what a transaction leaves in the change log. Rows stand there as pgoutput sends them, so that a
 * stream hands their values on without looking into them.
 */
import { type Encoded, type Tuple, writeTuple } from '../../pgoutput/encode.ts'
import { type TruncateOptions, truncateFlags, truncateOptions } from '../../pgoutput/truncate-options.ts'
import { BodyReader, type FrameWriter } from '../../protocol/frame.ts'
import type { Change, Message, RowChange } from '../../replication/change.ts'
import type { Lsn } from '../../replication/lsn.ts'

const NULL = 0x6e

/** What is written before an image: whether there is one, and what of the rest. */
const FORM = { image: 1, passes: 2, unchanged: 4 }

/** What is written of a row change: its images, which publications' filters they pass, and what has not changed. */
interface Images {
  readonly kind: RowChange['kind']
  readonly relation: number
  readonly before: Tuple | undefined
  readonly after: Tuple | undefined
  readonly unchanged: readonly number[]
  readonly beforePasses: number | undefined
  readonly afterPasses: number | undefined
}

const image = (
  writer: FrameWriter,
  values: Tuple | undefined,
  passes: number | undefined,
  unchanged: readonly number[] = [],
): void => {
  if (values === undefined) {
    writer.uint8(0)
    return
  }
  writer.uint8((passes === undefined ? FORM.image : FORM.passes) | (unchanged.length === 0 ? 0 : FORM.unchanged))
  if (passes !== undefined) writer.uint32(passes)
  writeTuple(writer, values)
  if (unchanged.length === 0) return
  writer.int16(unchanged.length)
  for (const at of unchanged) writer.int16(at)
}

export const writeRow =
  (lsn: Lsn, { kind, relation, before, after, unchanged, beforePasses, afterPasses }: Images): Encoded =>
  (writer) => {
    writer.uint8(kind.charCodeAt(0)).uint64(lsn).uint32(relation)
    image(writer, before, beforePasses)
    image(writer, after, afterPasses, unchanged)
    return writer
  }

export const writeTruncation =
  (lsn: Lsn, relation: number, group: string, options: TruncateOptions): Encoded =>
  (writer) =>
    writer.uint8('T'.charCodeAt(0)).uint64(lsn).uint32(relation).cstring(group).uint8(truncateFlags(options))

export const writeMessage =
  (lsn: Lsn, kind: Message['kind'], prefix: string, content: Uint8Array): Encoded =>
  (writer) =>
    writer.uint8(kind.charCodeAt(0)).uint64(lsn).cstring(prefix).int32(content.length).bytes(content)

const readTuple = (reader: BodyReader): Tuple => {
  const values: (Buffer | null)[] = []
  for (let left = reader.int16(); left > 0; left--)
    values.push(reader.uint8() === NULL ? null : reader.bytes(reader.int32()))
  return values
}

interface Image {
  readonly values: Tuple | undefined
  readonly passes: number | undefined
  readonly unchanged: readonly number[] | undefined
}

const readImage = (reader: BodyReader): Image => {
  const form = reader.uint8()
  if (form === 0) return { values: undefined, passes: undefined, unchanged: undefined }
  const passes = (form & FORM.passes) === 0 ? undefined : reader.uint32()
  const values = readTuple(reader)
  const unchanged =
    (form & FORM.unchanged) === 0 ? undefined : Array.from({ length: reader.int16() }, () => reader.int16())
  return { values, passes, unchanged }
}

const readChange = (reader: BodyReader): Change => {
  const kind = String.fromCharCode(reader.uint8()) as Change['kind']
  const lsn = reader.uint64()
  switch (kind) {
    case 'M':
    case 'm':
      return { kind, lsn, prefix: reader.cstring(), content: reader.bytes(reader.int32()) }
    case 'T': {
      const [relation, group, flags] = [reader.uint32(), reader.cstring(), reader.uint8()]
      return { kind, lsn, relation, group, options: truncateOptions(flags) }
    }
    default: {
      const relation = reader.uint32()
      const before = readImage(reader)
      const after = readImage(reader)
      return {
        kind,
        lsn,
        relation,
        before: before.values,
        after: after.values,
        unchanged: after.unchanged,
        beforePasses: before.passes,
        afterPasses: after.passes,
      }
    }
  }
}

/** The changes that bytes of the log hold. */
export const readChanges = (body: Buffer): Change[] => {
  const reader = new BodyReader(body)
  const changes: Change[] = []
  while (reader.remaining > 0) changes.push(readChange(reader))
  return changes
}
