/** The only place that makes SQLite text. */
import { toHex } from '../types/text.ts'
import type { Body, Frame, From, OrderTerm, Over, Select, Sql } from './tree.ts'

export const quoteName = (name: string): string => `"${name.includes('"') ? name.replaceAll('"', '""') : name}"`

/** Names that need no quotes; everything that SQLite might read as a keyword gets them. */
const PLAIN = /^[a-z_][a-z0-9_]*$/
const KEYWORDS: ReadonlySet<string> = new Set(
  'abort action add after all alter always analyze and any as asc attach autoincrement before begin between by cascade case cast check collate column commit conflict constraint create cross current current_date current_time current_timestamp database default deferrable deferred delete desc detach distinct do drop each else end escape except exclude exclusive exists explain fail false filter first following for foreign from full generated glob group groups having if ignore immediate in index indexed initially inner insert instead intersect into is isnull join key last left like limit match materialized natural no not nothing notnull null nulls of offset on or order others outer over partition plan pragma preceding primary query raise range recursive references regexp reindex release rename replace restrict returning right rollback row rows savepoint select set table temp temporary then ties to transaction trigger true unbounded union unique update using vacuum values view virtual when where window with within without rowid oid _rowid_'.split(
    ' ',
  ),
)

/** How names are printed: most statements have the same ones, many times. */
const printedNames = new Map<string, string>()

/** More names than this are not kept. */
const KEPT_NAMES = 10_000

export const printName = (name: string): string => {
  const known = printedNames.get(name)
  if (known !== undefined) return known
  const printed = PLAIN.test(name) && !KEYWORDS.has(name) ? name : quoteName(name)
  if (printedNames.size >= KEPT_NAMES) printedNames.clear()
  printedNames.set(name, printed)
  return printed
}

/** Digits and powers of ten that every SQLite reads as the double that is meant; older ones miss the last bit of others. */
const SAFE_DIGITS = 15
const SAFE_EXPONENT = 22

const CHUNK = 54

/** A double in SQL. What could be misread is made of an integer and powers of two, which are exact. */
const printNumber = (value: number): string => {
  const text = String(value)
  const plain = /[.e]/.test(text) ? text : `${text}.0`
  const [mantissa = '', power = '0'] = value.toExponential().split('e')
  const digits = mantissa.replace(/\D/g, '').length
  if (digits <= SAFE_DIGITS && Math.abs(Number(power) - digits + 1) <= SAFE_EXPONENT) return plain
  let exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), -1022) - 52
  let whole = value
  // In two steps, as the scale by itself can be out of range.
  for (let left = -exponent; left !== 0; ) {
    const step = Math.max(-1000, Math.min(1000, left))
    whole *= 2 ** step
    left -= step
  }
  if (!Number.isSafeInteger(whole)) return plain
  let product = `CAST(${whole} AS REAL)`
  while (exponent !== 0) {
    const step = Math.max(-CHUNK, Math.min(CHUNK, exponent))
    product += ` ${step < 0 ? '/' : '*'} ${2 ** Math.abs(step)}.0`
    exponent -= step
  }
  return `(${product})`
}

const printLiteral = (value: Sql & { kind: 'literal' }): string => {
  const it = value.value
  if (it === null) return 'NULL'
  if (typeof it === 'bigint') return it === -(2n ** 63n) ? '(-9223372036854775807-1)' : String(it)
  if (typeof it === 'number') {
    if (it === Number.POSITIVE_INFINITY) return '9e999'
    if (it === Number.NEGATIVE_INFINITY) return '-9e999'
    if (Object.is(it, -0)) return '-0.0'
    return printNumber(it)
  }
  if (typeof it === 'string') {
    if (it.includes('\0')) return `CAST(x'${toHex(new TextEncoder().encode(it))}' AS TEXT)`
    return `'${it.replaceAll("'", "''")}'`
  }
  return `x'${toHex(it)}'`
}

