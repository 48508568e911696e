/** Recorded tables in a bundle: column by column they compress better than row by row, which is how they are kept for people to read. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import type { Plugin } from 'esbuild'
import { abbreviate, unabbreviated } from '../compiler/catalog/abbreviation.ts'
import { type Column, lettersOf, type Recorded } from '../compiler/catalog/recorded.ts'

interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

type Encoding = (column: readonly unknown[]) => Column | undefined

const plain = (value: unknown): boolean => value === null || typeof value !== 'object'

/** Numbers, by how much more each is than the one before. */
const steps: Encoding = (column) => {
  if (!column.every((value) => typeof value === 'number')) return undefined
  return { steps: column.map((value, at) => value - (at === 0 ? 0 : (column[at - 1] ?? 0))) }
}

/** A column in which one value is by far the most frequent: where the others are, and what. */
const exceptions: Encoding = (column) => {
  const [usual] = [...Map.groupBy(column.filter(plain), (value) => value)].toSorted((a, b) => b[1].length - a[1].length)
  if (usual === undefined || usual[1].length < column.length * 0.6) return undefined
  const others = column.flatMap((value, at) => (value === usual[0] ? [] : [at]))
  return {
    usual: usual[0],
    at: others.map((at, which) => at - (others[which - 1] ?? 0)),
    values: smallest(others.map((at) => column[at])),
  }
}

/** Lists of numbers, in base 36, in one string. */
const lists: Encoding = (column) =>
  column.every((value) => Array.isArray(value) && value.every(Number.isInteger))
    ? { lists: (column as number[][]).map((list) => list.map((each) => each.toString(36)).join(' ')).join('|') }
    : undefined

/** Values of which there are few, or lists of such. */
const letters: Encoding = (column) => {
  const isList = column.every((value) => Array.isArray(value) && value.every(plain))
  if (!isList && !column.every(plain)) return undefined
  const all = isList ? (column as unknown[][]).flat() : column
  const words = [...Map.groupBy(all, (value) => value)]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([word]) => word)
  const known = new Map(words.map((word, at) => [word, lettersOf(at)]))
  if ([...known.values()].includes(undefined)) return undefined
  const written = (value: unknown): string => known.get(value) ?? ''
  const text = column.map((value) => (Array.isArray(value) ? `${value.map(written).join('')} ` : written(value)))
  return { words, letters: text.join(''), isList }
}

const isWord = (value: unknown): value is string => typeof value === 'string' && /^[^ |]+$/.test(value)

/** Lists of words, in one string. */
const joined: Encoding = (column) =>
  column.every((value) => Array.isArray(value) && value.every(isWord))
    ? { joined: (column as string[][]).map((list) => list.join(' ')).join('|') }
    : undefined

/** Rows inside of a row, all with as many values: column by column as well. */
const nested: Encoding = (column) => {
  if (!column.every((value) => Array.isArray(value) && value.every(Array.isArray))) return undefined
  const tables = column as unknown[][][]
  const all = tables.flat()
  const width = all[0]?.length ?? 0
  if (width === 0 || all.some((row) => row.length !== width)) return undefined
  const part = (at: number): Column => smallest(tables.map((table) => table.map((row) => row[at])))
  const rest = smallest(tables.map((table) => table.map((row) => JSON.stringify(row.slice(1)))))
  const byPart = Array.from({ length: width }, (_, at) => part(at))
  const together = [part(0), rest]
  return sizeOf({ nested: together, texts: true }) < sizeOf({ nested: byPart, texts: false })
    ? { nested: together, texts: true }
    : { nested: byPart, texts: false }
}

const ENCODINGS: readonly Encoding[] = [(column) => column, steps, exceptions, lists, letters, joined, nested]

const sizeOf = (column: Column): number => brotliCompressSync(JSON.stringify(column)).length

const smallest = (column: readonly unknown[]): Column =>
  ENCODINGS.map((encode) => encode(column))
    .filter((encoded) => encoded !== undefined)
    .map((encoded) => ({ encoded, size: sizeOf(encoded) }))
    .reduce((best, each) => (each.size < best.size ? each : best)).encoded

/** What `rowsOf` in `compiler/catalog/recorded.ts` takes as well. */
const byColumn = ({ columns, rows }: Table): Recorded => ({
  columns,
  count: rows.length,
  values: columns.map((_, at) => smallest(rows.map((row) => row[at]))),
})

const read = (path: string): Table => JSON.parse(readFileSync(path, 'utf8')) as Table

/** Of functions, the rows with names that say which are those of their types. */
const withShortNames = (path: string, table: Table): Table => {
  if (!path.endsWith('functions.json')) return table
  const at = (of: Table, column: string): number => of.columns.indexOf(column)
  const types = read(join(dirname(path), 'types.json'))
  const names = new Map(types.rows.map((row) => [row[at(types, 'oid')], row[at(types, 'name')] as string | null]))
  const nameOf = (type: number): string | null | undefined => names.get(type)
  const short = (row: readonly unknown[]): unknown[] => {
    const [name, source] = [row[at(table, 'name')] as string, row[at(table, 'source')] as string | null]
    const own = [...(row[at(table, 'args')] as number[]), row[at(table, 'result')] as number]
    const shortName = abbreviate(name, own, nameOf)
    const shortSource = source === null ? null : abbreviate(source, own, nameOf, name)
    const isSame =
      unabbreviated(shortName, own, nameOf) === name &&
      (shortSource === null || unabbreviated(shortSource, own, nameOf, name) === source)
    if (!isSame) throw new Error(`the name of ${name} cannot be abbreviated`)
    return row.with(at(table, 'name'), shortName).with(at(table, 'source'), shortSource)
  }
  return { ...table, rows: table.rows.map(short) }
}

export const columnarData: Plugin = {
  name: 'columnar data',
  setup(bundler) {
    bundler.onLoad({ filter: /compiler\/catalog\/data\/.*\.json$/ }, ({ path }) => ({
      loader: 'json',
      contents: JSON.stringify(byColumn(withShortNames(path, read(path)))),
    }))
  },
}
