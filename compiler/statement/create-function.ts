/**
 * CREATE FUNCTION and CREATE PROCEDURE, in SQL and PL/pgSQL. Manual: "User-Defined Functions"; after functioncmds.c.
 * The catalog keeps the text; the session executes it.
 */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { errorAt, nothingElse, refuse, type Scope } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { FunctionBody, FunctionInfo } from '../catalog/entries.ts'
import { OID } from '../catalog/oid.ts'
import type { DefinitionPlan } from '../plan.ts'
import { atomicStatements } from '../routine/atomic.ts'
import type { StatementContext } from './context.ts'
import { creationSchema, definition, scopeOf } from './definition.ts'
import { type FunctionOptions, hintsOf, readOptions, stringOf } from './function-options.ts'
import { EVENT_TRIGGER, type Parameter, resolveParameters, resolveResult } from './function-signature.ts'
import { inBody } from './in-body.ts'
import { changedSettings } from './setting-change.ts'
import { checkSqlBody } from './sql-body.ts'

export const planCreateFunction = (context: StatementContext, node: Ast.CreateFunctionStmt): DefinitionPlan => {
  const {
    is_procedure: procedure = false,
    replace = false,
    funcname = [],
    parameters: nodes = [],
    returnType,
    options: optionNodes = [],
    sql_body: sqlBody,
    ...rest
  } = node
  const scope = scopeOf(context)
  nothingElse(scope, 'CREATE FUNCTION', rest)
  const { statement } = scope
  const path = funcname.map(stringOf)
  const name = path.at(-1) ?? ''
  const schema = creationSchema(scope, {
    ...(path.length > 1 ? { schemaname: path.at(-2) as string } : {}),
    relpersistence: 'p',
    location: -1,
  })
  const options = readOptions(scope, optionNodes, procedure)
  const language = options.language ?? (sqlBody === undefined ? undefined : 'sql')
  if (language === undefined) throw new PgError('42P13', 'no language specified')
  if (language !== 'sql' && language !== 'plpgsql') {
    if (['internal', 'c'].includes(language)) throw refuse(scope, `a function in language ${language}`)
    throw new PgError('42704', `language "${language}" does not exist`)
  }
  const parameters = resolveParameters(scope, nodes, language)
  if (procedure) requireOrder(scope, nodes, parameters)
  const result = resolveResult(scope, returnType, parameters, language, procedure)
  if (options.text === undefined && sqlBody === undefined) throw new PgError('42P13', 'no function body specified')
  if (options.text !== undefined && sqlBody !== undefined)
    throw new PgError('42P13', 'duplicate function body specified')
  const statements = sqlBody === undefined ? undefined : atomicStatements(sqlBody)
  const settings = changedSettings([], options.settings)
  const fresh = makeFunction(scope, {
    name,
    schema,
    procedure,
    parameters,
    result,
    options,
    body: {
      language,
      text: options.text ?? '',
      ...(statements === undefined ? {} : { statements }),
      ...(options.asOwner ? { asOwner: true } : {}),
      ...(settings.length === 0 ? {} : { settings }),
    },
  })
  const before = statement.catalog
    .functionsNamed(schema, name)
    .find((other) => other.body !== undefined && other.args.join() === fresh.args.join())
  if (before !== undefined) requireReplaceable(before, fresh, replace, parameters)
  const oid = before?.oid ?? statement.catalog.contents.nextOid
  const fn = { ...fresh, oid }
  const catalog = withFunction(statement.catalog, fn)
  if (language === 'sql') checkSqlBody({ ...context, statement: { ...statement, catalog } }, fn, options.location)
  else {
    const { server } = context.host ?? {}
    if (server === undefined) throw refuse(scope, 'PL/pgSQL, which sessions run,', options.location)
    inBody(scope, options, () => server.checkPlpgsql(statement.catalog, fn, kindOf(result.type)))
  }
  return definition(context, procedure ? 'CREATE PROCEDURE' : 'CREATE FUNCTION', catalog)
}

const kindOf = (result: number): 'trigger' | 'event trigger' | 'function' =>
  result === OID.trigger ? 'trigger' : result === EVENT_TRIGGER ? 'event trigger' : 'function'

export const withFunction = (catalog: Catalog, fn: FunctionInfo): Catalog =>
  catalog.with({
    functions: new Map(catalog.contents.functions).set(fn.oid, fn),
    nextOid: Math.max(catalog.contents.nextOid, fn.oid + 1),
  })

