/** GRANT and REVOKE on objects. Manual: "GRANT", "REVOKE"; after aclchk.c and acl.c of PostgreSQL's source. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { granteesOf, roleOf } from '../bind/role.ts'
import { errorAt, refuse, type Scope } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { OwnedObject } from '../catalog/owned-object.ts'
import {
  type AclItem,
  type AclKind,
  aclOf,
  KINDS,
  ordered,
  ownerOf,
  RIGHT_NAMES,
  rightsOn,
} from '../catalog/privilege.ts'
import { currentRole, hasRightsOf, PUBLIC } from '../catalog/role.ts'
import type { DefinitionPlan } from '../plan.ts'
import type { StatementContext } from '../statement/context.ts'
import { definition, scopeOf } from '../statement/definition.ts'
import { grantedObjects, KIND_NAMES } from './granted-object.ts'

/** A change of privileges, for each of its grantees. */
export interface Change {
  readonly isGrant: boolean
  readonly grantees: readonly number[]
  readonly rights: string
  /** WITH GRANT OPTION, or GRANT OPTION FOR. */
  readonly option: boolean
  readonly cascade: boolean
}

const without = (letters: string, others: string): string =>
  [...letters].filter((each) => !others.includes(each)).join('')

/** aclupdate: what one role gives another one is one item, which goes when nothing is left of it. */
const updated = (acl: readonly AclItem[], grantor: number, grantee: number, change: Change): AclItem[] => {
  const { isGrant, rights, option } = change
  const at = acl.findIndex((each) => each.grantee === grantee && each.grantor === grantor)
  const before = acl[at] ?? { grantee, grantor, rights: '', grantable: '' }
  const after: AclItem = isGrant
    ? {
        ...before,
        rights: ordered(before.rights + rights),
        grantable: option ? ordered(before.grantable + rights) : before.grantable,
      }
    : {
        ...before,
        rights: option ? before.rights : without(before.rights, rights),
        grantable: without(before.grantable, rights),
      }
  const rest = at < 0 ? [...acl, after] : acl.map((each, index) => (index === at ? after : each))
  return rest.filter((each) => each.rights !== '' || each.grantable !== '')
}

/** Who may still pass something on: the owner, and whoever has the grant option of it (aclmask). */
const grantableBy = (acl: readonly AclItem[], role: number, owner: number): string =>
  role === owner ? 'all' : acl.flatMap((each) => (each.grantee === role ? [...each.grantable] : [])).join('')

/** recursive_revoke. @throws PgError 2BP01 */
const revokedFrom = (
  acl: readonly AclItem[],
  role: number,
  rights: string,
  owner: number,
  cascade: boolean,
): readonly AclItem[] => {
  const still = grantableBy(acl, role, owner)
  const lost = still === 'all' ? '' : without(rights, still)
  if (lost === '') return acl
  let rest = acl
  for (const item of acl) {
    const passed = [...item.rights].filter((right) => lost.includes(right)).join('')
    if (item.grantor !== role || passed === '') continue
    if (!cascade) throw new PgError('2BP01', 'dependent privileges exist', { hint: 'Use CASCADE to revoke them too.' })
    const change: Change = { isGrant: false, grantees: [], rights: passed, option: false, cascade }
    rest = revokedFrom(updated(rest, role, item.grantee, change), item.grantee, passed, owner, cascade)
  }
  return rest
}

/** @throws PgError 0LP01, 2BP01 */
export const changedAcl = (
  acl: readonly AclItem[],
  grantor: number,
  owner: number,
  change: Change,
): readonly AclItem[] => {
  let after: readonly AclItem[] = acl
  for (const grantee of change.grantees) {
    if (change.isGrant && change.option && grantee === PUBLIC)
      throw new PgError('0LP01', 'grant options can only be granted to roles')
    // The owner's own grant options are for ever; those who would get them from it could give them back.
    if (change.isGrant && change.option && grantee === owner && grantor !== owner)
      throw new PgError('0LP01', 'grant options cannot be granted back to your own grantor')
    after = updated(after, grantor, grantee, change)
    if (!change.isGrant) after = revokedFrom(after, grantee, change.rights, owner, change.cascade)
  }
  return after
}

