/** What a schema change makes belongs to the role that makes it; what it changes keeps its owner and its privileges. */

import type { Settings } from '../bind/settings.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Owned } from '../catalog/privilege.ts'
import { currentRole, OWNER_ROLE } from '../catalog/role.ts'

type Entries<Entry> = ReadonlyMap<number, Entry>

const settled = <Entry extends Owned>(before: Entries<Entry>, after: Entries<Entry>, role: number): Entries<Entry> => {
  if (before === after) return after
  let changed: Map<number, Entry> | undefined
  for (const [oid, entry] of after) {
    const old = before.get(oid)
    const isNew = old === undefined && entry.owner === undefined && role !== OWNER_ROLE
    const hasLost = old !== undefined && old !== entry && !('owner' in entry || 'acl' in entry)
    if (!isNew && !hasLost) continue
    const { owner, acl } = old ?? { owner: role, acl: undefined }
    if (owner === undefined && acl === undefined) continue
    changed ??= new Map(after)
    changed.set(oid, { ...entry, ...(owner === undefined ? {} : { owner }), ...(acl === undefined ? {} : { acl }) })
  }
  return changed ?? after
}

/** Schemas are known by their names here, which may have changed. */
const settledSchemas = (before: Catalog, after: Catalog, role: number): ReadonlyMap<string, Owned> => {
  const [old, { schemas, schemaOwners }] = [before.contents, after.contents]
  if (old.schemas === schemas) return schemaOwners
  const names = new Map([...old.schemas].map(([name, oid]) => [oid, name]))
  const result = new Map<string, Owned>()
  for (const [name, oid] of schemas) {
    const was = names.get(oid)
    const owned = was === undefined ? (role === OWNER_ROLE ? undefined : { owner: role }) : old.schemaOwners.get(was)
    const given = schemaOwners.get(name)
    const now = was === name || was === undefined ? (given ?? owned) : owned
    if (now !== undefined) result.set(name, now)
  }
  return result
}

/** The catalog after a schema change, with the owners of what is new in it. */
export const withOwnership = (before: Catalog, after: Catalog, settings: Settings): Catalog => {
  if (before === after) return after
  const role = currentRole(settings)
  const { contents } = after
  const [relations, types, functions] = [
    settled(before.contents.relations, contents.relations, role),
    settled(before.contents.types, contents.types, role),
    settled(before.contents.functions, contents.functions, role),
  ]
  const publications = settled(before.contents.publications, contents.publications, role)
  const schemaOwners = settledSchemas(before, after, role)
  const same =
    relations === contents.relations &&
    types === contents.types &&
    functions === contents.functions &&
    publications === contents.publications &&
    schemaOwners === contents.schemaOwners
  return same ? after : after.with({ relations, types, functions, publications, schemaOwners })
}
