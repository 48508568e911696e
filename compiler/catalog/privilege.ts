/** Access privileges: who may do what with an object. Manual: "Privileges"; after acl.c of PostgreSQL's source. */
import type { Catalog } from './catalog.ts'
import { hasRightsOf, impliedRights, isSuperuser, OWNER_ROLE, PUBLIC } from './role.ts'

/** What one role has given another one, as letters; those of `grantable` it may pass on. */
export interface AclItem {
  readonly grantee: number
  readonly grantor: number
  readonly rights: string
  readonly grantable: string
}

/** Who owns an object, the superuser of the database if nobody else, and who else may do what with it. */
export interface Owned {
  readonly owner?: number
  /** As long as nothing has been granted or revoked, these are the default ones. */
  readonly acl?: readonly AclItem[]
}

/** Kinds of objects as acldefault() has them. */
export type AclKind = 'r' | 's' | 'd' | 'f' | 'l' | 'n' | 'T'

/** ALTER DEFAULT PRIVILEGES: what objects begin with that a role makes, in a schema or anywhere. `pg_default_acl`. */
export interface DefaultAcl {
  readonly oid: number
  readonly role: number
  readonly schema: string | undefined
  readonly kind: AclKind
  /** Of one for a schema, what is added. */
  readonly acl: readonly AclItem[]
}

/** In the order in which they are shown (ACL_ALL_RIGHTS_STR). */
export const RIGHTS = 'arwdDxtXUCTcsAm'

export const RIGHT_NAMES: Readonly<Record<string, string>> = {
  insert: 'a',
  select: 'r',
  update: 'w',
  delete: 'd',
  truncate: 'D',
  references: 'x',
  trigger: 't',
  execute: 'X',
  usage: 'U',
  create: 'C',
  temporary: 'T',
  temp: 'T',
  connect: 'c',
  set: 's',
  'alter system': 'A',
  maintain: 'm',
}

/** What there is to grant of a kind of objects, and what of it everybody has from the start. */
export const KINDS: Readonly<Record<AclKind, { readonly all: string; readonly everybody: string }>> = {
  r: { all: 'arwdDxtm', everybody: '' },
  s: { all: 'rwU', everybody: '' },
  d: { all: 'CTc', everybody: 'Tc' },
  f: { all: 'X', everybody: 'X' },
  l: { all: 'U', everybody: 'U' },
  n: { all: 'UC', everybody: '' },
  T: { all: 'U', everybody: 'U' },
}

/** Rights in the order in which they are shown. */
export const ordered = (rights: Iterable<string>): string => {
  const set = new Set(rights)
  return [...RIGHTS].filter((right) => set.has(right)).join('')
}

/** acldefault(). */
export const defaultAcl = (kind: AclKind, owner: number): readonly AclItem[] => {
  const { all, everybody } = KINDS[kind]
  return [
    ...(everybody === '' ? [] : [{ grantee: PUBLIC, grantor: owner, rights: everybody, grantable: '' }]),
    { grantee: owner, grantor: owner, rights: ordered(all), grantable: '' },
  ]
}

export const ownerOf = ({ owner = OWNER_ROLE }: Owned): number => owner

export const aclOf = (object: Owned, kind: AclKind): readonly AclItem[] =>
  object.acl ?? defaultAcl(kind, ownerOf(object))

/** Which of some rights a role has on an object (aclmask). @param rights letters @param passingOn those that it may grant */
export const rightsOn = (
  catalog: Catalog,
  role: number,
  object: Owned,
  kind: AclKind,
  rights: string,
  passingOn = false,
): string => {
  if (isSuperuser(catalog, role)) return rights
  const owner = ownerOf(object)
  const isOwner = hasRightsOf(catalog, role, owner)
  // Owners may always grant, whatever they may do otherwise.
  if (passingOn && isOwner) return rights
  const given = new Set<string>()
  for (const item of aclOf(object, kind))
    if (item.grantee === PUBLIC || hasRightsOf(catalog, role, item.grantee))
      for (const right of passingOn ? item.grantable : item.rights) given.add(right)
  if (!passingOn && (kind === 'r' || kind === 's' || kind === 'n')) {
    const implied = impliedRights(catalog, role)
    for (const right of kind === 'n' ? (implied === '' ? '' : 'U') : implied) given.add(right)
  }
  return [...rights].filter((right) => given.has(right)).join('')
}

/** Whether a role may do something with an object. @param right a letter */
export const may = (catalog: Catalog, role: number, object: Owned, kind: AclKind, right: string): boolean =>
  rightsOn(catalog, role, object, kind, right) !== ''

/** Privileges with one item more, put together with what the same roles have given each other before. */
export const withItem = (acl: readonly AclItem[], item: AclItem): AclItem[] => {
  const at = acl.findIndex(({ grantee, grantor }) => grantee === item.grantee && grantor === item.grantor)
  const before = acl[at]
  if (before === undefined) return [...acl, item]
  const rights = ordered(before.rights + item.rights)
  const grantable = ordered(before.grantable + item.grantable)
  return acl.map((each, index) => (index === at ? { ...before, rights, grantable } : each))
}

/** By who has what of whom (aclitemsort). */
export const sortedAcl = (acl: readonly AclItem[]): AclItem[] =>
  acl.toSorted((one, other) => one.grantee - other.grantee || one.grantor - other.grantor)

export const sameAcl = (one: readonly AclItem[], other: readonly AclItem[]): boolean => {
  const [left, right] = [sortedAcl(one), sortedAcl(other)]
  return (
    left.length === right.length &&
    left.every(({ grantee, grantor, rights, grantable }, at) => {
      const it = right[at]
      return grantee === it?.grantee && grantor === it.grantor && rights === it.rights && grantable === it.grantable
    })
  )
}

/** What a new object begins with; undefined for the default ones (get_user_default_acl). */
export const initialAcl = (
  { contents: { defaultAcls } }: Catalog,
  kind: AclKind,
  owner: number,
  schema: string | undefined,
): readonly AclItem[] | undefined => {
  const of = defaultAcls.filter((each) => each.role === owner && each.kind === kind)
  const [anywhere, here] = [undefined, schema].map((name) => of.find((each) => each.schema === name)?.acl)
  const byDefault = defaultAcl(kind, owner)
  const inSchema = schema === undefined ? undefined : here
  if (anywhere === undefined && inSchema === undefined) return undefined
  const acl = (inSchema ?? []).reduce<readonly AclItem[]>(withItem, anywhere ?? byDefault)
  return sameAcl(acl, byDefault) ? undefined : sortedAcl(acl)
}
