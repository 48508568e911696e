/** The functions that take a jsonpath. Manual: "JSON Functions and Operators"; after jsonpath_exec.c. */
import { PgError } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { formatJsonb, type Json, loadJsonb } from '../types/json.ts'
import type { JsonPath } from '../types/jsonpath.ts'
import { parsePath } from '../types/jsonpath-parse.ts'
import type { Scalars, SetReturning } from './implementation.ts'
import { exists, query } from './jsonpath-execute.ts'
import { PathError } from './jsonpath-method.ts'

const parsed = new Map<string, JsonPath>()
/** A stored path. */
export const parsedPath = (text: string): JsonPath => {
  const known = parsed.get(text)
  if (known !== undefined) return known
  const path = parsePath(text)
  if (parsed.size > 1000) parsed.clear()
  parsed.set(text, path)
  return path
}

/** @throws PgError 22023 */
const variablesOf = (vars: Value): ReadonlyMap<string, Json> => {
  const json = loadJsonb(String(vars))
  if (!(json instanceof Map))
    throw new PgError('22023', '"vars" argument is not an object', {
      detail: 'Jsonpath parameters should be encoded as key-value pairs of "vars" object.',
    })
  return json
}

/** What has been found before something failed, which is told unless `silent`. */
const collect = (json: string, path: string, vars: Value, silent: bigint): Json[] => {
  const found: Json[] = []
  try {
    for (const item of query(loadJsonb(json), parsedPath(path), variablesOf(vars))) found.push(item)
  } catch (error) {
    if (!(error instanceof PathError) || silent === 0n) throw error
  }
  return found
}

const pathExists = (json: string, path: string, vars: Value = '{}', silent = 1n): Value => {
  try {
    return exists(loadJsonb(json), parsedPath(path), variablesOf(vars)) ? 1n : 0n
  } catch (error) {
    if (!(error instanceof PathError) || silent === 0n) throw error
    return null
  }
}

const pathMatch = (json: string, path: string, vars: Value = '{}', silent = 1n): Value => {
  const [item, ...more] = collect(json, path, vars, silent)
  if (more.length === 0 && typeof item === 'boolean') return item ? 1n : 0n
  if (more.length === 0 && item === null) return null
  if (silent === 0n) throw new PgError('22038', 'single boolean result is expected')
  return null
}

const pathArray = (json: string, path: string, vars: Value, silent: bigint): Value =>
  formatJsonb(collect(json, path, vars, silent))

const pathFirst = (json: string, path: string, vars: Value, silent: bigint): Value => {
  const [first] = collect(json, path, vars, silent)
  return first === undefined ? null : formatJsonb(first)
}

/** The functions of moments with time zones are these, as long as paths know no moments. */
export const pathFunctions: Scalars = {
  jsonb_path_exists: pathExists,
  jsonb_path_exists_tz: pathExists,
  jsonb_path_exists_opr: (json: string, path: string) => pathExists(json, path),
  jsonb_path_match: pathMatch,
  jsonb_path_match_tz: pathMatch,
  jsonb_path_match_opr: (json: string, path: string) => pathMatch(json, path),
  jsonb_path_query_array: pathArray,
  jsonb_path_query_array_tz: pathArray,
  jsonb_path_query_first: pathFirst,
  jsonb_path_query_first_tz: pathFirst,
}

const pathQuery: SetReturning = (json: string, path: string, vars: Value, silent: bigint) =>
  collect(json, path, vars, silent).map((item) => [formatJsonb(item)])

export const pathRows: Readonly<Record<string, SetReturning>> = {
  jsonb_path_query: pathQuery,
  jsonb_path_query_tz: pathQuery,
}
