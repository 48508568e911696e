/**
 * What a role must own, or be allowed to, for a schema change: looked at before anything else about it, as PostgreSQL does
 * when it looks up what is named. Manual: the sections on the commands; after aclchk.c and tablecmds.c.
 */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireCreate } from '../bind/permission.ts'
import { findRelation } from '../bind/relation.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { typeNamed } from '../bind/type-name.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import { findIndexOf } from '../catalog/named-index.ts'
import {
  type OwnedObject,
  ownedDatabase,
  ownedFunction,
  ownedRelation,
  ownedSchema,
  ownedTypeOf,
} from '../catalog/owned-object.ts'
import { may, ownerOf } from '../catalog/privilege.ts'
import { currentRole, hasRightsOf, isSuperuser } from '../catalog/role.ts'
import { requireUsage } from '../catalog/schema-usage.ts'
import { functionSchemasFor } from '../catalog/search-path.ts'
import { pathOf } from '../statement/definition.ts'
import { findRoutine } from '../statement/drop-function.ts'

const denied = ({ noun, name }: Pick<OwnedObject, 'noun' | 'name'>): PgError =>
  new PgError('42501', `must be owner of ${noun} ${name}`)

const rangeOf = (node: unknown): Ast.RangeVar | undefined =>
  typeof node === 'object' && node !== null && 'relname' in node ? (node as Ast.RangeVar) : undefined

class Definer {
  readonly #scope: Scope
  readonly #role: number

  constructor(scope: Scope) {
    this.#scope = scope
    this.#role = currentRole(scope.statement.settings)
  }

