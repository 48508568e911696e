/** Plans as people read them. */
import { inspect, styleText } from 'node:util'
import type { Catalog } from '../catalog/catalog.ts'
import { formatType } from '../catalog/format-type.ts'
import { mainPlan, type Plan, type SqliteQuery } from '../plan.ts'
import { catalogEffects } from './effect.ts'
import { format } from './format.ts'

const KEYWORDS =
  /\b(SELECT|FROM|WHERE|GROUP BY|ORDER BY|HAVING|LIMIT|OFFSET|LEFT JOIN|RIGHT JOIN|FULL JOIN|CROSS JOIN|JOIN|ON|AS|AND|OR|NOT|IN|IS|NULL|CASE|WHEN|THEN|ELSE|END|WITH|RECURSIVE|MATERIALIZED|UNION ALL|UNION|INTERSECT|EXCEPT|VALUES|DISTINCT|EXISTS|OVER|PARTITION BY|CREATE|UNIQUE|TABLE|INDEX|DROP|ALTER|INSERT INTO|DELETE|NULLS FIRST|NULLS LAST|DESC|CAST|STRICT|RENAME TO)\b/g

/** Keywords stand out on a terminal; what is in quotes does not count as one. */
export const colour = (sql: string): string =>
  sql
    .split(/('(?:[^']|'')*'|"(?:[^"]|"")*")/)
    .map((part, at) =>
      at % 2 === 1
        ? styleText('green', part, { stream: process.stdout })
        : part.replace(KEYWORDS, (word) => styleText('cyan', word, { stream: process.stdout })),
    )
    .join('')

/** The queries and writes that a plan is made of, in the order in which they run. */
const partsOf = (plan: Plan): Plan[] =>
  plan.kind === 'with writes' ? [...plan.steps.map(({ write }) => write), plan.main] : [plan]

const queriesOf = (plan: Plan): readonly SqliteQuery[] =>
  partsOf(plan).flatMap((part) => {
    switch (part.kind) {
      case 'query':
        return [part.query]
      case 'write':
      case 'copy in':
        return [part.rows]
      case 'copy out':
        return [part.query.query]
      case 'call':
        return [part.args]
      case 'definition':
        return part.steps
      default:
        return []
    }
  })

/** The SQLite statements of a plan. */
export const sqlOf = (plan: Plan): string[] => queriesOf(plan).map(({ sql }) => sql)

const functionsOf = (plan: Plan): string[] => [
  ...new Set(queriesOf(plan).flatMap(({ functions }) => functions.map(({ name }) => name))),
]

const rulesOf = (plan: Plan): string[] => [...new Set(queriesOf(plan).flatMap(({ rules = [] }) => rules))]

const columnsOf = (plan: Plan) => {
  const main = mainPlan(plan)
  return main.kind === 'query' ? main.columns : main.kind === 'write' ? (main.returning ?? []) : []
}

/** What a plan changes. */
const effectsOf = (plan: Plan, before: Catalog): string[] =>
  partsOf(plan).flatMap((part) => {
    switch (part.kind) {
      case 'definition':
        return catalogEffects(before, part.catalog)
      case 'write':
        return [
          `${part.operation} of ${part.relation.name}, row by row from these${part.conflict === undefined ? '' : `, on conflict ${part.conflict.action}`}`,
        ]
      case 'transaction':
        return [part.transaction.action]
      case 'setting':
        return [inspect(part.setting, { breakLength: Number.POSITIVE_INFINITY })]
      default:
        return []
    }
  })

/**
 * A plan in a few lines: SQL, parameters, columns, functions, rules, effects.
 * @param before the catalog that the statement has found
 */
export const show = (plan: Plan, before: Catalog): string => {
  const catalog = plan.kind === 'definition' ? plan.catalog : before
  const label = (name: string): string => styleText('dim', `-- ${name.padEnd(10)}`, { stream: process.stdout })
  const type = (oid: number, typmod = -1): string =>
    catalog.findType(oid) === undefined ? `type ${oid}` : formatType(catalog, oid, typmod)
  const lines = sqlOf(plan).map((sql) => `${colour(format(sql))};`)
  const add = (name: string, values: readonly string[]): void => {
    if (values.length > 0) lines.push(`${label(name)} ${values.join(', ')}`)
  }
  add(
    'parameters',
    plan.parameters.map((oid, at) => `$${at + 1} ${type(oid || 25)}`),
  )
  add(
    'columns',
    columnsOf(plan).map((column) => `${column.name} ${type(column.type, column.typmod)}`),
  )
  add('functions', functionsOf(plan))
  add('rules', rulesOf(plan))
  for (const effect of effectsOf(plan, before)) add('effect', [effect])
  add(
    'notices',
    plan.notices.map(({ message }) => message),
  )
  return lines.join('\n')
}

/** The same as data. */
export const toJson = (plan: Plan, before: Catalog): unknown => ({
  kind: plan.kind,
  tag: plan.tag,
  sql: sqlOf(plan),
  parameters: plan.parameters,
  columns: columnsOf(plan),
  functions: functionsOf(plan),
  rules: rulesOf(plan),
  effects: effectsOf(plan, before),
})

/** The line that an error's position lies in, with a mark under the place. */
export const pointAt = (sql: string, position: number): string => {
  const before = sql.slice(0, position - 1)
  const start = before.lastIndexOf('\n') + 1
  const end = sql.indexOf('\n', start)
  const prefix = `${before.split('\n').length} | `
  const line = sql.slice(start, end < 0 ? undefined : end)
  return `${prefix}${line}\n${' '.repeat(prefix.length + position - 1 - start)}${styleText('red', '^', { stream: process.stderr })}`
}
