/** Domains: a value of one is its base type's, checked. Manual: "Domain Types". */
import type { Node } from '@pgsql/types'
import type { Expr } from '../tree/expression.ts'
import { coerceToBoolean } from './coerce.ts'
import { bindExpression } from './expression.ts'
import { rootScope, type Statement } from './scope.ts'
import { storedStatement } from './statement.ts'

/** The value that a check of a domain is about. */
export const domainValue = (type: number, typmod = -1): Expr => ({ kind: 'placeholder', index: 0, type, typmod })

/** A check of a domain, in which VALUE is the value. */
export const bindDomainCheck = (statement: Statement, value: Expr, expression: Node): Expr => {
  const scope = rootScope(storedStatement(statement), {
    clause: 'domain check',
    hook: ([field, ...rest]) => (field === 'value' && rest.length === 0 ? value : undefined),
  })
  return coerceToBoolean(statement, bindExpression(scope, expression), 'CHECK')
}

/** coerce_to_domain: the checks of a domain and of the domains below it, lowest first. @param named by which errors go */
export const domainCheck = (statement: Statement, arg: Expr, domain: number, named = domain): Expr => {
  const info = statement.catalog.type(domain)
  if (info.domain === undefined) return arg
  const below = statement.catalog.type(info.domain.base).domain
  const inner = below === undefined ? arg : domainCheck(statement, arg, info.domain.base, named)
  const base = statement.catalog.baseType(domain)
  const value = domainValue(base)
  const checks = info.domain.checks.map(({ name, expression }) => {
    return { name, expr: bindDomainCheck(statement, value, expression) }
  })
  return { kind: 'domain', arg: inner, domain: info, named, checks, type: domain, typmod: -1, position: arg.position }
}
