/** ALTER DOMAIN. Manual: "ALTER DOMAIN"; after typecmds.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { bindDomainCheck, domainValue } from '../bind/domain.ts'
import { bindExpression } from '../bind/expression.ts'
import { refuse, rootScope, type Scope } from '../bind/scope.ts'
import { storedStatement } from '../bind/statement.ts'
import { missingType, typeNamed } from '../bind/type-name.ts'
import type { ColumnInfo, DomainCheck, DomainInfo, RelationInfo, TypeInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import type { DefinitionPlan } from '../plan.ts'
import { quoteName } from '../sqlite/print.ts'
import { commentKey } from '../system/comments.ts'
import { oidOf } from '../system/numbering.ts'
import type { Value } from '../tree/value.ts'
import { domainValue as assignedValue } from '../types/assign.ts'
import type { Environment } from '../types/environment.ts'
import { chooseConstraintName, hasDomainConstraint } from './constraint-name.ts'
import type { StatementContext } from './context.ts'
import { definition, domainNotNullName, pathOf, scopeOf } from './definition.ts'

/** The columns whose values are a domain's (get_rels_with_domain). @throws PgError 0A000 where a value holds some */
const columnsOf = (
  { statement: { catalog } }: Scope,
  { oid, name }: TypeInfo,
): { readonly relation: RelationInfo; readonly column: ColumnInfo }[] => {
  const isOne = (type: number): boolean => {
    if (type === oid) return true
    const { domain } = catalog.type(type)
    return domain !== undefined && isOne(domain.base)
  }
  const holds = (type: number): boolean => {
    const { domain, element, relation } = catalog.type(type)
    if (type === oid) return true
    if (domain !== undefined) return holds(domain.base)
    if (element !== 0) return holds(element)
    return relation !== undefined && catalog.relation(relation).columns.some((column) => holds(column.type))
  }
  return [...catalog.contents.relations.values()]
    .filter(({ kind }) => kind === 'r' || kind === 'm')
    .flatMap((relation) =>
      relation.columns.flatMap((column) => {
        if (isOne(column.type)) return [{ relation, column }]
        if (holds(column.type))
          throw new PgError(
            '0A000',
            `cannot alter type "${name}" because column "${relation.name}.${column.name}" uses it`,
          )
        return []
      }),
    )
}

/** Whether a value is allowed to be one of a domain. */
const allows = (env: Environment, domain: number, value: Value): boolean => {
  try {
    assignedValue(env, value, domain)
    return true
  } catch (error) {
    if (error instanceof PgError && (error.code === '23514' || error.code === '23502')) return false
    throw error
  }
}

const sorted = (checks: readonly DomainCheck[]): readonly DomainCheck[] =>
  checks.toSorted((a, b) => (a.name < b.name ? -1 : 1))

/** ALTER DOMAIN … RENAME CONSTRAINT. @throws PgError 42704, 42710 */
export const renameDomainConstraint = (context: StatementContext, node: Ast.RenameStmt): DefinitionPlan => {
  const { object, subname: from = '', newname: to = '' } = node
  const scope = scopeOf(context)
  const { catalog } = scope.statement
  const type = requireDomain(scope, pathOf(object))
  const { domain, name } = type
  const notNull = domain.notNull ? domainNotNullName(name, domain) : undefined
  if (!hasDomainConstraint(name, domain, from))
    throw new PgError('42704', `constraint "${from}" for domain ${name} does not exist`)
  if (hasDomainConstraint(name, domain, to))
    throw new PgError('42710', `constraint "${to}" for domain ${name} already exists`)
  if (catalog.contents.comments.has(commentKey('pg_constraint', oidOf('constraint', type.oid, from))))
    throw refuse(scope, 'RENAME of a constraint with a comment')
  const checks = domain.checks.map((check) => (check.name === from ? { ...check, name: to } : check))
  const renamed: DomainInfo = { ...domain, checks: sorted(checks), ...(notNull === from ? { notNullName: to } : {}) }
  return definition(context, 'ALTER DOMAIN', catalog.withType({ ...type, domain: renamed }))
}

/** @throws PgError 42704, 42809 */
export const requireDomain = ({ statement }: Scope, path: readonly string[]): TypeInfo & { domain: DomainInfo } => {
  const type = typeNamed(statement, path)
  if (type === undefined) throw missingType(statement, path)
  const { domain } = type
  if (domain === undefined) throw new PgError('42809', `${formatType(statement.catalog, type.oid)} is not a domain`)
  return { ...type, domain }
}