  refuse(what: string): PgError {
    return refuse(this.#scope, `${what} by a role that is no superuser`)
  }

  own(object: OwnedObject): void {
    if (!hasRightsOf(this.#scope.statement.catalog, this.#role, ownerOf(object.owned))) throw denied(object)
  }

  /** A relation that is named; what does not exist is an error of its own. @param rights enough without owning it */
  relation(range: Ast.RangeVar | undefined, rights = ''): void {
    if (range === undefined) return
    const { statement } = this.#scope
    const { catalog, settings } = statement
    const [schema, name = ''] = [range.schemaname === '' ? undefined : range.schemaname, range.relname]
    const found = findRelation(statement, schema, name)
    const relation = found ?? findIndexOf(catalog, settings.searchPath, schema, name)
    if (relation === undefined) return
    if (relation.oid < FIRST_USER_OID) throw this.refuse('a change of a system catalog')
    if (found !== undefined && rights !== '') {
      if (!may(catalog, this.#role, relation, 'r', rights))
        throw new PgError('42501', `permission denied for ${ownedRelation(relation).noun} ${relation.name}`)
      return
    }
    if (!hasRightsOf(catalog, this.#role, ownerOf(relation)))
      throw denied(found === undefined ? { noun: 'index', name } : ownedRelation(relation))
  }

  path(path: readonly string[], rights = ''): void {
    const schema = path.length > 1 ? path.at(-2) : undefined
    this.relation({ relname: path.at(-1) ?? '', ...(schema === undefined ? {} : { schemaname: schema }) }, rights)
  }

  type(path: readonly string[]): void {
    const type = typeNamed(this.#scope.statement, path)
    if (type !== undefined) this.own(ownedTypeOf(this.#scope.statement.catalog, type))
  }

  schema(name: string): void {
    const { catalog } = this.#scope.statement
    if (catalog.hasSchema(name)) this.own(ownedSchema(catalog, name))
  }

  routine(object: Ast.Node | undefined, noun: string): void {
    if (object === undefined || !('ObjectWithArgs' in object)) return
    const fn = findRoutine(this.#scope, object.ObjectWithArgs, noun, true)
    if (fn !== undefined) this.own(ownedFunction(fn))
  }

  /** The function of a trigger. */
  call(path: readonly string[]): void {
    const { catalog, settings } = this.#scope.statement
    const name = path.at(-1) ?? ''
    requireUsage(this.#scope.statement, path.at(-2))
    const fn = functionSchemasFor(path, settings.searchPath)
      .flatMap((schema) => catalog.functionsNamed(schema, name))
      .find(({ args }) => args.length === 0)
    if (fn !== undefined && !may(catalog, this.#role, fn, 'f', 'X'))
      throw new PgError('42501', `permission denied for function ${name}`)
  }

  /** The object of a command of many kinds of objects. */
  object(kind: string, object: Ast.Node | undefined): void {
    const path = pathOf(object)
    switch (kind.replace('OBJECT_', '')) {
      case 'TABLE':
      case 'VIEW':
      case 'MATVIEW':
      case 'SEQUENCE':
      case 'INDEX':
        return this.path(path)
      case 'COLUMN':
      case 'TABCONSTRAINT':
      case 'TRIGGER':
        return this.path(path.slice(0, -1))
      case 'TYPE':
      case 'DOMAIN':
        return this.type(path)
      case 'SCHEMA':
        return this.schema(path[0] ?? '')
      case 'FUNCTION':
      case 'PROCEDURE':
      case 'ROUTINE':
        return this.routine(object, kind.replace('OBJECT_', '').toLowerCase())
      default:
        throw this.refuse(`a change of ${kind.replace('OBJECT_', '')}`)
    }
  }

  /** The tables that foreign keys of a statement refer to, and those that it inherits from. */
  others(node: unknown): void {
    if (typeof node !== 'object' || node === null) return
    for (const [key, value] of Object.entries(node)) {
      if (key === 'pktable') this.relation(rangeOf(value), 'x')
      else if (key === 'inhRelations' && Array.isArray(value))
        for (const each of value) this.relation(rangeOf(each.RangeVar))
      else this.others(value)
    }
  }

  /** Something is made in the schema of a relation. */
  createBeside(range: Ast.RangeVar | undefined): void {
    const { schemaname, relname = '' } = range ?? {}
    const found = findRelation(this.#scope.statement, schemaname === '' ? undefined : schemaname, relname)
    if (found !== undefined && found.schema !== 'pg_temp_0') requireCreate(this.#scope, found.schema)
  }

  /** The same in the schema of a routine. */
  createNear(object: Ast.Node | undefined): void {
    if (object === undefined || !('ObjectWithArgs' in object)) return
    const fn = findRoutine(this.#scope, object.ObjectWithArgs, 'routine', true)
    if (fn !== undefined) requireCreate(this.#scope, fn.schema)
  }

  createSchema(): void {
    const { catalog, settings } = this.#scope.statement
    if (!may(catalog, this.#role, ownedDatabase(catalog, settings.database).owned, 'd', 'C'))
      throw new PgError('42501', `permission denied for database ${settings.database}`)
  }

  /** Which types a definition uses is not looked at. */
  requireOpenTypes(): void {
    const { catalog } = this.#scope.statement
    for (const type of catalog.contents.types.values())
      if (type.acl !== undefined && !may(catalog, this.#role, type, 'T', 'U'))
        throw this.refuse('a definition beside types that the role may not use')
  }
}

/** Relations that get another name, for which there must be the right to make one. */
const RENAMED: ReadonlySet<string> = new Set([
  ...['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_SEQUENCE', 'OBJECT_INDEX'],
])

/** Constraints that make indexes. */
const KEYS: ReadonlySet<string> = new Set(['CONSTR_PRIMARY', 'CONSTR_UNIQUE'])

type Rule = (definer: Definer, node: never, scope: Scope) => void

/** Statements that make something new: where it goes is looked at when that is known (see `requireCreate`). */
const creates = (definer: Definer, node: unknown): void => {
  definer.requireOpenTypes()
  definer.others(node)
}

const RULES: Readonly<Record<string, Rule>> = {
  CreateStmt: creates,
  CreateTableAsStmt: creates,
  CreateSeqStmt: creates,
  CreateEnumStmt: creates,
  CompositeTypeStmt: creates,
  CreateDomainStmt: creates,
  CreateFunctionStmt: (definer, node: Ast.CreateFunctionStmt) => {
    creates(definer, node)
    // Whether it would replace one is known only when its arguments are.
    if (node.replace) throw definer.refuse('CREATE OR REPLACE FUNCTION')
  },
  ViewStmt: (definer, node: Ast.ViewStmt) => {
    if (node.replace) definer.relation(node.view)
  },
  CreateSchemaStmt: (definer, node: Ast.CreateSchemaStmt) => {
    definer.createSchema()
    if (node.authrole !== undefined) throw definer.refuse('CREATE SCHEMA AUTHORIZATION')
  },
  IndexStmt: (definer, node: Ast.IndexStmt) => {
    definer.relation(node.relation)
    definer.createBeside(node.relation)
  },
  CreateTrigStmt: (definer, node: Ast.CreateTrigStmt) => {
    definer.relation(node.relation, 't')
    definer.call((node.funcname ?? []).flatMap(pathOf))
  },
  AlterTableStmt: (definer, node: Ast.AlterTableStmt) => {
    definer.relation(node.relation)
    definer.requireOpenTypes()
    definer.others(node)
    for (const cmd of node.cmds ?? []) {
      const { def, subtype } = 'AlterTableCmd' in cmd ? cmd.AlterTableCmd : {}
      if (def !== undefined && 'RangeVar' in def) definer.relation(def.RangeVar)
      if (def !== undefined && 'PartitionCmd' in def) definer.relation(def.PartitionCmd.name)
      if (def !== undefined && 'Constraint' in def && KEYS.has(def.Constraint.contype ?? ''))
        definer.createBeside(node.relation)
      if (subtype === 'AT_ChangeOwner' && (node.cmds ?? []).length > 1) throw definer.refuse('OWNER TO beside others')
    }
  },
  AlterSeqStmt: (definer, node: Ast.AlterSeqStmt) => {
    definer.relation(node.sequence)
    for (const option of node.options ?? [])
      if ('DefElem' in option && option.DefElem.defname === 'owned_by')
        definer.path(pathOf(option.DefElem.arg).slice(0, -1))
  },
  AlterEnumStmt: (definer, node: Ast.AlterEnumStmt) => definer.type((node.typeName ?? []).flatMap(pathOf)),
  AlterFunctionStmt: (definer, node: Ast.AlterFunctionStmt) => {
    const noun = (node.objtype ?? '').replace('OBJECT_', '').toLowerCase()
    definer.routine(node.func && { ObjectWithArgs: node.func }, noun)
    for (const action of node.actions ?? [])
      if ('DefElem' in action && action.DefElem.defname === 'leakproof') throw definer.refuse('LEAKPROOF')
  },
  AlterDomainStmt: (definer, node: Ast.AlterDomainStmt) => definer.type((node.typeName ?? []).flatMap(pathOf)),
  RenameStmt: (definer, node: Ast.RenameStmt) => {
    if (node.renameType === 'OBJECT_ROLE') return
    if (node.renameType === 'OBJECT_SCHEMA') {
      definer.schema(node.subname ?? '')
      return definer.createSchema()
    }
    if (node.renameType === 'OBJECT_DOMCONSTRAINT') return definer.type(pathOf(node.object))
    if (node.relation === undefined) {
      definer.object(node.renameType ?? '', node.object)
      return definer.createNear(node.object)
    }
    definer.relation(node.relation)
    if (RENAMED.has(node.renameType ?? '')) definer.createBeside(node.relation)
  },
  DropStmt: (definer, node: Ast.DropStmt) => {
    for (const object of node.objects ?? []) definer.object(node.removeType ?? '', object)
  },
  AlterObjectSchemaStmt: (definer, node: Ast.AlterObjectSchemaStmt, scope) => {
    if (node.relation !== undefined) definer.relation(node.relation)
    else definer.object(node.objectType ?? '', node.object)
    requireCreate(scope, node.newschema ?? '')
  },
  AlterOwnerStmt: (definer, node: Ast.AlterOwnerStmt) => definer.object(node.objectType ?? '', node.object),
  CommentStmt: (definer, node: Ast.CommentStmt) => definer.object(node.objtype ?? '', node.object),
  ClusterStmt: (definer, node: Ast.ClusterStmt) => definer.relation(node.relation, 'm'),
  RefreshMatViewStmt: (definer, node: Ast.RefreshMatViewStmt) => definer.relation(node.relation, 'm'),
  TruncateStmt: (definer, node: Ast.TruncateStmt) => {
    for (const each of node.relations ?? []) if ('RangeVar' in each) definer.relation(each.RangeVar, 'D')
    if (node.behavior === 'DROP_CASCADE') throw definer.refuse('TRUNCATE … CASCADE')
  },
}

/** What anybody may execute, or what looks at its rights itself. */
const FREE: ReadonlySet<string> = new Set([
  ...['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CopyStmt', 'TransactionStmt', 'CallStmt'],
  ...['DoStmt', 'DeclareCursorStmt', 'FetchStmt', 'ClosePortalStmt', 'ExecuteStmt', 'DeallocateStmt', 'PrepareStmt'],
  ...['VariableSetStmt', 'VariableShowStmt', 'ConstraintsSetStmt', 'DiscardStmt', 'ListenStmt', 'UnlistenStmt'],
  ...['NotifyStmt', 'GrantStmt', 'GrantRoleStmt', 'CreateRoleStmt', 'AlterRoleStmt', 'DropRoleStmt'],
  ...['AlterRoleSetStmt', 'AlterDatabaseSetStmt'],
  ...['LockStmt', 'AlterDefaultPrivilegesStmt'],
])

/** @throws PgError 42501; 0A000 for what is not known to be allowed or not */
export const requireDefiner = (scope: Scope, tag: string, node: Readonly<Record<string, unknown>>): void => {
  const { catalog, settings } = scope.statement
  if (isSuperuser(catalog, currentRole(settings)) || FREE.has(tag)) return
  const definer = new Definer(scope)
  const rule = RULES[tag]
  if (rule === undefined) throw definer.refuse(tag)
  rule(definer, node as never, scope)
}
