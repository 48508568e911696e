/** What a definition does to the catalog: what there is afterwards that was not there before, and the other way round. */
import type { Catalog } from '../catalog/catalog.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'

const KINDS: Readonly<Record<string, string>> = {
  r: 'table',
  p: 'partitioned table',
  v: 'view',
  m: 'materialized view',
  S: 'sequence',
  c: 'composite type',
}

const describeRelation = (
  catalog: Catalog,
  { kind, schema, name, columns, constraints, indexes }: RelationInfo,
): string => {
  const listed = columns.map(
    (column) => `${column.name} ${formatType(catalog, column.type, column.typmod)}${column.notNull ? ' not null' : ''}`,
  )
  const others = [
    ...constraints.map((each) => `${each.kind} ${each.name}`),
    ...indexes.map((index) => `index ${index.name}`),
  ]
  const inside = kind === 'S' ? '' : ` (${[...listed, ...others].join(', ')})`
  return `${KINDS[kind] ?? 'relation'} ${schema}.${name}${inside}`
}

/** Objects of a kind by what identifies them. */
const objects = (catalog: Catalog): Map<string, readonly [entry: unknown, description: () => string]> => {
  const { relations, types, functions, schemas } = catalog.contents
  return new Map<string, readonly [unknown, () => string]>([
    ...[...schemas].map(([name, entry]) => [`schema ${name}`, [entry, () => `schema ${name}`]] as const),
    ...[...relations].map(
      ([oid, entry]) => [`relation ${oid}`, [entry, () => describeRelation(catalog, entry)]] as const,
    ),
    ...[...types.values()].flatMap((type) =>
      // Row types and array types come and go with what they are of.
      ['e', 'd', 'r', 'm'].includes(type.kind)
        ? [[`type ${type.oid}`, [type, () => `type ${type.schema}.${type.name}`]] as const]
        : [],
    ),
    ...[...functions].map(
      ([oid, fn]) =>
        [
          `function ${oid}`,
          [fn, () => `function ${fn.schema}.${fn.name}(${fn.args.map((arg) => formatType(catalog, arg)).join(', ')})`],
        ] as const,
    ),
  ])
}

/** One line for each object: `+` made, `-` gone, `~` changed. */
export const catalogEffects = (before: Catalog, after: Catalog): string[] => {
  const [old, now] = [objects(before), objects(after)]
  return [
    ...[...now].flatMap(([key, [entry, describe]]) => {
      const known = old.get(key)
      return known === undefined ? [`+ ${describe()}`] : known[0] === entry ? [] : [`~ ${describe()}`]
    }),
    ...[...old].flatMap(([key, [, describe]]) => (now.has(key) ? [] : [`- ${describe()}`])),
  ]
}
