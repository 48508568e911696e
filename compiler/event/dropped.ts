/** Whether a command has dropped something, which is when event triggers on sql_drop fire. After EventTriggerSQLDropAddObject. */
import type { Catalog } from '../catalog/catalog.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import type { ParsedStatement } from '../parse.ts'

/** Statements that give what is there another name or place. */
const MOVING: ReadonlySet<string> = new Set([
  'RenameStmt',
  'AlterObjectSchemaStmt',
  'AlterOwnerStmt',
  'RefreshMatViewStmt',
])

/** The names of what belongs to a relation and can be dropped by itself. */
const partsOf = ({ columns, constraints, indexes, triggers = [] }: RelationInfo): string[] => [
  ...columns.flatMap(({ number, default: value, notNull }) => [
    `column ${number}`,
    ...(value === undefined ? [] : [`default ${number}`]),
    ...(notNull ? [`not null ${number}`] : []),
  ]),
  ...constraints.map(({ name }) => `constraint ${name}`),
  ...indexes.map(({ name }) => `index ${name}`),
  ...triggers.map(({ name }) => `trigger ${name}`),
]

const isMissing = (before: readonly string[], after: readonly string[]): boolean =>
  before.some((each) => !after.includes(each))

const keysMissing = (before: ReadonlyMap<unknown, unknown>, after: ReadonlyMap<unknown, unknown>): boolean =>
  [...before.keys()].some((key) => !after.has(key))

export const dropsAnything = (
  { contents: before }: Catalog,
  { contents: after }: Catalog,
  { tag }: ParsedStatement,
): boolean => {
  if (MOVING.has(tag)) return false
  if (
    keysMissing(before.relations, after.relations) ||
    keysMissing(before.types, after.types) ||
    keysMissing(before.functions, after.functions) ||
    keysMissing(before.schemas, after.schemas) ||
    keysMissing(before.publications, after.publications)
  )
    return true
  for (const [oid, relation] of before.relations) {
    const now = after.relations.get(oid)
    if (now !== undefined && now !== relation && isMissing(partsOf(relation), partsOf(now))) return true
  }
  for (const [oid, { domain }] of before.types) {
    const now = after.types.get(oid)?.domain
    const names = (each: typeof domain): string[] => [
      ...(each?.checks.map(({ name }) => name) ?? []),
      ...(each?.notNull ? ['not null'] : []),
    ]
    if (now !== domain && isMissing(names(domain), names(now))) return true
  }
  for (const [oid, { tables, schemas }] of before.publications) {
    const now = after.publications.get(oid)
    const published = (list: typeof tables = []): string[] => list.map(({ relation }) => String(relation))
    if (now !== undefined && (isMissing(published(tables), published(now.tables)) || isMissing(schemas, now.schemas)))
      return true
  }
  return false
}
