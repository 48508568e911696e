/**
 * EXISTS (… AND NOT EXISTS …) where the inner test says nothing about the rows looked for: beside the outer one it is computed
 * once for each of the rows around, not for each that is looked at, which a planner without an index takes for given.
 */
import { has, mayFail } from './operand-order.ts'
import { type From, infix, type Select, type Sql } from './tree.ts'

const aliasesOf = (from: From): string[] =>
  from.kind === 'join' ? [...aliasesOf(from.left), ...aliasesOf(from.right)] : [from.alias]

/** What is never NULL, and so is as good beside the test as within. */
const isExistence = (sql: Sql): boolean =>
  sql.kind === 'exists' || (sql.kind === 'prefix' && sql.operator === 'NOT' && isExistence(sql.arg))

/** EXISTS of a query. What may fail stays where it is: there it may not be reached. */
export const exists = (query: Select): Sql => {
  const plain: Sql = { kind: 'exists', select: query }
  const { body, limit, offset } = query
  if (body.kind !== 'core' || body.where?.kind !== 'infix' || body.where.operator !== 'AND') return plain
  const isGrouped =
    body.groupBy.length > 0 || body.having !== undefined || has(body.targets, ({ kind }) => kind === 'call')
  if (isGrouped || limit !== undefined || offset !== undefined || query.with.length > 0) return plain
  const aliases = new Set<unknown>([undefined, ...body.from.flatMap(aliasesOf)])
  const isOutside = (part: Sql): boolean =>
    isExistence(part) && !has(part, ({ kind, table }) => kind === 'column' && aliases.has(table))
  const outside = body.where.args.filter(isOutside)
  if (outside.length === 0 || mayFail(plain)) return plain
  const inside = body.where.args.filter((part) => !isOutside(part))
  const where = inside.length === 0 ? undefined : infix('AND', ...inside)
  return infix('AND', { kind: 'exists', select: { ...query, body: { ...body, where } } }, ...outside)
}
