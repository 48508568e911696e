/** Assignment to a part of a jsonb value: `SET j['a'][0] = …`. After setPath with JB_PATH_FILL_GAPS in jsonfuncs.c. */
import { PgError } from '../../wire/protocol/error.ts'
import { type Json, sortKeys } from '../types/json.ts'

/** A step into an array, as strtoint reads it; undefined for what is none. */
export const integerStep = (key: string): number | undefined => {
  const found = /^\s*([+-]?\d+)$/.exec(key)?.[1]
  const index = Number(found)
  return found === undefined || index < -(2 ** 31) || index > 2 ** 31 - 1 ? undefined : index
}

/** @param level of the step, from 1 @throws PgError 22P02 */
export const arrayStep = (key: string, level: number): number => {
  const index = integerStep(key)
  if (index === undefined) throw new PgError('22P02', `path element at position ${level} is not an integer: "${key}"`)
  return index
}

const nulls = (count: number): null[] => Array.from({ length: Math.max(count, 0) }, () => null)

/** A value inside of the objects and arrays that a path asks for (push_path). */
const wrapped = (path: readonly string[], value: Json): Json => {
  const [key, ...rest] = path
  if (key === undefined) return value
  const index = integerStep(key)
  const inner = wrapped(rest, value)
  return index === undefined ? new Map([[key, inner]]) : [...nulls(index), inner]
}

/**
 * A value with the part at a path replaced, which is made where it is not there.
 * @throws PgError 22023 for a path through a scalar, or to before an array; 22P02
 */
export const assignPath = (json: Json, path: readonly string[], value: Json, level = 1): Json => {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (json instanceof Map) {
    const before = json.get(key)
    const after = before === undefined ? wrapped(rest, value) : assignPath(before, rest, value, level + 1)
    return sortKeys(new Map(json).set(key, after))
  }
  if (!Array.isArray(json))
    throw new PgError('22023', 'cannot replace existing key', {
      detail: 'The path assumes key is a composite object, but it is a scalar value.',
    })
  const index = arrayStep(key, level)
  const at = index < 0 ? json.length + index : index
  if (at < 0) throw new PgError('22023', `path element at position ${level} is out of range: ${index}`)
  const before = json[at]
  if (before !== undefined) return json.with(at, assignPath(before, rest, value, level + 1))
  return [...json, ...nulls(at - json.length), wrapped(rest, value)]
}
