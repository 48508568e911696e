/** Whether two engines gave a client the same. */

import { OID } from '../compiler/catalog/oid.ts'
import { FIRST_USER_OID, type Outcome } from './outcome.ts'
import { parsed } from './parsed.ts'

/** `equal`, `refused` (0A000 where PostgreSQL does something else), or `wrong`. */
export type Verdict = 'equal' | 'refused' | 'wrong'

export interface Judgement {
  readonly verdict: Verdict
  /** What differs, or what was refused. */
  readonly reason?: string
}

interface SortNode {
  readonly ColumnRef?: { fields?: { String?: { sval?: string } }[] }
  readonly A_Const?: { ival?: { ival?: number } }
}

/** A parse tree without places, to compare it with another. */
const shape = (node: unknown): string =>
  JSON.stringify(node, (key, value) =>
    key === 'location' || /^(rexpr_)?list_(start|end)$/.test(key) ? undefined : value,
  )

/** The output columns that ORDER BY sorts by first; undefined for no ORDER BY, and cut off at the first other expression. */
const sortColumns = (
  sql: string,
  columns: readonly string[],
): { readonly keys: number[]; readonly complete: boolean } | undefined => {
  const statement = parsed(sql)
  const clause = (statement?.node.sortClause ?? []) as { SortBy?: { node?: SortNode } }[]
  if (statement?.tag !== 'SelectStmt' || clause.length === 0) return undefined
  const targets = ((statement.node.targetList ?? []) as { ResTarget?: { val?: unknown } }[]).map(({ ResTarget }) =>
    shape(ResTarget?.val),
  )
  const keys: number[] = []
  for (const { SortBy } of clause) {
    const node = SortBy?.node
    const number = node?.A_Const?.ival
    const name = node?.ColumnRef?.fields?.at(-1)?.String?.sval
    let at = number !== undefined ? (number.ival ?? 0) - 1 : name === undefined ? -1 : columns.indexOf(name)
    if (at < 0 && targets.length === columns.length) at = targets.indexOf(shape(node))
    if (at < 0) return { keys, complete: false }
    keys.push(at)
  }
  return { keys, complete: true }
}

type Rows = Outcome['rows']

const line = (row: readonly (string | null)[]): string => JSON.stringify(row)

const sameMultiset = (left: Rows, right: Rows): boolean => {
  const [a, b] = [left.map(line).sort(), right.map(line).sort()]
  return a.every((row, at) => row === b[at])
}

const firstDifference = (left: Rows, right: Rows): string => {
  const at = left.findIndex((row, index) => line(row) !== line(right[index] ?? []))
  return `row ${at + 1}: ${line(left[at] ?? [])} instead of ${line(right[at] ?? [])}`
}

/** Oids of what users make come from a counter of the whole server: only that they are such is compared. */
const withoutUserOids = ({ rows, columns }: Outcome): Rows => {
  const oids = (columns ?? []).flatMap(({ type }, at) => (type === OID.oid ? [at] : []))
  if (oids.length === 0) return rows
  return rows.map((row) =>
    row.map((value, at) => (oids.includes(at) && Number(value) >= FIRST_USER_OID ? 'an oid of a user' : value)),
  )
}

const compareRows = (sql: string, actual: Outcome, expected: Outcome): string | undefined => {
  const [mine, theirs] = [withoutUserOids(actual), withoutUserOids(expected)]
  if (mine.length !== theirs.length) return `${mine.length} rows instead of ${theirs.length}`
  if (mine.every((row, at) => line(row) === line(theirs[at] ?? []))) return undefined
  if (!sameMultiset(mine, theirs)) return firstDifference(mine, theirs)
  const sort = sortColumns(
    sql,
    (expected.columns ?? []).map(({ name }) => name),
  )
  if (sort === undefined) return undefined
  if (!sort.complete) return `order, ${firstDifference(mine, theirs)}`
  const keys = (row: readonly (string | null)[]): string => JSON.stringify(sort.keys.map((at) => row[at]))
  const at = mine.findIndex((row, index) => keys(row) !== keys(theirs[index] ?? []))
  return at < 0 ? undefined : `order, ${firstDifference(mine, theirs)}`
}

const noticesOf = ({ notices }: Outcome): string =>
  notices.map(({ severity, code, message }) => `${severity} ${code} ${message}`).join('; ')