export const planAlterDomain = (context: StatementContext, node: Ast.AlterDomainStmt): DefinitionPlan => {
  const { subtype = '', typeName = [], name = '', def, missing_ok: missingOk = false } = node
  const scope = scopeOf(context)
  const { statement } = scope
  const path = typeName.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  const type = requireDomain(scope, path)
  const { domain } = type
  const change = (changes: Partial<DomainInfo>): DefinitionPlan =>
    definition(context, 'ALTER DOMAIN', statement.catalog.withType({ ...type, domain: { ...domain, ...changes } }))
  const dropNotNull = (): DefinitionPlan => {
    const { notNullName: _name, ...rest } = domain
    const open = { ...type, domain: { ...rest, notNull: false } }
    return definition(context, 'ALTER DOMAIN', statement.catalog.withType(open))
  }
  const isTaken = (it: string): boolean => domain.checks.some((check) => check.name === it)
  const choose = (label: string): string =>
    chooseConstraintName(statement.catalog, type.schema, isTaken, type.name, [], label)
  const validated = (changes: Partial<DomainInfo>, code: string, problem: string): DefinitionPlan => ({
    ...change(changes),
    steps: columnsOf(scope, type).map(({ relation, column }) => ({
      sql: `SELECT ${quoteName(column.physical)} FROM ${quoteName(relation.physical)}`,
      functions: [],
      reject: {
        test: (env, [value = null]) => !allows(env, type.oid, value),
        code,
        message: `column "${column.name}" of table "${relation.name}" ${problem}`,
      },
    })),
  })
  const checked = (checks: readonly DomainCheck[]): DefinitionPlan =>
    validated({ checks: sorted(checks) }, '23514', 'contains values that violate the new constraint')
  switch (subtype) {
    case 'T': {
      const { default: _default, ...rest } = domain
      const next: DomainInfo = def === undefined ? rest : { ...rest, default: def }
      if (def !== undefined) {
        const own = rootScope(storedStatement(statement), { clause: 'default' })
        bindExpression(own, def)
      }
      return definition(context, 'ALTER DOMAIN', statement.catalog.withType({ ...type, domain: next }))
    }
    case 'N':
      return dropNotNull()
    case 'O':
      if (domain.notNull) return change({})
      return validated({ notNull: true, notNullName: choose('not_null') }, '23502', 'contains null values')
    case 'C': {
      if (def === undefined || !('Constraint' in def)) throw refuse(scope, 'this constraint')
      const { contype, conname, raw_expr: expression, skip_validation: unvalidated } = def.Constraint
      if (contype !== 'CONSTR_CHECK') throw refuse(scope, 'this constraint of a domain')
      const value = domainValue(statement.catalog.baseType(type.oid), domain.typmod)
      bindDomainCheck(statement, value, expression as Ast.Node)
      if (conname && domain.checks.some((check) => check.name === conname))
        throw new PgError('42710', `constraint "${conname}" for domain "${type.name}" already exists`)
      const chosen = conname || choose('check')
      const check: DomainCheck = { name: chosen, expression: expression as Ast.Node }
      return unvalidated
        ? change({ checks: sorted([...domain.checks, { ...check, notValid: true }]) })
        : checked([...domain.checks, check])
    }
    case 'V': {
      const check = domain.checks.find((each) => each.name === name)
      if (check === undefined && domain.notNull && domainNotNullName(type.name, domain) === name)
        throw new PgError('42809', `constraint "${name}" of domain "${type.name}" is not a check constraint`)
      if (check === undefined)
        throw new PgError('42704', `constraint "${name}" of domain "${type.name}" does not exist`)
      if (!check.notValid) return change({})
      const { notValid: _, ...valid } = check
      return checked(domain.checks.map((each) => (each === check ? valid : each)))
    }
    case 'X':
      if (!domain.checks.some((check) => check.name === name)) {
        if (domain.notNull && domainNotNullName(type.name, domain) === name) return dropNotNull()
        if (!missingOk) throw new PgError('42704', `constraint "${name}" of domain "${type.name}" does not exist`)
        statement.notice('00000', `constraint "${name}" of domain "${type.name}" does not exist, skipping`)
      }
      return change({ checks: domain.checks.filter((check) => check.name !== name) })
    default:
      throw refuse(scope, 'this ALTER DOMAIN')
  }
}
