/** Prepared statements and portals of the extended query protocol. Manual: "Extended Query". */
import type { OutputColumn } from '../../compiler/tree/query.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { domainValue } from '../../compiler/types/assign.ts'
import { codecOf } from '../../compiler/types/codec.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import { receive, senderOf } from '../binary/format.ts'
import { type ColumnDescription, writeValue } from '../protocol/backend.ts'
import { PgError } from '../protocol/error.ts'
import type { FrameWriter } from '../protocol/frame.ts'
import type { BoundValues } from '../protocol/frontend.ts'
import { utf8 } from '../protocol/utf8.ts'
import type { Bindings } from './database.ts'
import type { Prepared } from './prepared.ts'
import { outputOf, type Result } from './result.ts'

/** What Bind has made, and how far its rows have been read. */
export interface Portal {
  readonly statement: Prepared
  readonly bindings: Bindings
  readonly formats: readonly number[]
  /** When it was made, in microseconds since 2000. */
  readonly opened: bigint
  result?: Result
  position: number
  executed: boolean
}

/** A command tag that tells how many rows have been sent, where it tells a number of rows at all. */
export const counted = (tag: string, rows: number): string => tag.replace(/ \d+$/, ` ${rows}`)

const formatAt = (formats: readonly number[], at: number): number =>
  formats.length === 1 ? (formats[0] ?? 0) : (formats[at] ?? 0)

/** @throws PgError 22023 for a format that is none */
export const requireFormats = (formats: readonly number[]): void => {
  for (const format of formats)
    if (format !== 0 && format !== 1) throw new PgError('22023', `unsupported format code: ${format}`)
}

type Given = Pick<BoundValues, 'formats' | 'values'>

/** @param name of the prepared statement @throws PgError 08P01 where there are too many or too few */
export const checkCounts = (name: string, types: readonly number[], { formats, values }: Given): void => {
  if (formats.length > 1 && formats.length !== values.length)
    throw new PgError('08P01', `bind message has ${formats.length} parameter formats but ${values.length} parameters`)
  if (values.length !== types.length)
    throw new PgError(
      '08P01',
      `bind message supplies ${values.length} parameters, but prepared statement "${name}" requires ${types.length}`,
    )
}

/** The values of parameters. @throws PgError 22P02 and what else the types' input functions throw */
export const bindValues = (env: Environment, types: readonly number[], { formats, values }: Given): Bindings => {
  requireFormats(formats)
  const parameter = (bytes: Buffer | null, at: number): Value => {
    const type = types[at] ?? 0
    if (bytes === null) return null
    if (formatAt(formats, at) === 1) return receive(env, type, bytes, at + 1)
    return domainValue(env, codecOf(env, type).input(utf8(bytes), -1, env), type)
  }
  return Object.fromEntries(values.map((bytes, at) => [`p${at + 1}`, parameter(bytes, at)]))
}

/** What returns no rows does not look at their formats (PortalSetResultFormat). @throws PgError 08P01 */
export const checkResultFormats = (formats: readonly number[], columns: readonly OutputColumn[] | undefined): void => {
  if (columns === undefined) return
  requireFormats(formats)
  if (formats.length > 1 && formats.length !== columns.length)
    throw new PgError(
      '08P01',
      `bind message has ${formats.length} result formats but query has ${columns.length} columns`,
    )
}

export const describe = (
  env: Environment,
  columns: readonly OutputColumn[],
  formats: readonly number[],
): ColumnDescription[] =>
  columns.map(({ name, type, typmod, origin }, at) => ({
    name,
    ...(origin === undefined ? {} : { table: origin.relation, number: origin.column }),
    typeOid: type,
    typeSize: env.catalog.findType(type)?.length ?? -1,
    typmod,
    format: formatAt(formats, at),
  }))

/** How a value is sent that is no row's. @param format 0 for text, 1 for binary */
export const sentValue = (
  env: Environment,
  type: number,
  format: number,
  value: Value | undefined,
): string | Buffer | null => {
  if (value === null || value === undefined) return null
  return format === 1 ? senderOf(env, type)(value) : outputOf(env, type)(value)
}

/** How the rows of some columns are sent. */
export const rowWriter = (
  env: Environment,
  columns: readonly OutputColumn[],
  formats: readonly number[],
): ((writer: FrameWriter, row: readonly Value[]) => void) => {
  const forms = columns.map(({ type }, at) => (formatAt(formats, at) === 1 ? senderOf(env, type) : outputOf(env, type)))
  return (writer, row) => {
    writer.begin('D').int16(forms.length)
    try {
      for (const [at, form] of forms.entries()) {
        const value = row[at] ?? null
        writeValue(writer, value === null ? null : form(value))
      }
    } catch (error) {
      // the client is told of the error in the place of the row
      writer.drop()
      throw error
    }
    writer.finish()
  }
}
