/**
 * What a Durable Object's SQLite takes: five terms in a compound SELECT, a hundred result columns, expressions nested a
 * hundred deep, a hundred parameters, statements of 100 KB. A statement beyond that is refused beforehand.
 */
import { unsupported } from '../../wire/protocol/error.ts'
import type { Body, From, Over, Select, Sql } from './tree.ts'

const TERMS = 5
const COLUMNS = 100
const DEPTH = 100
const PARAMETERS = 100
const LENGTH = 100_000

const terms = (body: Body): number => (body.kind === 'compound' ? terms(body.left) + terms(body.right) : 1)

interface Found {
  readonly parameters: Set<string>
}

const overExpressions = ({ partitionBy, orderBy }: Over): Sql[] => [...partitionBy, ...orderBy.map(({ expr }) => expr)]

/** How deep an expression is; chains of operators nest to the left. */
const depthOf = (sql: Sql, found: Found): number => {
  const deepest = (parts: readonly Sql[]): number =>
    parts.reduce((most, part) => Math.max(most, depthOf(part, found)), 0)
  switch (sql.kind) {
    case 'literal':
    case 'column':
      return 1
    case 'parameter':
      found.parameters.add(sql.name)
      return 1
    case 'prefix':
    case 'postfix':
    case 'cast':
      return depthOf(sql.arg, found) + 1
    case 'infix':
      return deepest(sql.args) + sql.args.length - 1
    case 'call':
      return (
        deepest([
          ...sql.args,
          ...(sql.filter === undefined ? [] : [sql.filter]),
          ...(sql.over === undefined ? [] : overExpressions(sql.over)),
        ]) + 1
      )
    case 'case':
      return (
        deepest([
          ...(sql.subject === undefined ? [] : [sql.subject]),
          ...sql.whens.flatMap(({ when, result }) => [when, result]),
          sql.otherwise,
        ]) + 1
      )
    case 'subquery':
    case 'exists':
      checkSelect(sql.select, found)
      return 1
    case 'in':
      if ('body' in sql.items) checkSelect(sql.items, found)
      else return deepest([sql.left, ...sql.items]) + 1
      return depthOf(sql.left, found) + 1
    default:
      return sql satisfies never
  }
}

const checkExpression = (sql: Sql, found: Found): void => {
  if (depthOf(sql, found) >= DEPTH) throw unsupported(`an expression more than ${DEPTH} deep on this target`)
}

const checkFrom = (from: From, found: Found): void => {
  switch (from.kind) {
    case 'table':
      return
    case 'subquery':
      checkSelect(from.select, found)
      return
    case 'function':
      checkExpression(from.call, found)
      return
    case 'join':
      checkFrom(from.left, found)
      checkFrom(from.right, found)
      if (from.on !== undefined) checkExpression(from.on, found)
      return
    default:
      from satisfies never
  }
}

const checkBody = (body: Body, found: Found): void => {
  switch (body.kind) {
    case 'compound':
      checkBody(body.left, found)
      checkBody(body.right, found)
      return
    case 'values':
      for (const row of body.rows) for (const value of row) checkExpression(value, found)
      return
    case 'core':
      if (body.targets.length > COLUMNS) throw unsupported(`more than ${COLUMNS} columns on this target`)
      for (const from of body.from) checkFrom(from, found)
      for (const sql of [...body.targets.map(({ expr }) => expr), ...body.groupBy]) checkExpression(sql, found)
      for (const sql of [body.where, body.having]) if (sql !== undefined) checkExpression(sql, found)
      return
    default:
      body satisfies never
  }
}

const checkSelect = (select: Select, found: Found): void => {
  if (terms(select.body) > TERMS) throw unsupported(`more than ${TERMS} terms of a set operation on this target`)
  for (const { select: inner } of select.with) checkSelect(inner, found)
  checkBody(select.body, found)
  for (const { expr } of select.orderBy) checkExpression(expr, found)
  for (const sql of [select.limit, select.offset]) if (sql !== undefined) checkExpression(sql, found)
}

/** @throws PgError 0A000 for a statement that a Durable Object would not take */
export const requireWithinLimits = (select: Select, text: string): void => {
  if (text.length > LENGTH) throw unsupported('a statement of more than 100 KB on this target')
  const found: Found = { parameters: new Set() }
  checkSelect(select, found)
  if (found.parameters.size > PARAMETERS) throw unsupported(`more than ${PARAMETERS} parameters on this target`)
}
