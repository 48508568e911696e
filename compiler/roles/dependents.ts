/** What keeps a role from being dropped: what it owns, and privileges that it has or has given (checkSharedDependencies). */
import type { Scope } from '../bind/scope.ts'
import { formatType } from '../catalog/format-type.ts'
import { type OwnedObject, ownedDatabase, ownedObjects } from '../catalog/owned-object.ts'
import { type DefaultAcl, ownerOf } from '../catalog/privilege.ts'
import { roleName } from '../catalog/role.ts'
import { qualifiedName } from '../deparse/name.ts'

/** What getObjectDescription calls an object: `table s.t`, `function f(integer)`. */
const describe = ({ statement }: Scope, { noun, name, schema, kind, oid }: OwnedObject): string => {
  if (schema === undefined) return `${noun} ${name}`
  const { catalog, settings } = statement
  const shown = qualifiedName(statement, { schema, name })
  if (kind !== 'f') return `${noun} ${shown}`
  return `${noun} ${shown}(${catalog
    .fn(oid)
    .args.map((type) => formatType(catalog, type, -1, settings.searchPath))
    .join(',')})`
}

const NEW: Readonly<Record<string, string>> = {
  r: 'relations',
  s: 'sequences',
  f: 'functions',
  T: 'types',
  n: 'schemas',
}

const describeDefault = ({ statement }: Scope, { kind, role, schema }: DefaultAcl): string => {
  const by = `default privileges on new ${NEW[kind]} belonging to role ${roleName(statement, role)}`
  return schema === undefined ? by : `${by} in schema ${schema}`
}

export const dependentsOfRole = (scope: Scope, role: number): string[] => {
  const { catalog, settings } = scope.statement
  const defaults = catalog.contents.defaultAcls.flatMap((each) => {
    const what = describeDefault(scope, each)
    if (each.role === role) return [`owner of ${what}`]
    return each.acl.some(({ grantee }) => grantee === role) ? [`privileges for ${what}`] : []
  })
  const own = [...ownedObjects(catalog), ownedDatabase(catalog, settings.database)].flatMap((object) => {
    const what = describe(scope, object)
    const isNamed = object.owned.acl?.some(({ grantee, grantor }) => grantee === role || grantor === role)
    if (ownerOf(object.owned) === role) return [`owner of ${what}`]
    return isNamed ? [`privileges for ${what}`] : []
  })
  return [...own, ...defaults]
}
