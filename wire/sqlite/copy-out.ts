/** COPY TO STDOUT: rows as lines of text. Manual: "COPY", "File Formats"; after copyto.c. */
import type { CopyOutPlan } from '../../compiler/plan.ts'
import type { Value } from '../../compiler/tree/value.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import { senderOf } from '../binary/format.ts'
import { binaryHeader, binaryRow, binaryTrailer } from './copy-binary.ts'
import { outputOf, type Result } from './result.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
}

/** CopyAttributeOutText. */
const escaped = (text: string, delimiter: string): string => {
  let result = ''
  for (const character of text) result += ESCAPES[character] ?? (character === delimiter ? `\\${character}` : character)
  return result
}

type Rows = readonly (readonly Value[])[]

/** The lines of a COPY, each with its end. */
function* copyLines(env: Environment, plan: CopyOutPlan, rows: Rows): Generator<string> {
  const { columns } = plan.query
  const { kind, delimiter, header, quote, escape: escaping, null: none, forceQuote = [] } = plan.format
  const single = columns.length === 1
  const quoted = (text: string): string =>
    quote + Array.from(text, (each) => (each === quote || each === escaping ? escaping + each : each)).join('') + quote
  /** CopyAttributeOutCSV. */
  const csv = (text: string, force: boolean): string =>
    force ||
    text === none ||
    (single && text === '\\.') ||
    [delimiter, quote, '\n', '\r'].some((each) => text.includes(each))
      ? quoted(text)
      : text
  const write = (text: string, force: boolean): string => (kind === 'csv' ? csv(text, force) : escaped(text, delimiter))
  const line = (fields: readonly string[]): string => `${fields.join(delimiter)}\n`
  if (header !== false) yield line(columns.map(({ name }) => write(name, false)))
  const outputs = columns.map(({ type, name }) => ({
    output: outputOf(env, type),
    force: forceQuote === 'all' || forceQuote.includes(name),
  }))
  for (const row of rows)
    yield line(
      outputs.map(({ output, force }, at) => {
        const value = row[at] ?? null
        return value === null ? none : write(output(value), force)
      }),
    )
}

/** The rows of the binary format; the header goes with the first, and what comes at the end by itself. */
function* binaryRows(env: Environment, { query: { columns } }: CopyOutPlan, rows: Rows): Generator<Buffer> {
  const senders = columns.map(({ type }) => senderOf(env, type))
  let header: Buffer | undefined = binaryHeader()
  const withHeader = (bytes: Buffer): Buffer => {
    const whole = header === undefined ? bytes : Buffer.concat([header, bytes])
    header = undefined
    return whole
  }
  for (const row of rows) {
    const fields = senders.map((send, at) => {
      const value = row[at] ?? null
      return value === null ? null : send(value)
    })
    yield withHeader(binaryRow(fields))
  }
  yield withHeader(binaryTrailer())
}

/** What a COPY TO STDOUT gives of the rows of its query; it becomes text when it is sent. */
export const copiedOut = (env: Environment, plan: CopyOutPlan, { rows }: Result): Result => {
  const binary = plan.format.kind === 'binary'
  return {
    tag: `COPY ${rows.length}`,
    rows: [],
    notices: plan.notices,
    copied: {
      data: binary ? binaryRows(env, plan, rows) : copyLines(env, plan, rows),
      columns: plan.query.columns.length,
      binary,
    },
  }
}
