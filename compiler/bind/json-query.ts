/** What looks into JSON: JSON_EXISTS, JSON_VALUE, JSON_QUERY. After transformJsonFuncExpr in parse_expr.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { fold } from '../evaluate/fold.ts'
import type { Expr } from '../tree/expression.ts'
import type { JsonBehavior, JsonQuery } from '../tree/sql-json.ts'
import { coerceStored } from '../types/assign.ts'
import { coerceArgument, coerceToTarget, literalEnvironment } from './coerce.ts'
import { bindExpression } from './expression.ts'
import { errorAt, refuse, type Scope } from './scope.ts'
import { bindJsonValue, bindReturning, type Returning, sqlJson } from './sql-json.ts'

type Construct = JsonQuery['function']

const NAMES: Readonly<Record<Construct, string>> = {
  exists: 'JSON_EXISTS()',
  value: 'JSON_VALUE()',
  query: 'JSON_QUERY()',
}

/** What a function allows ON EMPTY and ON ERROR, and how an error names it. */
const ALLOWED: Readonly<Record<Construct, readonly [kinds: RegExp, shown: string]>> = {
  exists: [/^(ERROR|TRUE|FALSE|UNKNOWN)$/, 'ERROR, TRUE, FALSE, or UNKNOWN'],
  value: [/^(ERROR|NULL|DEFAULT)$/, 'ERROR, NULL, or DEFAULT expression'],
  query: [
    /^(ERROR|NULL|EMPTY|EMPTY_ARRAY|EMPTY_OBJECT|DEFAULT)$/,
    'ERROR, NULL, EMPTY ARRAY, EMPTY OBJECT, or DEFAULT expression',
  ],
}

const CONSTANTS: Readonly<Record<string, string | null>> = {
  NULL: null,
  UNKNOWN: null,
  TRUE: 'true',
  FALSE: 'false',
  EMPTY: '[]',
  EMPTY_ARRAY: '[]',
  EMPTY_OBJECT: '{}',
}

/** ON EMPTY or ON ERROR. @throws PgError 42601, 42846 */
const bindBehavior = (
  scope: Scope,
  construct: Construct,
  behavior: Ast.JsonBehavior | undefined,
  clause: 'EMPTY' | 'ERROR',
  { type, typmod }: Returning,
  column: string | undefined,
): JsonBehavior => {
  const kind = String(behavior?.btype ?? (construct === 'exists' ? 'FALSE' : 'NULL')).replace('JSON_BEHAVIOR_', '')
  const [kinds, shown] = ALLOWED[construct]
  if (!kinds.test(kind))
    throw errorAt(
      scope,
      behavior?.location,
      '42601',
      column === undefined ? `invalid ON ${clause} behavior` : `invalid ON ${clause} behavior for column "${column}"`,
      { detail: `Only ${shown} is allowed in ON ${clause} for ${NAMES[construct]}.` },
    )
  if (kind === 'ERROR') return { kind: 'error' }
  const env = literalEnvironment(scope.statement)
  if (kind !== 'DEFAULT') {
    const text = CONSTANTS[kind] ?? null
    if (text === null) return { kind: 'null' }
    if (construct === 'exists' && type === OID.int4) return { kind: 'value', value: text === 'true' ? 1n : 0n }
    return { kind: 'value', value: coerceStored(env, text, type, typmod) }
  }
  const bound = bindExpression(scope, behavior?.expr as Ast.Node)
  const coerced = coerceToTarget(scope.statement, bound, type, typmod, 'explicit')
  if (coerced === undefined)
    throw errorAt(
      scope,
      behavior?.location,
      '42804',
      `cannot cast behavior expression of type ${formatType(scope.statement.catalog, bound.type)} to ${formatType(scope.statement.catalog, type)}`,
    )
  const folded = fold(env, coerced)
  if (folded.kind !== 'const') throw refuse(scope, 'DEFAULT with what is no constant', behavior?.location)
  return { kind: 'value', value: folded.value }
}

interface Clauses {
  readonly wrapper?: Ast.JsonWrapper | undefined
  readonly quotes?: Ast.JsonQuotes | undefined
  readonly onEmpty?: Ast.JsonBehavior | undefined
  readonly onError?: Ast.JsonBehavior | undefined
  readonly location?: number | undefined
  readonly column?: string | undefined
}