/** How tightly SQLite's operators bind; a higher number binds tighter. */
const PRECEDENCE: Readonly<Record<string, number>> = {
  OR: 1,
  AND: 2,
  NOT: 3,
  '=': 4,
  '<>': 4,
  IS: 4,
  'IS NOT': 4,
  LIKE: 4,
  GLOB: 4,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  '&': 7,
  '|': 7,
  '<<': 7,
  '>>': 7,
  '+': 8,
  '-': 8,
  '*': 9,
  '/': 9,
  '%': 9,
  '||': 10,
}

const binding = (sql: Sql): number => {
  switch (sql.kind) {
    case 'infix':
    case 'prefix':
      return PRECEDENCE[sql.operator] ?? 0
    case 'postfix':
    case 'in':
      return 4
    case 'literal':
      return (typeof sql.value === 'bigint' || typeof sql.value === 'number') && sql.value < 0 ? 6 : 99
    default:
      return 99
  }
}

const within = (sql: Sql, level: number): string => {
  const text = printSql(sql)
  return binding(sql) > level ? text : `(${text})`
}

const printOrder = (terms: readonly OrderTerm[]): string =>
  terms
    .map(({ expr, descending, nullsFirst }) => {
      const natural = nullsFirst !== descending
      const nulls = natural ? '' : nullsFirst ? ' NULLS FIRST' : ' NULLS LAST'
      return `${printSql(expr)}${descending ? ' DESC' : ''}${nulls}`
    })
    .join(', ')

const printBound = (bound: Frame['start']): string =>
  typeof bound === 'string' ? bound : `${within(bound.offset, 4)} ${bound.direction}`

const printOver = ({ partitionBy, orderBy, frame }: Over): string => {
  const parts = [
    partitionBy.length > 0 ? `PARTITION BY ${partitionBy.map(printSql).join(', ')}` : '',
    orderBy.length > 0 ? `ORDER BY ${printOrder(orderBy)}` : '',
    frame === undefined
      ? ''
      : `${frame.mode} BETWEEN ${printBound(frame.start)} AND ${printBound(frame.end)}${frame.exclude === undefined ? '' : ` EXCLUDE ${frame.exclude}`}`,
  ]
  return ` OVER (${parts.filter((part) => part !== '').join(' ')})`
}

export const printSql = (sql: Sql): string => {
  switch (sql.kind) {
    case 'literal':
      return printLiteral(sql)
    case 'column':
      return sql.table === undefined ? quoteName(sql.name) : `${printName(sql.table)}.${printName(sql.name)}`
    case 'parameter':
      return `:${sql.name}`
    case 'prefix':
      return sql.operator === 'NOT' ? `NOT ${within(sql.arg, 3)}` : `${sql.operator}${within(sql.arg, 98)}`
    case 'postfix':
      return `${within(sql.arg, 4)} ${sql.operator}`
    case 'infix': {
      const level = PRECEDENCE[sql.operator] ?? 0
      const associative = ['AND', 'OR', '||'].includes(sql.operator)
      return sql.args
        .map((arg, at) => within(arg, at === 0 && level !== 4 ? level - (associative ? 0 : 1) : level))
        .join(` ${sql.operator} `)
    }
    case 'call': {
      const args = sql.star ? '*' : `${sql.distinct ? 'DISTINCT ' : ''}${sql.args.map(printSql).join(', ')}`
      const filter = sql.filter === undefined ? '' : ` FILTER (WHERE ${printSql(sql.filter)})`
      return `${printName(sql.name)}(${args})${filter}${sql.over === undefined ? '' : printOver(sql.over)}`
    }
    case 'case': {
      const whens = sql.whens.map(({ when, result }) => ` WHEN ${printSql(when)} THEN ${printSql(result)}`).join('')
      return `CASE${sql.subject === undefined ? '' : ` ${printSql(sql.subject)}`}${whens} ELSE ${printSql(sql.otherwise)} END`
    }
    case 'cast':
      return `CAST(${printSql(sql.arg)} AS ${sql.type})`
    case 'subquery':
      return `(${printSelect(sql.select)})`
    case 'exists':
      return `EXISTS (${printSelect(sql.select)})`
    case 'in': {
      const items = 'body' in sql.items ? printSelect(sql.items) : sql.items.map(printSql).join(', ')
      return `${within(sql.left, 4)} ${sql.negated ? 'NOT ' : ''}IN (${items})`
    }
    default:
      return sql satisfies never
  }
}

