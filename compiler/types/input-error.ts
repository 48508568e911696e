/** What would be wrong with a text as a value of a type. After pg_input_is_valid and InputFunctionCallSafe. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { typeOfText } from '../bind/type-string.ts'
import type { Value } from '../tree/value.ts'
import { domainValue, lowestTypmod } from './assign.ts'
import { codecOf } from './codec.ts'
import type { Environment } from './environment.ts'

/** Errors of a domain that are told rather than thrown: those of computing its constraints are not. */
const OF_DOMAINS: ReadonlySet<string> = new Set(['23502', '23514'])

const caught = (compute: () => void, isTold: (error: PgError) => boolean): PgError | undefined => {
  try {
    compute()
    return undefined
  } catch (error) {
    if (error instanceof PgError && error.code !== '0A000' && isTold(error)) return error
    throw error
  }
}

/**
 * @param name of the type, its modifier included
 * @throws PgError 42704 and others where the name is none of a type
 */
export const inputError = (env: Environment, text: string, name: string): PgError | undefined => {
  const { type, typmod } = typeOfText(env, name)
  if (env.catalog.type(type).kind === 'p') throw unsupported(`the input of the type ${name}`)
  let value: Value = null
  const read = (): void => {
    value = codecOf(env, type).input(text, lowestTypmod(env, type) ?? typmod, env)
  }
  const wrong = caught(read, () => true)
  if (wrong !== undefined || env.catalog.type(type).domain === undefined) return wrong
  return caught(
    () => domainValue(env, value, type),
    ({ code }) => OF_DOMAINS.has(code),
  )
}
