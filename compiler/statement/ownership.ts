/** What a schema change makes belongs to the role that makes it; what it changes keeps its owner and its privileges. */

import type { Settings } from '../bind/settings.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { isOwnType } from '../catalog/owned-object.ts'
import { type AclKind, initialAcl, type Owned } from '../catalog/privilege.ts'
import { currentRole, OWNER_ROLE } from '../catalog/role.ts'

type Entries<Entry> = ReadonlyMap<number, Entry>

/** An entry with an owner and privileges, where they are not the default ones. */
const withOwned = <Entry extends Owned>(entry: Entry, { owner, acl }: Owned): Entry =>
  owner === undefined && acl === undefined
    ? entry
    : { ...entry, ...(owner === undefined ? {} : { owner }), ...(acl === undefined ? {} : { acl }) }

/** @param aclOf what something new begins with */
const settled = <Entry extends Owned & { readonly schema?: string }>(
  before: Entries<Entry>,
  after: Entries<Entry>,
  role: number,
  aclOf: (entry: Entry) => Owned['acl'],
): Entries<Entry> => {
  if (before === after) return after
  let changed: Map<number, Entry> | undefined
  for (const [oid, entry] of after) {
    const old = before.get(oid)
    if (old === entry || 'owner' in entry || 'acl' in entry) continue
    const acl = old === undefined ? aclOf(entry) : undefined
    const fresh: Owned = { ...(role === OWNER_ROLE ? {} : { owner: role }), ...(acl === undefined ? {} : { acl }) }
    const owned = withOwned(entry, old ?? fresh)
    if (owned === entry) continue
    changed ??= new Map(after)
    changed.set(oid, owned)
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
    const given = schemaOwners.get(name)
    const acl = was === undefined ? initialAcl(before, 'n', given?.owner ?? role, undefined) : undefined
    const fresh: Owned = {
      ...(role === OWNER_ROLE ? {} : { owner: role }),
      ...given,
      ...(acl === undefined ? {} : { acl }),
    }
    const now =
      was === undefined ? fresh : was === name ? (given ?? old.schemaOwners.get(was)) : old.schemaOwners.get(was)
    if (now !== undefined && Object.keys(now).length > 0) result.set(name, now)
  }
  return result
}

/** The catalog after a schema change, with the owners of what is new in it. */
export const withOwnership = (before: Catalog, after: Catalog, settings: Settings): Catalog => {
  if (before === after) return after
  const role = currentRole(settings)
  const { contents } = after
  const acl = (kind: AclKind, { schema }: { readonly schema: string }) => initialAcl(before, kind, role, schema)
  const relations = settled(before.contents.relations, contents.relations, role, (each) =>
    each.kind === 'c' ? undefined : acl(each.kind === 'S' ? 's' : 'r', each),
  )
  const types = settled(before.contents.types, contents.types, role, (each) =>
    isOwnType(each) || contents.relations.get(each.relation ?? 0)?.kind === 'c' ? acl('T', each) : undefined,
  )
  const functions = settled(before.contents.functions, contents.functions, role, (each) => acl('f', each))
  const publications = settled(before.contents.publications, contents.publications, role, () => undefined)
  const schemaOwners = settledSchemas(before, after, role)
  // Those of a schema go with it.
  const defaultAcls =
    before.contents.schemas === contents.schemas
      ? contents.defaultAcls
      : contents.defaultAcls.filter(({ schema }) => schema === undefined || contents.schemas.has(schema))
  const same =
    defaultAcls === contents.defaultAcls &&
    relations === contents.relations &&
    types === contents.types &&
    functions === contents.functions &&
    publications === contents.publications &&
    schemaOwners === contents.schemaOwners
  return same ? after : after.with({ relations, types, functions, publications, schemaOwners, defaultAcls })
}