/** The letters of a list of privileges; all that there are without one. @throws PgError 0LP01, 42601 */
export const rightsOf = (scope: Scope, nodes: readonly Ast.Node[] | undefined, kind: AclKind): string => {
  const { all } = KINDS[kind]
  if (nodes === undefined || nodes.length === 0) return ordered(all)
  return lettersOf(scope, nodes, all, KIND_NAMES[kind])
}

/** @param noun what has the privileges that there are, as errors call it @throws PgError 0LP01, 42601 */
const lettersOf = (scope: Scope, nodes: readonly Ast.Node[], all: string, noun: string): string => {
  let rights = ''
  for (const node of nodes) {
    if (!('AccessPriv' in node)) continue
    const { priv_name: name = '', cols } = node.AccessPriv
    if (cols !== undefined && cols.length > 0) throw refuse(scope, 'privileges on columns')
    const right = RIGHT_NAMES[name]
    if (right === undefined) throw errorAt(scope, undefined, '42601', `unrecognized privilege type "${name}"`)
    if (!all.includes(right)) throw new PgError('0LP01', `invalid privilege type ${name.toUpperCase()} for ${noun}`)
    rights += right
  }
  return ordered(rights)
}

/** The same of a relation that is named as a table, which may be a sequence (ExecGrant_Relation). @throws PgError 0LP01, 42601 */
const rightsOnTable = (
  context: StatementContext,
  nodes: readonly Ast.Node[] = [],
  { kind, name }: OwnedObject,
): string => {
  const scope = scopeOf(context)
  if (nodes.length === 0) return ordered(KINDS[kind].all)
  const rights = lettersOf(scope, nodes, KINDS.r.all + KINDS.s.all, KIND_NAMES.r)
  const { all } = KINDS[kind]
  const others = without(rights, all)
  if (others === '') return rights
  if (kind !== 's') return lettersOf(scope, nodes, all, 'table')
  const message = `sequence "${name}" only supports USAGE, SELECT, and UPDATE privileges`
  context.notices.push({ severity: 'WARNING', code: '0LP01', message })
  return without(rights, others)
}

/** As whom the current role grants: the owner, where it has the owner's rights (select_best_grantor). @throws PgError 42501, 0A000 */
const grantorOf = (scope: Scope, { kind, owned, noun, name }: OwnedObject): number => {
  const { catalog, settings } = scope.statement
  const role = currentRole(settings)
  const owner = ownerOf(owned)
  if (hasRightsOf(catalog, role, owner)) return owner
  const { all } = KINDS[kind]
  if (rightsOn(catalog, role, owned, kind, all) === '' && rightsOn(catalog, role, owned, kind, all, true) === '')
    throw new PgError('42501', `permission denied for ${noun} ${name}`)
  throw refuse(scope, 'GRANT and REVOKE by a role that has not all rights of the owner')
}

const apply = (scope: Scope, catalog: Catalog, object: OwnedObject, change: Change): Catalog => {
  const grantor = grantorOf(scope, object)
  const owner = ownerOf(object.owned)
  const acl = changedAcl(aclOf(object.owned, object.kind), grantor, owner, change)
  return object.changed(catalog, { owner, acl })
}

/** @throws PgError 42704 for an unknown role, 0LP01 for a privilege that there is not, 42501 */
export const planGrant = (context: StatementContext, node: Ast.GrantStmt): DefinitionPlan => {
  const { is_grant: isGrant = false, privileges, grantees = [], grant_option: option = false, grantor, behavior } = node
  const isOfTables = (node.objtype ?? 'OBJECT_TABLE') === 'OBJECT_TABLE'
  const scope = scopeOf(context)
  const { catalog, settings } = scope.statement
  if (grantor !== undefined && roleOf(scope, grantor) !== currentRole(settings))
    throw new PgError('0A000', 'grantor must be current user')
  const objects = grantedObjects(scope, node)
  const roles = granteesOf(scope, grantees)
  let after = catalog
  for (const object of objects) {
    const rights = isOfTables ? rightsOnTable(context, privileges, object) : rightsOf(scope, privileges, object.kind)
    after = apply(scope, after, object, {
      isGrant,
      grantees: roles,
      rights,
      option,
      cascade: behavior === 'DROP_CASCADE',
    })
  }
  return definition(context, isGrant ? 'GRANT' : 'REVOKE', after)
}
