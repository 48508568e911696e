/**
 * The fields of COPY data in the text and CSV formats. Manual: "COPY", "File Formats"; after CopyReadAttributesText and
 * CopyReadAttributesCSV (copyfromparse.c).
 */
import type { CopyFormat } from '../../compiler/plan.ts'
import { PgError } from '../protocol/error.ts'
import { utf8 } from '../protocol/utf8.ts'
import { CopyLines } from './copy-lines.ts'

/** Stands for a field that says that its column has its default. */
export const DEFAULT = Symbol('default')

/** A field as it stands in the data: what it says, or NULL. */
export type CopyField = string | typeof DEFAULT | null

export interface CopyRow {
  readonly fields: readonly CopyField[]
  /** Of its line, from 1. */
  readonly line: number
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** Bytes by their numbers, or one of the characters that have a name, or any other one as it is. */
const ESCAPE = /\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([\s\S])|$)/g

const byteOf = (hex: string | undefined, octal: string | undefined): number | undefined =>
  hex !== undefined ? Number.parseInt(hex, 16) : octal === undefined ? undefined : Number.parseInt(octal, 8) & 0xff

/** A field of the text format with its backslashes resolved. @throws PgError 22021 */
const resolveEscapes = (field: string): string => {
  if (!field.includes('\\')) return field
  let hasBytes = false
  const resolved = field.replace(ESCAPE, (_whole, hex, octal, other) => {
    const byte = byteOf(hex, octal)
    if (byte === undefined) return other === undefined ? '' : (ESCAPES[other] ?? other)
    if (byte === 0 || byte > 0x7f) hasBytes = true
    return String.fromCharCode(byte)
  })
  return hasBytes ? utf8(bytesOf(field)) : resolved
}

/** The same where numbers make bytes that are only parts of characters. */
const bytesOf = (field: string): Uint8Array => {
  const encoder = new TextEncoder()
  const parts: Uint8Array[] = []
  let last = 0
  for (const match of field.matchAll(ESCAPE)) {
    const [whole, hex, octal, other] = match
    parts.push(encoder.encode(field.slice(last, match.index)))
    const byte = byteOf(hex, octal)
    parts.push(byte === undefined ? encoder.encode(ESCAPES[other ?? ''] ?? other ?? '') : Uint8Array.of(byte))
    last = match.index + whole.length
  }
  parts.push(encoder.encode(field.slice(last)))
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

const textFieldsOf = (line: string, { delimiter, null: none, default: usual }: CopyFormat): CopyField[] => {
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
  return fields.map((field) => (field === none ? null : field === usual ? DEFAULT : resolveEscapes(field)))
}

const csvFieldsOf = (line: string, format: CopyFormat): CopyField[] => {
  const { delimiter, null: none, default: usual, quote, escape: escaping } = format
  const fields: CopyField[] = []
  for (let at = 0; ; at++) {
    const start = at
    let field = ''
    let hasQuotes = false
    for (;;) {
      const from = at
      while (at < line.length && line[at] !== delimiter && line[at] !== quote) at++
      field += line.slice(from, at)
      if (line[at] !== quote) break
      hasQuotes = true
      for (at++; line[at] !== quote || (escaping === quote && line[at + 1] === quote); at++) {
        if (at >= line.length) throw new PgError('22P04', 'unterminated CSV quoted field')
        if (line[at] === escaping && (line[at + 1] === escaping || line[at + 1] === quote)) at++
        field += line[at]
      }
      at++
    }
    const raw = line.slice(start, at)
    fields.push(!hasQuotes && raw === none ? null : raw === usual ? DEFAULT : field)
    if (at >= line.length) return fields
  }
}

/** @throws PgError 22P04 */
const requireHeader = (fields: readonly CopyField[], { null: none }: CopyFormat, names: readonly string[]): void => {
  const wrong = (message: string): PgError => new PgError('22P04', message)
  if (fields.length !== names.length)
    throw wrong(`wrong number of fields in header line: got ${fields.length}, expected ${names.length}`)
  for (const [at, name] of names.entries()) {
    const field = fields[at]
    const got = field === null ? `null value ("${none}")` : `"${String(field)}"`
    if (field !== name)
      throw wrong(`column name mismatch in header line field ${at + 1}: got ${got}, expected "${name}"`)
  }
}

/**
 * The fields of each row.
 * @param names of the columns that the data have
 * @throws PgError 22P04, 22021
 */
export function* textRows(
  pieces: Iterable<Uint8Array>,
  format: CopyFormat,
  names: readonly string[],
): Generator<CopyRow, void> {
  const lines = new CopyLines(pieces, format)
  const fieldsOf = (bytes: Uint8Array): CopyField[] => {
    const line = utf8(bytes)
    if (names.length === 0) {
      if (line !== '') throw new PgError('22P04', 'extra data after last expected column')
      return []
    }
    return format.kind === 'csv' ? csvFieldsOf(line, format) : textFieldsOf(line, format)
  }
  if (format.header !== false) {
    const { bytes, isLast } = lines.read()
    if (format.header === 'match') requireHeader(fieldsOf(bytes), format, names)
    if (isLast) return
  }
  for (;;) {
    const { bytes, isLast } = lines.read()
    if (isLast && bytes.length === 0) return
    yield { fields: fieldsOf(bytes), line: lines.number }
  }
}
