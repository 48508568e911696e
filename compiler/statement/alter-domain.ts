/** ALTER DOMAIN. Manual: "ALTER DOMAIN". What would have to look at stored values is refused when a table uses the domain. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { bindDomainCheck, domainValue } from '../bind/domain.ts'
import { bindExpression } from '../bind/expression.ts'
import { refuse, rootScope } from '../bind/scope.ts'
import { storedStatement } from '../bind/statement.ts'
import { typeNamed } from '../bind/type-name.ts'
import type { DomainInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import type { DefinitionPlan } from '../plan.ts'
import type { StatementContext } from './context.ts'
import { chooseName, definition, scopeOf } from './definition.ts'

export const planAlterDomain = (context: StatementContext, node: Ast.AlterDomainStmt): DefinitionPlan => {
  const { subtype = '', typeName = [], name = '', def, missing_ok: missingOk = false } = node
  const scope = scopeOf(context)
  const { statement } = scope
  const path = typeName.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  const type = typeNamed(statement, path)
  if (type === undefined) throw new PgError('42704', `type "${path.join('.')}" does not exist`)
  const { domain } = type
  if (domain === undefined) throw new PgError('42809', `${formatType(statement.catalog, type.oid)} is not a domain`)
  const change = (changes: Partial<DomainInfo>): DefinitionPlan =>
    definition(context, 'ALTER DOMAIN', statement.catalog.withType({ ...type, domain: { ...domain, ...changes } }))
  const used = [...statement.catalog.contents.relations.values()].some(({ columns }) =>
    columns.some((column) => column.type === type.oid || column.type === type.array),
  )
  const usedBelow = [...statement.catalog.contents.types.values()].some(
    (other) => other.domain?.base === type.oid || other.domain?.base === type.array,
  )
  const validates = (): void => {
    if (used || usedBelow) throw refuse(scope, 'ALTER DOMAIN of a domain in use')
  }
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
      return change({ notNull: false })
    case 'O':
      if (domain.notNull) return change({})
      validates()
      return change({ notNull: true })
    case 'C': {
      if (def === undefined || !('Constraint' in def)) throw refuse(scope, 'this constraint')
      const { contype, conname, raw_expr: expression, skip_validation: unvalidated } = def.Constraint
      if (contype !== 'CONSTR_CHECK' || unvalidated) throw refuse(scope, 'this constraint of a domain')
      validates()
      const value = domainValue(statement.catalog.baseType(type.oid), domain.typmod)
      bindDomainCheck(statement, value, expression as Ast.Node)
      if (conname && domain.checks.some((check) => check.name === conname))
        throw new PgError('42710', `constraint "${conname}" for domain "${type.name}" already exists`)
      const chosen =
        conname || chooseName((it) => domain.checks.some((check) => check.name === it), type.name, [], 'check')
      const checks = [...domain.checks, { name: chosen, expression: expression as Ast.Node }]
      return change({ checks: checks.toSorted((a, b) => (a.name < b.name ? -1 : 1)) })
    }
    case 'X':
      if (!domain.checks.some((check) => check.name === name)) {
        if (/not_null/.test(name)) throw refuse(scope, 'DROP CONSTRAINT of NOT NULL')
        if (!missingOk) throw new PgError('42704', `constraint "${name}" of domain "${type.name}" does not exist`)
        statement.notice('00000', `constraint "${name}" of domain "${type.name}" does not exist, skipping`)
      }
      return change({ checks: domain.checks.filter((check) => check.name !== name) })
    default:
      throw refuse(scope, 'this ALTER DOMAIN')
  }
}