const compareNotices = (actual: Outcome, expected: Outcome): string | undefined => {
  const [mine, theirs] = [noticesOf(actual), noticesOf(expected)]
  return mine === theirs ? undefined : `notices "${mine}" instead of "${theirs}"`
}

/** What differs in the eyes of a client, or undefined. */
export const difference = (sql: string, actual: Outcome, expected: Outcome): string | undefined => {
  if (actual.error !== undefined || expected.error !== undefined) {
    if (actual.error === undefined) return `succeeds instead of ${expected.error?.code} ${expected.error?.message}`
    if (expected.error === undefined) return `fails with ${actual.error.code} ${actual.error.message}`
    if (actual.error.code !== expected.error.code)
      return `${actual.error.code} ${actual.error.message} instead of ${expected.error.code} ${expected.error.message}`
    if (actual.error.position !== expected.error.position)
      return `position ${actual.error.position} instead of ${expected.error.position} of ${expected.error.code} ${expected.error.message}`
    if (actual.error.severity !== expected.error.severity) return `severity ${actual.error.severity}`
    return compareNotices(actual, expected)
  }
  if (actual.tag !== expected.tag) return `tag ${actual.tag} instead of ${expected.tag}`
  const describe = ({ columns }: Outcome): string =>
    JSON.stringify(columns?.map(({ name, type, typmod }) => `${name}:${type}:${typmod}`) ?? null)
  if (describe(actual) !== describe(expected)) return `columns ${describe(actual)} instead of ${describe(expected)}`
  return (
    compareNotices(actual, expected) ??
    compareRows(sql, actual, expected) ??
    (actual.status === expected.status ? undefined : `status ${actual.status} instead of ${expected.status}`)
  )
}

/** A piece of a text that two servers need not share: an oid of a user, a moment. */
const isByChance = (part: string): boolean => Number(part) >= FIRST_USER_OID || /^\d{4}-/.test(part)

/** Values that come from a clock or from chance. */
const CHANGING: ReadonlySet<number> = new Set([
  OID.date,
  OID.time,
  OID.timetz,
  OID.timestamp,
  OID.timestamptz,
  OID.interval,
  OID.uuid,
])

/**
 * Whether an answer is PostgreSQL's but for what no statement determines, as two servers differ in it too: oids of users
 * inside texts, as their counters stand elsewhere; times, as they were asked at others; random uuids.
 */
export const sameButForChance = (actual: Outcome, truth: Outcome, mirror: Outcome): boolean => {
  const parts = (value: string | null | undefined): string[] =>
    (value ?? '').split(/(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?|\d+)/)
  const sameCell = (mine: string | null | undefined, theirs: string | null, others: string | null | undefined) => {
    if (mine === theirs) return true
    if (mine === null || theirs === null || others === null) return false
    const [a, b, c] = [parts(mine), parts(theirs), parts(others)]
    return (
      a.length === b.length &&
      b.length === c.length &&
      b.every((part, at) => {
        if (part !== c[at]) return [a, b, c].every((list) => isByChance(list[at] ?? ''))
        return part === a[at]
      })
    )
  }
  if (difference('', { ...actual, rows: [] }, { ...truth, rows: [] }) !== undefined) return false
  if (actual.rows.length !== truth.rows.length || mirror.rows.length !== truth.rows.length) return false
  return truth.rows.every((row, at) =>
    row.every((value, column) => {
      const [mine, other] = [actual.rows[at]?.[column], mirror.rows[at]?.[column]]
      const changes = CHANGING.has(truth.columns?.[column]?.type ?? 0) && value !== other
      return changes ? mine !== null && value !== null && other !== null : sameCell(mine, value, other)
    }),
  )
}

/**
 * @param truth what PostgreSQL says when it has executed everything
 * @param mirror what PostgreSQL says when it has executed only what the candidate has not refused
 */
export const judge = (sql: string, actual: Outcome, truth: Outcome, mirror: Outcome | undefined): Judgement => {
  const fromTruth = difference(sql, actual, truth)
  if (fromTruth === undefined) return { verdict: 'equal' }
  if (actual.error?.code === '0A000') return { verdict: 'refused', reason: actual.error.message }
  const fromMirror = mirror === undefined ? fromTruth : difference(sql, actual, mirror)
  if (fromMirror === undefined) return { verdict: 'refused', reason: 'follows from an earlier refusal' }
  return { verdict: 'wrong', reason: fromMirror }
}