const printFrom = (from: From): string => {
  switch (from.kind) {
    case 'table':
      return from.name === from.alias ? printName(from.name) : `${printName(from.name)} AS ${printName(from.alias)}`
    case 'subquery':
      return `(${printSelect(from.select)}) AS ${printName(from.alias)}`
    case 'function':
      return `${printSql(from.call)} AS ${printName(from.alias)}`
    case 'join': {
      const right = from.right.kind === 'join' ? `(${printFrom(from.right)})` : printFrom(from.right)
      return `${printFrom(from.left)} ${from.join} ${right}${from.on === undefined ? '' : ` ON ${printSql(from.on)}`}`
    }
    default:
      return from satisfies never
  }
}

/** Joins that may be made one after the other, beginning with what stands before them. */
const PLAIN_JOINS: ReadonlySet<string> = new Set(['JOIN', 'LEFT JOIN', 'CROSS JOIN'])

const hasFunction = (from: From): boolean =>
  from.kind === 'function' || (from.kind === 'join' && (hasFunction(from.left) || hasFunction(from.right)))

/** Inside parentheses SQLite does not let functions read what stands before them. */
const mustStandAlone = (from: From): boolean => {
  if (from.kind !== 'join') return false
  let first: From = from
  for (; first.kind === 'join'; first = first.left) if (!PLAIN_JOINS.has(first.join)) return true
  return !hasFunction(from)
}

const printBody = (body: Body): string => {
  switch (body.kind) {
    case 'values':
      return `VALUES ${body.rows.map((row) => `(${row.map(printSql).join(', ')})`).join(', ')}`
    case 'compound':
      return `${printBody(body.left)} ${body.operator} ${body.right.kind === 'compound' ? `SELECT * FROM (${printBody(body.right)})` : printBody(body.right)}`
    case 'core': {
      const targets = body.targets
        .map(({ expr, alias }) => `${printSql(expr)}${alias === undefined ? '' : ` AS ${printName(alias)}`}`)
        .join(', ')
      const from =
        body.from.length === 0
          ? ''
          : ` FROM ${body.from.map((item, at) => (at > 0 && mustStandAlone(item) ? `(${printFrom(item)})` : printFrom(item))).join(', ')}`
      const where = body.where === undefined ? '' : ` WHERE ${printSql(body.where)}`
      const group = body.groupBy.length === 0 ? '' : ` GROUP BY ${body.groupBy.map(printSql).join(', ')}`
      const having = body.having === undefined ? '' : ` HAVING ${printSql(body.having)}`
      return `SELECT ${body.distinct ? 'DISTINCT ' : ''}${targets}${from}${where}${group}${having}`
    }
    default:
      return body satisfies never
  }
}

export const printSelect = (select: Select): string => {
  const ctes = select.with.map(({ name, columns, materialized, select: query }) => {
    const hint = materialized === undefined ? '' : materialized ? 'MATERIALIZED ' : 'NOT MATERIALIZED '
    return `${printName(name)}(${columns.map(printName).join(', ')}) AS ${hint}(${printSelect(query)})`
  })
  const clause = ctes.length === 0 ? '' : `WITH ${select.recursive ? 'RECURSIVE ' : ''}${ctes.join(', ')} `
  const order = select.orderBy.length === 0 ? '' : ` ORDER BY ${printOrder(select.orderBy)}`
  const limit =
    select.limit === undefined && select.offset === undefined
      ? ''
      : ` LIMIT ${select.limit === undefined ? '-1' : printSql(select.limit)}`
  const offset = select.offset === undefined ? '' : ` OFFSET ${printSql(select.offset)}`
  return `${clause}${printBody(select.body)}${order}${limit}${offset}`
}
