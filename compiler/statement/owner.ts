/** OWNER TO. There is one role, which owns everything already; every other one does not exist. Manual: "ALTER TABLE", "ALTER TYPE" … */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { typeNamed } from '../bind/type-name.ts'
import type { DefinitionPlan } from '../plan.ts'
import type { StatementContext } from './context.ts'
import { definition, scopeOf } from './definition.ts'

/** @throws PgError 42704 */
export const requireOwner = (scope: Scope, { roletype = 'ROLESPEC_CSTRING', rolename = '' }: Ast.RoleSpec): void => {
  if (roletype === 'ROLESPEC_PUBLIC') throw refuse(scope, 'PUBLIC as an owner')
  if (roletype === 'ROLESPEC_CSTRING' && rolename !== scope.statement.settings.user)
    throw new PgError('42704', `role "${rolename}" does not exist`)
}

const pathOf = (object: Ast.Node | undefined): string[] => {
  if (object === undefined) return []
  const items = 'List' in object ? (object.List.items ?? []) : [object]
  return items.map((item) => ('String' in item ? (item.String.sval ?? '') : ''))
}

/** Objects that can be told to exist, and how their command is called. */
const KINDS: Readonly<
  Record<string, readonly [tag: string, noun: string, exists: (scope: Scope, path: string[]) => boolean]>
> = {
  OBJECT_TYPE: ['ALTER TYPE', 'type', ({ statement }, path) => typeNamed(statement, path) !== undefined],
  OBJECT_DOMAIN: ['ALTER DOMAIN', 'type', ({ statement }, path) => typeNamed(statement, path)?.domain !== undefined],
  OBJECT_SCHEMA: ['ALTER SCHEMA', 'schema', ({ statement }, [name = '']) => statement.catalog.hasSchema(name)],
  OBJECT_PUBLICATION: [
    'ALTER PUBLICATION',
    'publication',
    ({ statement }, [name]) => [...statement.catalog.contents.publications.values()].some((each) => each.name === name),
  ],
}

export const planAlterOwner = (context: StatementContext, node: Ast.AlterOwnerStmt): DefinitionPlan => {
  const { objectType = '', object, newowner = {} } = node
  const scope = scopeOf(context)
  const known = KINDS[objectType]
  if (known === undefined) throw refuse(scope, `OWNER TO of ${objectType.replace('OBJECT_', '')}`)
  const [tag, noun, exists] = known
  requireOwner(scope, newowner)
  const path = pathOf(object)
  if (!exists(scope, path))
    throw new PgError(noun === 'schema' ? '3F000' : '42704', `${noun} "${path.join('.')}" does not exist`)
  return definition(context, tag, scope.statement.catalog)
}
