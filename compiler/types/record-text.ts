/** Records as text, by the types of their fields (record_out). */
import { unsupported } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { codecOf } from './codec.ts'
import type { Environment } from './environment.ts'
import { loadShaped, recordOut } from './record.ts'

export const fieldsText = (
  env: Environment,
  shape: readonly { readonly type: number }[],
  fields: readonly Value[],
): string =>
  recordOut(
    shape.map(({ type }, at) => {
      const field = fields[at] ?? null
      return field === null ? null : codecOf(env, type).output(field, env)
    }),
  )

/** @throws PgError 0A000 for a record whose shape nobody knows any more */
export const textOfShaped = (env: Environment, value: Value): string => {
  const shaped = loadShaped(value)
  if (shaped === undefined) throw unsupported('a record of no declared type as text')
  return fieldsText(env, env.catalog.fields(shaped.type) ?? [], shaped.fields)
}
