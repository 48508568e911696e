/** What keeps a role from being dropped: what it owns, and privileges that it has or has given (checkSharedDependencies). */
import type { Scope } from '../bind/scope.ts'
import { formatType } from '../catalog/format-type.ts'
import { type OwnedObject, ownedDatabase, ownedObjects } from '../catalog/owned-object.ts'
import { ownerOf } from '../catalog/privilege.ts'
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

export const dependentsOfRole = (scope: Scope, role: number): string[] => {
  const { catalog, settings } = scope.statement
  return [...ownedObjects(catalog), ownedDatabase(catalog, settings.database)].flatMap((object) => {
    const what = describe(scope, object)
    const isNamed = object.owned.acl?.some(({ grantee, grantor }) => grantee === role || grantor === role)
    if (ownerOf(object.owned) === role) return [`owner of ${what}`]
    return isNamed ? [`privileges for ${what}`] : []
  })
}
