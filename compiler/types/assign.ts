/** Reading a text as a column's type, domain checks and length limits included: what COPY and parameters do. */

import { unsupported } from '../../wire/protocol/error.ts'
import { domainCheck } from '../bind/domain.ts'
import { ownStatement } from '../bind/statement.ts'
import { evaluate } from '../evaluate/evaluate.ts'
import { NotComputable } from '../evaluate/not-computable.ts'
import type { Expr } from '../tree/expression.ts'
import type { Value } from '../tree/value.ts'
import { codecOf } from './codec.ts'
import type { Environment } from './environment.ts'

/** @throws PgError 23514, 23502 for a value that a domain does not allow */
export const domainValue = (env: Environment, value: Value, type: number): Value => {
  const { domain } = env.catalog.type(type)
  if (domain === undefined) return value
  const statement = ownStatement(env)
  const source: Expr = { kind: 'placeholder', index: 0, type: env.catalog.baseType(type), typmod: -1 }
  try {
    return evaluate(env, domainCheck(statement, source, type), [value])
  } catch (error) {
    if (error instanceof NotComputable)
      throw unsupported(`the constraints of the domain ${env.catalog.type(type).name}`)
    throw error
  }
}

/** @throws PgError of class 22 for a text that the type does not accept */
export const coerceStored = (env: Environment, text: string | null, type: number, typmod: number): Value => {
  const effective = lowestTypmod(env, type) ?? typmod
  const value = text === null ? null : codecOf(env, type).input(text, effective, env)
  return domainValue(env, value, type)
}

/** The modifier that a domain gives its base type. */
export const lowestTypmod = ({ catalog }: Environment, type: number): number | undefined => {
  let found: number | undefined
  for (let { domain } = catalog.type(type); domain !== undefined; { domain } = catalog.type(domain.base))
    if (found === undefined || domain.typmod >= 0) found = domain.typmod
  return found
}
