/** CREATE TYPE, CREATE DOMAIN. */
import type * as Ast from '@pgsql/types'
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { bindDomainCheck, domainValue } from '../bind/domain.ts'
import { errorAt, nothingElse, refuse } from '../bind/scope.ts'
import { resolveTypeName } from '../bind/type-name.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { ColumnInfo, DomainInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { enumCreated } from '../catalog/uncommitted-enum.ts'
import type { DefinitionPlan } from '../plan.ts'
import { findCodec } from '../types/codec.ts'
import { chooseConstraintName } from './constraint-name.ts'
import type { StatementContext } from './context.ts'
import { addRelation, addType, checkFree, creationSchema, definition, scopeOf } from './definition.ts'
import { physicalColumn } from './physical.ts'

const splitName = (nodes: readonly Ast.Node[]): { readonly schemaname?: string; readonly name: string } => {
  const path = nodes.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  const schemaname = path.length > 1 ? path.at(-2) : undefined
  return { ...(schemaname === undefined ? {} : { schemaname }), name: path.at(-1) ?? '' }
}

/** @throws PgError 42710 when a type of the name exists */
const checkTypeFree = (catalog: Catalog, schema: string, name: string): void => {
  const type = catalog.typeNamed(schema, name)
  if (type?.category === 'A' && type.element !== 0) throw unsupported(`the name "${name}", which an array type has,`)
  if (type !== undefined) throw new PgError('42710', `type "${name}" already exists`)
}

export const planCreateEnum = (
  context: StatementContext,
  { typeName = [], vals = [] }: Ast.CreateEnumStmt,
): DefinitionPlan => {
  const scope = scopeOf(context)
  const { name, ...range } = splitName(typeName)
  const schema = creationSchema(scope, range)
  checkTypeFree(scope.statement.catalog, schema, name)
  const labels = vals.map((value, at) => ({ label: 'String' in value ? (value.String.sval ?? '') : '', order: at + 1 }))
  for (const [at, { label }] of labels.entries()) {
    if (new TextEncoder().encode(label).length > 63)
      throw new PgError('42602', `invalid enum label "${label}"`, { detail: 'Labels must be 63 bytes or less.' })
    if (labels.findIndex((other) => other.label === label) < at)
      throw new PgError('42710', `enum label "${label}" used more than once`)
  }
  const { catalog, oid } = addType(scope.statement.catalog, {
    schema,
    name,
    length: 4,
    kind: 'e',
    category: 'E',
    collation: 0,
    input: 'enum_in',
    output: 'enum_out',
    labels,
  })
  return definition(context, 'CREATE TYPE', context.mayRollBack ? enumCreated(catalog, oid) : catalog)
}

export const planCreateComposite = (
  context: StatementContext,
  { typevar, coldeflist = [] }: Ast.CompositeTypeStmt,
): DefinitionPlan => {
  const scope = scopeOf(context)
  const name = typevar?.relname ?? ''
  const schema = creationSchema(scope, typevar ?? {})
  const columns: ColumnInfo[] = []
  for (const node of coldeflist) {
    if (!('ColumnDef' in node)) throw refuse(scope, 'this field')
    const { colname = '', typeName } = node.ColumnDef
    const { type, typmod } = resolveTypeName(scope, typeName as Ast.TypeName)
    if (scope.statement.catalog.type(type).kind === 'p')
      throw new PgError('42P16', `column "${colname}" has pseudo-type ${formatType(scope.statement.catalog, type)}`)
    if (columns.some((column) => column.name === colname))
      throw new PgError('42701', `column "${colname}" specified more than once`)
    columns.push({
      number: columns.length + 1,
      name: colname,
      physical: physicalColumn(columns, colname),
      type,
      typmod,
      notNull: false,
    })
  }
  if (scope.statement.catalog.typeNamed(schema, name) !== undefined)
    throw new PgError('42710', `type "${name}" already exists`)
  checkFree(scope, schema, name)
  return definition(
    context,
    'CREATE TYPE',
    addRelation(scope.statement.catalog, { schema, name, kind: 'c', columns }).catalog,
  )
}

const isNullLiteral = (node: Ast.Node | undefined): boolean =>
  node !== undefined && 'A_Const' in node && node.A_Const.isnull === true

export const planCreateDomain = (context: StatementContext, node: Ast.CreateDomainStmt): DefinitionPlan => {
  const { domainname = [], typeName, collClause, constraints = [], ...rest } = node
  const scope = scopeOf(context)
  nothingElse(scope, 'CREATE DOMAIN', rest)
  if (collClause !== undefined) throw refuse(scope, 'COLLATE of a domain', collClause.location)
  const { statement } = scope
  const { name, ...range } = splitName(domainname)
  const schema = creationSchema(scope, range)
  if (statement.catalog.typeNamed(schema, name) !== undefined)
    throw new PgError('42710', `type "${name}" already exists`)
  const { type, typmod } = resolveTypeName(scope, typeName as Ast.TypeName)
  const base = statement.catalog.type(type)
  if (!['b', 'd', 'e'].includes(base.kind))
    throw refuse(scope, `a domain over ${formatType(statement.catalog, type)}`, typeName?.location)
  if (findCodec({ catalog: statement.catalog }, type) === undefined)
    throw refuse(scope, `a domain over ${formatType(statement.catalog, type)}`, typeName?.location)
  const checks: { name: string; expression: Ast.Node }[] = []
  let notNull = false
  let notNullName: string | undefined
  const isTaken = (it: string): boolean => it === notNullName || checks.some((each) => each.name === it)
  const choose = (label: string): string => chooseConstraintName(statement.catalog, schema, isTaken, name, [], label)
  let fallback: Ast.Node | undefined
  for (const constraint of constraints) {
    if (!('Constraint' in constraint)) throw refuse(scope, 'this constraint')
    const { contype, raw_expr: expression, conname, location } = constraint.Constraint
    switch (contype) {
      case 'CONSTR_NOTNULL':
        notNull = true
        notNullName = conname || choose('not_null')
        break
      case 'CONSTR_NULL':
        break
      case 'CONSTR_DEFAULT':
        if (fallback !== undefined) throw errorAt(scope, location, '42601', 'multiple default expressions')
        fallback = expression
        break
      case 'CONSTR_CHECK': {
        const value = domainValue(statement.catalog.baseType(type), typmod)
        bindDomainCheck(statement, value, expression as Ast.Node)
        const chosen = conname || choose('check')
        checks.push({ name: chosen, expression: expression as Ast.Node })
        break
      }
      default:
        throw refuse(scope, `${contype} of a domain`, location)
    }
  }
  // A domain over a domain begins with its default.
  const own = fallback ?? base.domain?.default
  const domain: DomainInfo = {
    base: type,
    typmod,
    notNull,
    ...(notNullName === undefined ? {} : { notNullName }),
    checks: checks.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ...(isNullLiteral(own) || own === undefined ? {} : { default: own }),
  }
  const { catalog } = addType(statement.catalog, {
    schema,
    name,
    length: base.length,
    kind: 'd',
    category: base.category,
    collation: base.collation,
    input: 'domain_in',
    output: base.output,
    domain,
  })
  return definition(context, 'CREATE DOMAIN', catalog)
}
