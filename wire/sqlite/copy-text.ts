/** The data of COPY in the text and CSV formats: its lines and fields. Manual: "COPY", "File Formats". */
import type { CopyFormat } from '../../compiler/plan.ts'
import { PgError } from '../protocol/error.ts'

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** A field of the text format with its backslashes resolved. */
const resolveEscapes = (field: string): string =>
  field.includes('\\')
    ? field.replace(/\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([\s\S]))/g, (_whole, hex, octal, other) => {
        if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
        if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
        return ESCAPES[other] ?? other
      })
    : field

const splitText = (line: string, { delimiter, null: none }: CopyFormat): (string | null)[] => {
  const fields: string[] = []
  let start = 0
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '\\') at++
    else if (line[at] === delimiter) {
      fields.push(line.slice(start, at))
      start = at + 1
    }
  }
  fields.push(line.slice(start))
  return fields.map((field) => (field === none ? null : resolveEscapes(field)))
}

/** Lines of the text format; a backslash before a line's end takes it into the field. */
function* textRows(data: string, format: CopyFormat): Iterable<(string | null)[]> {
  const lines = data.split('\n')
  if (lines.at(-1) === '') lines.pop()
  for (let at = 0; at < lines.length; at++) {
    let line = lines[at] ?? ''
    while (/(^|[^\\])(\\\\)*\\$/.test(line) && at + 1 < lines.length) line += `\n${lines[++at]}`
    if (line === '\\.') return
    if (at === 0 && format.header) continue
    yield splitText(line, format)
  }
}

function* csvRows(
  data: string,
  { delimiter, null: none, quote, escape: escaping, header }: CopyFormat,
): Iterable<(string | null)[]> {
  let at = 0
  let first = true
  while (at < data.length) {
    const row: (string | null)[] = []
    for (;;) {
      let field = ''
      let quoted = false
      while (at < data.length && data[at] !== delimiter && data[at] !== '\n') {
        if (data[at] !== quote) {
          field += data[at++]
          continue
        }
        quoted = true
        for (at++; ; at++) {
          if (at >= data.length) throw new PgError('22P04', 'unterminated CSV quoted field')
          if (data[at] === escaping && (data[at + 1] === quote || data[at + 1] === escaping)) field += data[++at]
          else if (data[at] === quote) break
          else field += data[at]
        }
        at++
      }
      row.push(!quoted && field === none ? null : field)
      if (data[at] === delimiter) at++
      else break
    }
    at++
    if (!(first && header)) {
      yield row
    }
    first = false
  }
}

/** The fields of each row, null for NULL. @throws PgError 22P04 */
export const textFields = (data: string, format: CopyFormat): Iterable<(string | null)[]> =>
  format.kind === 'csv' ? csvRows(data, format) : textRows(data, format)
