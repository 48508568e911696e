/** ALTER DEFAULT PRIVILEGES. Manual: the section of that name; after SetDefaultACL in aclchk.c of PostgreSQL's source. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { granteesOf, roleOf } from '../bind/role.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { type AclKind, type DefaultAcl, defaultAcl, sameAcl, sortedAcl } from '../catalog/privilege.ts'
import { currentRole, hasRightsOf } from '../catalog/role.ts'
import type { DefinitionPlan } from '../plan.ts'
import type { StatementContext } from '../statement/context.ts'
import { definition, requireSchema, scopeOf } from '../statement/definition.ts'
import { type Change, changedAcl, rightsOf } from './grant.ts'

const KINDS: Readonly<Record<string, AclKind>> = {
  OBJECT_TABLE: 'r',
  OBJECT_SEQUENCE: 's',
  OBJECT_FUNCTION: 'f',
  OBJECT_TYPE: 'T',
  OBJECT_SCHEMA: 'n',
}

const itemsOf = (option: Ast.DefElem | undefined): readonly Ast.Node[] =>
  option?.arg !== undefined && 'List' in option.arg ? (option.arg.List.items ?? []) : []

/** A catalog in which objects of a kind begin otherwise. @param schema undefined for all of them */
const withDefault = (
  catalog: Catalog,
  role: number,
  schema: string | undefined,
  kind: AclKind,
  change: Change,
): Catalog => {
  const { defaultAcls, nextOid } = catalog.contents
  const is = (each: DefaultAcl): boolean => each.role === role && each.schema === schema && each.kind === kind
  const byDefault = schema === undefined ? defaultAcl(kind, role) : []
  const known = defaultAcls.find(is)
  const acl = sortedAcl(changedAcl(known?.acl ?? byDefault, role, role, change))
  const others = defaultAcls.filter((each) => each !== known)
  if (sameAcl(acl, byDefault)) return catalog.with({ defaultAcls: others })
  if (known !== undefined)
    return catalog.with({ defaultAcls: defaultAcls.map((each) => (each === known ? { ...known, acl } : each)) })
  return catalog.with({ defaultAcls: [...others, { oid: nextOid, role, schema, kind, acl }], nextOid: nextOid + 1 })
}

/** @throws PgError 42704, 3F000, 42501, 0LP01 */
export const planDefaultPrivileges = (
  context: StatementContext,
  { options = [], action = {} }: Ast.AlterDefaultPrivilegesStmt,
): DefinitionPlan => {
  const scope: Scope = scopeOf(context)
  const { catalog, settings } = scope.statement
  const { objtype = '', is_grant: isGrant = false, privileges, grantees = [], grant_option: option = false } = action
  const optionOf = (name: string): Ast.DefElem | undefined =>
    options.flatMap((each) => ('DefElem' in each && each.DefElem.defname === name ? [each.DefElem] : []))[0]
  const kind = KINDS[objtype]
  if (kind === undefined) throw refuse(scope, `default privileges of ${objtype.replace('OBJECT_', '')}`)
  const roles = itemsOf(optionOf('roles')).flatMap((each) => ('RoleSpec' in each ? [roleOf(scope, each.RoleSpec)] : []))
  const schemas = itemsOf(optionOf('schemas')).map((each) => ('String' in each ? (each.String.sval ?? '') : ''))
  const change: Change = {
    isGrant,
    option,
    grantees: granteesOf(scope, grantees),
    rights: rightsOf(scope, privileges, kind),
    cascade: action.behavior === 'DROP_CASCADE',
  }
  const role = currentRole(settings)
  for (const each of roles)
    if (!hasRightsOf(catalog, role, each)) throw new PgError('42501', 'permission denied to change default privileges')
  if (kind === 'n' && schemas.length > 0)
    throw new PgError('0LP01', 'cannot use IN SCHEMA clause when using GRANT/REVOKE ON SCHEMAS')
  for (const schema of schemas) requireSchema(catalog, schema)
  let after = catalog
  for (const each of roles.length === 0 ? [role] : roles)
    for (const schema of schemas.length === 0 ? [undefined] : schemas)
      after = withDefault(after, each, schema, kind, change)
  return definition(context, 'ALTER DEFAULT PRIVILEGES', after)
}
