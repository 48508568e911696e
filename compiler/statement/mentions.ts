/** Whether what the catalog keeps as text or parse tree (defaults, checks, views, bodies of functions) says a name. */
import type { Catalog } from '../catalog/catalog.ts'
import { quoteIdentifier } from '../types/identifier.ts'

/**
 * @param inViews whether views count
 * @param inText whether functions count whose bodies are kept as text, and read when they are run
 */
export const isMentioned = (
  catalog: Catalog,
  name: string,
  inViews = true,
  inText: (oid: number) => boolean = () => true,
): boolean => {
  const word = JSON.stringify(name)
  const { relations, functions, types } = catalog.contents
  const kept = [
    ...[...relations.values()].flatMap(({ columns, constraints, query, indexes, triggers, partitioning }) => [
      columns.map((column) => column.default),
      constraints.map((each) => (each.kind === 'check' ? each.expression : undefined)),
      inViews ? query : undefined,
      indexes.map(({ keys, predicate }) => [keys, predicate]),
      (triggers ?? []).map(({ when }) => when),
      partitioning?.keys,
    ]),
    ...[...types.values()].map(({ domain }) => [domain?.default, domain?.checks.map(({ expression }) => expression)]),
  ]
  const text = JSON.stringify(kept, (_, value) => (typeof value === 'bigint' ? String(value) : value))
  // Relations are also named in literals, by their schemas and names.
  const dotted = JSON.stringify(`.${quoteIdentifier(name)}`).slice(1)
  if (text.includes(`"sval":${word}`) || text.includes(dotted)) return true
  return [...functions.values()].some(
    ({ oid, body, defaultNodes = [] }) =>
      (inText(oid) && body?.text.toLowerCase().includes(name.toLowerCase())) ||
      JSON.stringify([body?.statements, defaultNodes]).includes(word),
  )
}
