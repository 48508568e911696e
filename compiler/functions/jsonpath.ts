/** The functions that take a jsonpath. Manual: "JSON Functions and Operators"; after jsonpath_exec.c. */
import { PgError } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { formatJsonb, type Json, loadJsonb } from '../types/json.ts'
import type { JsonPath } from '../types/jsonpath.ts'
import { parsePath } from '../types/jsonpath-parse.ts'
import type { Call, Scalars, SetReturning } from './implementation.ts'
import { exists, query } from './jsonpath-execute.ts'
import { PathError } from './jsonpath-method.ts'
import type { PathSession } from './jsonpath-moment.ts'

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
const collect = (session: PathSession, json: string, path: string, vars: Value, silent: bigint): Json[] => {
  const found: Json[] = []
  try {
    for (const item of query(session, loadJsonb(json), parsedPath(path), variablesOf(vars))) found.push(item)
  } catch (error) {
    if (!(error instanceof PathError) || silent === 0n) throw error
  }
  return found
}

const pathExists = (session: PathSession, json: string, path: string, vars: Value, silent: bigint): Value => {
  try {
    return exists(session, loadJsonb(json), parsedPath(path), variablesOf(vars)) ? 1n : 0n
  } catch (error) {
    if (!(error instanceof PathError) || silent === 0n) throw error
    return null
  }
}

const pathMatch = (session: PathSession, json: string, path: string, vars: Value, silent: bigint): Value => {
  const [item, ...more] = collect(session, json, path, vars, silent)
  if (more.length === 0 && typeof item === 'boolean') return item ? 1n : 0n
  if (more.length === 0 && item === null) return null
  if (silent === 0n) throw new PgError('22038', 'single boolean result is expected')
  return null
}

const pathArray = (session: PathSession, json: string, path: string, vars: Value, silent: bigint): Value =>
  formatJsonb(collect(session, json, path, vars, silent))

const pathFirst = (session: PathSession, json: string, path: string, vars: Value, silent: bigint): Value => {
  const [first] = collect(session, json, path, vars, silent)
  return first === undefined ? null : formatJsonb(first)
}

/** A function and the one of the same name that knows time zones. */
const both = (name: string, run: typeof pathExists): Scalars =>
  Object.fromEntries(
    [false, true].map((zoned) => [
      zoned ? `${name}_tz` : name,
      function (this: Call, json: string, path: string, vars: Value = '{}', silent = 1n) {
        return run({ env: this, zoned }, json, path, vars, silent)
      },
    ]),
  )

const operators = (name: string, run: typeof pathExists): Scalars => ({
  [`${name}_opr`]: function (this: Call, json: string, path: string) {
    return run({ env: this, zoned: false }, json, path, '{}', 1n)
  },
})

export const pathFunctions: Scalars = {
  ...both('jsonb_path_exists', pathExists),
  ...operators('jsonb_path_exists', pathExists),
  ...both('jsonb_path_match', pathMatch),
  ...operators('jsonb_path_match', pathMatch),
  ...both('jsonb_path_query_array', pathArray),
  ...both('jsonb_path_query_first', pathFirst),
}

const pathQuery = (zoned: boolean): SetReturning =>
  function (this: Call, json: string, path: string, vars: Value, silent: bigint) {
    return collect({ env: this, zoned }, json, path, vars, silent).map((item) => [formatJsonb(item)])
  }

export const pathRows: Readonly<Record<string, SetReturning>> = {
  jsonb_path_query: pathQuery(false),
  jsonb_path_query_tz: pathQuery(true),
}
