/** Plans as people read them. */
import { inspect, styleText } from 'node:util'
import { Catalog } from '../catalog/catalog.ts'
import { formatType } from '../catalog/format-type.ts'
import type { Plan } from '../plan.ts'

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

/** The SQLite statements of a plan. */
export const sqlOf = (plan: Plan): string[] => {
  switch (plan.kind) {
    case 'query':
      return [plan.query.sql]
    case 'write':
    case 'copy in':
      return [plan.rows.sql]
    case 'definition':
      return plan.steps.map((step) => step.sql)
    default:
      return []
  }
}

const functionsOf = (plan: Plan): string[] => {
  const queries =
    plan.kind === 'query'
      ? [plan.query]
      : plan.kind === 'write' || plan.kind === 'copy in'
        ? [plan.rows]
        : plan.kind === 'definition'
          ? plan.steps
          : []
  return [...new Set(queries.flatMap(({ functions }) => functions.map(({ name }) => name)))]
}

const columnsOf = (plan: Plan) =>
  plan.kind === 'query' ? plan.columns : plan.kind === 'write' ? (plan.returning ?? []) : []

/** What a plan changes besides rows. */
const effectOf = (plan: Plan): string | undefined => {
  switch (plan.kind) {
    case 'definition':
      return `${plan.tag} (catalog of ${plan.catalog.contents.relations.size} relations)`
    case 'write':
      return `${plan.operation} of ${plan.relation.name}, row by row from these${plan.conflict === undefined ? '' : `, on conflict ${plan.conflict.action}`}`
    case 'transaction':
      return plan.transaction.action
    case 'setting':
      return inspect(plan.setting, { breakLength: Number.POSITIVE_INFINITY })
    default:
      return undefined
  }
}

const catalogOf = (plan: Plan): Catalog => (plan.kind === 'definition' ? plan.catalog : new Catalog())

/** A plan in a few lines: SQL, parameters, columns, functions, effects. */
export const show = (plan: Plan): string => {
  const catalog = catalogOf(plan)
  const label = (name: string): string => styleText('dim', `-- ${name.padEnd(10)}`, { stream: process.stdout })
  const type = (oid: number, typmod = -1): string =>
    catalog.findType(oid) === undefined ? `type ${oid}` : formatType(catalog, oid, typmod)
  const lines = sqlOf(plan).map((sql) => `${colour(sql)};`)
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
  const effect = effectOf(plan)
  if (effect !== undefined) add('effect', [effect])
  add(
    'notices',
    plan.notices.map(({ message }) => message),
  )
  return lines.join('\n')
}

/** The same as data. */
export const toJson = (plan: Plan): unknown => ({
  kind: plan.kind,
  tag: plan.tag,
  sql: sqlOf(plan),
  parameters: plan.parameters,
  columns: columnsOf(plan),
  functions: functionsOf(plan),
  ...(effectOf(plan) === undefined ? {} : { effect: effectOf(plan) }),
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