interface Parts {
  readonly name: string
  readonly schema: string
  readonly procedure: boolean
  readonly parameters: readonly Parameter[]
  readonly result: { readonly type: number; readonly set: boolean }
  readonly options: FunctionOptions
  readonly body: FunctionBody
}

const makeFunction = (scope: Scope, parts: Parts): Omit<FunctionInfo, 'oid'> => {
  const { parameters, result, options } = parts
  const inputs = parameters.filter(({ mode }) => mode === 'i' || mode === 'b' || mode === 'v')
  const plain = parameters.every(({ mode }) => mode === 'i')
  const variadic = inputs.find(({ mode }) => mode === 'v')
  const { catalog } = scope.statement
  const planning = hintsOf(options, result.set)
  return {
    ...(planning === undefined ? {} : { planning }),
    schema: parts.schema,
    name: parts.name,
    args: inputs.map(({ type }) => type),
    result: result.type,
    source: '',
    kind: parts.procedure ? 'p' : 'f',
    strict: options.strict ?? false,
    set: result.set,
    volatility: options.volatility ?? 'v',
    variadic:
      variadic === undefined
        ? 0
        : variadic.type === OID.anyarray
          ? OID.anyelement
          : catalog.elementType(catalog.baseType(variadic.type)),
    defaults: inputs.filter((each) => each.default !== undefined).length,
    defaultValues: null,
    defaultNodes: inputs.flatMap((each) => (each.default === undefined ? [] : [each.default])),
    allArgs: plain ? null : parameters.map(({ type }) => type),
    modes: plain ? null : parameters.map(({ mode }) => mode),
    names: parameters.some(({ name }) => name !== '') ? parameters.map(({ name }) => name) : null,
    body: parts.body,
  }
}

/** Output arguments of procedures are named by their calls. @throws PgError 42P13 */
const requireOrder = (scope: Scope, nodes: readonly Ast.Node[], parameters: readonly Parameter[]): void => {
  for (const [at, { mode }] of parameters.entries()) {
    if (mode !== 'o') continue
    const before = parameters.slice(0, at)
    const node = nodes[at]
    const wrong = (message: string): PgError =>
      errorAt(
        scope,
        node !== undefined && 'FunctionParameter' in node ? node.FunctionParameter.location : undefined,
        '42P13',
        message,
      )
    if (before.some((each) => each.default !== undefined))
      throw wrong('procedure OUT parameters cannot appear after one with a default value')
    if (before.some((each) => each.mode === 'v')) throw wrong('VARIADIC parameter must be the last parameter')
  }
}

/** What CREATE OR REPLACE may not change. @throws PgError 42723, 42P13, 42809 */
const requireReplaceable = (
  before: FunctionInfo,
  after: Omit<FunctionInfo, 'oid'>,
  replace: boolean,
  parameters: readonly Parameter[],
): void => {
  if (!replace) throw new PgError('42723', `function "${after.name}" already exists with same argument types`)
  if (before.kind !== after.kind)
    throw new PgError('42809', 'cannot change routine kind', {
      detail: `"${before.name}" is a ${before.kind === 'p' ? 'procedure' : 'function'}.`,
    })
  if (before.result !== after.result || before.set !== after.set)
    throw new PgError('42P13', `cannot change return type of existing ${after.kind === 'p' ? 'procedure' : 'function'}`)
  const outputs = (fn: Omit<FunctionInfo, 'oid'>): string =>
    JSON.stringify(
      (fn.modes ?? []).flatMap((mode, at) => ('obt'.includes(mode) ? [[fn.names?.[at], fn.allArgs?.[at]]] : [])),
    )
  if (before.result === OID.record && outputs(before) !== outputs(after))
    throw new PgError('42P13', 'cannot change return type of existing function', {
      detail: 'Row type defined by OUT parameters is different.',
    })
  const inputNames = (before.names ?? []).filter((_, at) => 'ibv'.includes(before.modes?.[at] ?? 'i'))
  const inputs = parameters.filter(({ mode }) => 'ibv'.includes(mode))
  for (const [at, name] of inputNames.entries())
    if (name !== '' && inputs[at]?.name !== name)
      throw new PgError('42P13', `cannot change name of input parameter "${name}"`)
  if (before.defaults > after.defaults)
    throw new PgError('42P13', 'cannot remove parameter defaults from existing function')
}