const WRAPPERS: Readonly<Record<string, JsonQuery['wrapper']>> = {
  JSW_CONDITIONAL: 'conditional',
  JSW_UNCONDITIONAL: 'always',
}

/** How one of the functions answers. @throws PgError 42601 */
export const bindQuery = (scope: Scope, construct: Construct, returning: Returning, clauses: Clauses): JsonQuery => {
  const { wrapper = 'JSW_UNSPEC', quotes = 'JS_QUOTES_UNSPEC', onEmpty, onError, location, column } = clauses
  const wraps = WRAPPERS[wrapper] ?? 'none'
  if (wraps !== 'none' && quotes !== 'JS_QUOTES_UNSPEC')
    throw errorAt(
      scope,
      location,
      '42601',
      column === undefined
        ? 'SQL/JSON QUOTES behavior must not be specified when WITH WRAPPER is used'
        : `SQL/JSON QUOTES behavior for column "${column}" must not be specified when WITH WRAPPER is used`,
    )
  return {
    function: construct,
    wrapper: wraps,
    omitQuotes: quotes === 'JS_QUOTES_OMIT',
    onEmpty:
      construct === 'exists' ? { kind: 'null' } : bindBehavior(scope, construct, onEmpty, 'EMPTY', returning, column),
    onError: bindBehavior(scope, construct, onError, 'ERROR', returning, column),
    ...returning,
  }
}

export interface Passing {
  readonly variables: readonly string[]
  readonly args: readonly Expr[]
}

/** PASSING. */
export const bindPassing = (scope: Scope, nodes: readonly Ast.Node[] = []): Passing => {
  const passing = nodes.map((node) => {
    if (!('JsonArgument' in node)) throw refuse(scope, 'this argument of PASSING')
    const { val, name = '' } = node.JsonArgument
    return { name, arg: bindJsonValue(scope, val as Ast.JsonValueExpr) }
  })
  return { variables: passing.map(({ name }) => name), args: passing.map(({ arg }) => arg) }
}

/** @throws PgError 42804 */
const bindPath = (scope: Scope, node: Ast.Node | undefined): Expr => {
  const bound = bindExpression(scope, node as Ast.Node)
  if (bound.type === OID.unknown) return coerceArgument(scope.statement, bound, OID.jsonpath)
  const coerced = coerceToTarget(scope.statement, bound, OID.jsonpath, -1, 'explicit')
  if (coerced === undefined)
    throw new PgError(
      '42804',
      `JSON path expression must be of type jsonpath, not of type ${formatType(scope.statement.catalog, bound.type)}`,
      bound.position === undefined ? {} : { position: bound.position },
    )
  return coerced
}

const CONSTRUCTS: Readonly<Record<string, Construct>> = {
  JSON_EXISTS_OP: 'exists',
  JSON_VALUE_OP: 'value',
  JSON_QUERY_OP: 'query',
}

const DEFAULT_TYPES: Readonly<Record<Construct, number>> = {
  exists: OID.bool,
  value: OID.text,
  query: OID.jsonb,
}

export const bindJsonFunction = (scope: Scope, node: Ast.JsonFuncExpr): Expr => {
  const { op = 'JSON_EXISTS_OP', context_item, pathspec, passing, output, on_empty, on_error, wrapper, quotes } = node
  const { location } = node
  const construct = CONSTRUCTS[op]
  if (construct === undefined) throw refuse(scope, op, location)
  const document = bindJsonValue(scope, context_item as Ast.JsonValueExpr, OID.jsonb)
  const path = bindPath(scope, pathspec)
  const { variables, args } = bindPassing(scope, passing)
  const returning = bindReturning(scope, output) ?? { type: DEFAULT_TYPES[construct], typmod: -1 }
  const query = bindQuery(scope, construct, returning, {
    wrapper,
    quotes,
    onEmpty: on_empty,
    onError: on_error,
    location,
  })
  return sqlJson(
    scope,
    { name: 'query', variables, query },
    [document, path, ...args],
    returning.type,
    location,
    returning.typmod,
  )
}
