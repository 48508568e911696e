/** Boolean options of commands: after defGetBoolean (define.c). */
import { PgError } from '../../wire/protocol/error.ts'

/** What an option's value says; an option without one is true. Undefined for what is no Boolean value. */
export const booleanWord = (text = 'true'): boolean | undefined => {
  const word = text.toLowerCase()
  if (['true', 'on', '1'].includes(word)) return true
  if (['false', 'off', '0'].includes(word)) return false
  return undefined
}

/** @throws PgError 42601 */
export const booleanOption = (name: string, text: string | undefined): boolean => {
  const value = booleanWord(text)
  if (value === undefined) throw new PgError('42601', `${name} requires a Boolean value`)
  return value
}
