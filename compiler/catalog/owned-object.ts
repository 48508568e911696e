/** Everything that has an owner and privileges, whatever it is kept in. Manual: "Privileges". */
import type { Catalog } from './catalog.ts'
import type { FunctionInfo, RelationInfo, TypeInfo } from './entries.ts'
import { type AclItem, type AclKind, type Owned, withItem } from './privilege.ts'

/** An object, and how a catalog knows it by another owner or other privileges. */
export interface OwnedObject {
  readonly kind: AclKind
  readonly owned: Owned
  /** What errors call it: `table`, `view` … */
  readonly noun: string
  readonly name: string
  /** Undefined outside of schemas. */
  readonly schema?: string
  readonly oid: number
  readonly changed: (catalog: Catalog, owned: Owned) => Catalog
}

/** What errors and notices call a relation. */
export const RELATION_NOUNS: Readonly<Record<RelationInfo['kind'], string>> = {
  r: 'table',
  p: 'table',
  v: 'view',
  m: 'materialized view',
  S: 'sequence',
  c: 'type',
}

/** An entry with another owner and other privileges; what is as it is by default is left out. */
const withOwned = <Entry extends Owned>({ owner: _owner, acl: _acl, ...entry }: Entry, owned: Owned): Entry =>
  ({ ...entry, ...owned }) as unknown as Entry

export const ownedRelation = (relation: RelationInfo): OwnedObject => ({
  kind: relation.kind === 'S' ? 's' : 'r',
  owned: relation,
  noun: RELATION_NOUNS[relation.kind],
  name: relation.name,
  schema: relation.schema,
  oid: relation.oid,
  changed: (catalog, owned) => catalog.withRelation(withOwned(catalog.relation(relation.oid), owned)),
})

/** A composite type is its relation's; others are their own. */
export const ownedTypeOf = (catalog: Catalog, type: TypeInfo): OwnedObject => {
  const relation = type.relation === undefined ? undefined : catalog.findRelation(type.relation)
  return relation?.kind === 'c' ? ownedRelation(relation) : ownedType(type)
}

const ownedType = (type: TypeInfo): OwnedObject => ({
  kind: 'T',
  owned: type,
  noun: 'type',
  name: type.name,
  schema: type.schema,
  oid: type.oid,
  changed: (catalog, owned) => catalog.withType(withOwned(catalog.type(type.oid), owned)),
})

export const ownedFunction = (fn: FunctionInfo): OwnedObject => ({
  kind: 'f',
  owned: fn,
  noun: fn.kind === 'p' ? 'procedure' : fn.kind === 'a' ? 'aggregate' : 'function',
  name: fn.name,
  schema: fn.schema,
  oid: fn.oid,
  changed: (catalog, owned) =>
    catalog.with({
      functions: new Map(catalog.contents.functions).set(fn.oid, withOwned(catalog.fn(fn.oid), owned)),
    }),
})

export const ownedSchema = ({ contents }: Catalog, name: string): OwnedObject => ({
  kind: 'n',
  owned: contents.schemaOwners.get(name) ?? {},
  noun: 'schema',
  name,
  oid: contents.schemas.get(name) ?? 0,
  changed: (catalog, owned) => catalog.with({ schemaOwners: new Map(catalog.contents.schemaOwners).set(name, owned) }),
})

export const ownedDatabase = ({ contents }: Catalog, name: string): OwnedObject => ({
  kind: 'd',
  owned: contents.database,
  noun: 'database',
  name,
  oid: 0,
  changed: (catalog, owned) => catalog.with({ database: owned }),
})

/** A type that stands for itself: no array, and no row of a table. */
export const isOwnType = ({ element, subscript, relation }: TypeInfo): boolean =>
  relation === undefined && !(element !== 0 && subscript === 'array_subscript_handler')

/** All that users have made, in the order of the oids. */
export const ownedObjects = (catalog: Catalog): OwnedObject[] => {
  const { relations, types, functions, schemas } = catalog.contents
  return [
    ...[...relations.values()].map(ownedRelation),
    ...[...types.values()].filter(isOwnType).map(ownedType),
    ...[...functions.values()].map(ownedFunction),
    ...[...schemas.keys()].map((name) => ownedSchema(catalog, name)),
  ].sort((one, other) => one.oid - other.oid)
}

/** The privileges of an object that has another owner: the new one is in the place of the old (aclnewowner). */
export const aclOfNewOwner = (acl: readonly AclItem[], before: number, after: number): readonly AclItem[] => {
  const renamed = (role: number): number => (role === before ? after : role)
  return acl
    .map((item) => ({ ...item, grantee: renamed(item.grantee), grantor: renamed(item.grantor) }))
    .reduce<readonly AclItem[]>(withItem, [])
}
