/** Values that lie there as text, in binary format: what a type's send function makes of what its input function reads. */
import { DEFAULT_SETTINGS } from '../../compiler/bind/settings.ts'
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import { STOPPED } from '../../compiler/types/clock.ts'
import { codecOf } from '../../compiler/types/codec.ts'
import { unsupported } from '../protocol/error.ts'
import { senderOf } from './format.ts'

/**
 * @param type of values that are written as PostgreSQL writes them without any settings
 * @throws PgError 0A000 for a type whose binary format is not known
 */
export const binaryFromText = (catalog: Catalog, type: number): ((text: string) => Buffer) => {
  if (catalog.findType(type) === undefined) throw unsupported(`the binary format of type ${type}`)
  const env = { catalog, settings: DEFAULT_SETTINGS, clock: STOPPED }
  const codec = codecOf(env, type)
  const send = senderOf(env, type)
  return (text) => {
    const value = codec.input(text, -1, env)
    if (value === null) throw unsupported(`the binary format of "${text}"`)
    return send(value)
  }
}
