/** Reading a text as a column's type, domain checks and length limits included: what COPY and parameters do. */
import { unsupported } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { codecOf } from './codec.ts'
import type { Environment } from './environment.ts'

/** @throws PgError of class 22 for a text that the type does not accept */
export const coerceStored = (env: Environment, text: string | null, type: number, typmod: number): Value => {
  const { domain } = env.catalog.type(type)
  if (domain !== undefined && (domain.checks.length > 0 || domain.notNull))
    throw unsupported('reading a domain with constraints')
  if (text === null) return null
  const effective = domain === undefined ? typmod : domain.typmod
  return codecOf(env, type).input(text, effective, env)
}
