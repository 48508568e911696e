/**
 * CREATE FUNCTION and CREATE PROCEDURE, in SQL and PL/pgSQL. Manual: "User-Defined Functions"; after functioncmds.c.
 * The catalog keeps the text; the session executes it.
 */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { errorAt, nothingElse, refuse, type Scope } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { FunctionBody, FunctionInfo, PlanningHints } from '../catalog/entries.ts'
import { OID } from '../catalog/oid.ts'
import type { DefinitionPlan } from '../plan.ts'
import { atomicStatements } from '../routine/atomic.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import type { StatementContext } from './context.ts'
import { creationSchema, definition, scopeOf } from './definition.ts'
import { EVENT_TRIGGER, type Parameter, resolveParameters, resolveResult } from './function-signature.ts'
import { inBody } from './in-body.ts'
import { checkSqlBody } from './sql-body.ts'

const stringOf = (node: Ast.Node | undefined): string =>
  node !== undefined && 'String' in node ? (node.String.sval ?? '') : ''

interface Options {
  language: string | undefined
  text: string | undefined
  location: number | undefined
  volatility: FunctionInfo['volatility']
  strict: boolean
  asOwner: boolean
  readonly planning: { -readonly [Hint in keyof PlanningHints]: PlanningHints[Hint] | undefined }
  settings: (readonly [name: string, value: string])[]
}

const booleanOf = (node: Ast.Node | undefined): boolean =>
  node !== undefined && 'Boolean' in node && (node.Boolean.boolval ?? false)

/** COST and ROWS. @throws PgError 22023 */
const positive = (name: string, node: Ast.Node | undefined): number => {
  const value =
    node !== undefined && 'Integer' in node
      ? (node.Integer.ival ?? 0)
      : node !== undefined && 'Float' in node
        ? Math.fround(Number(node.Float.fval))
        : 0
  if (value <= 0) throw new PgError('22023', `${name.toUpperCase()} must be positive`)
  return value
}

/** @throws PgError 42601 */
const parallelOf = (word: string): 's' | 'r' | undefined => {
  if (word === 'safe') return 's'
  if (word === 'restricted') return 'r'
  if (word === 'unsafe') return undefined
  throw new PgError('42601', 'parameter "parallel" must be SAFE, RESTRICTED, or UNSAFE')
}

/** The hints that are not as they are by default. @throws PgError 22023 */
const hintsOf = ({ planning }: Options, set: boolean): PlanningHints | undefined => {
  const { cost, rows, parallel, leakproof } = planning
  if (rows !== undefined && !set)
    throw new PgError('22023', 'ROWS is not applicable when function does not return a set')
  const hints = {
    ...(cost === undefined || cost === 100 ? {} : { cost }),
    ...(rows === undefined || rows === 1000 ? {} : { rows }),
    ...(parallel === undefined ? {} : { parallel }),
    ...(leakproof ? { leakproof } : {}),
  }
  return Object.keys(hints).length === 0 ? undefined : hints
}

const VOLATILITIES: Readonly<Record<string, FunctionInfo['volatility']>> = {
  immutable: 'i',
  stable: 's',
  volatile: 'v',
}

const readOptions = (scope: Scope, nodes: readonly Ast.Node[]): Options => {
  const options: Options = {
    language: undefined,
    text: undefined,
    location: undefined,
    volatility: 'v',
    strict: false,
    asOwner: false,
    planning: {},
    settings: [],
  }
  const seen = new Set<string>()
  for (const node of nodes) {
    if (!('DefElem' in node)) throw refuse(scope, 'this option')
    const { defname = '', arg, location } = node.DefElem
    if (seen.has(defname) && defname !== 'set')
      throw errorAt(scope, location, '42601', 'conflicting or redundant options')
    seen.add(defname)
    switch (defname) {
      case 'language':
        options.language = stringOf(arg).toLowerCase()
        break
      case 'as': {
        const parts = arg !== undefined && 'List' in arg ? (arg.List.items ?? []) : []
        if (parts.length !== 1) throw refuse(scope, 'an object file', location)
        options.text = stringOf(parts[0])
        options.location = location
        break
      }
      case 'volatility':
        options.volatility = VOLATILITIES[stringOf(arg)] ?? 'v'
        break
      case 'strict':
        options.strict = booleanOf(arg)
        break
      case 'cost':
      case 'rows':
        options.planning[defname] = positive(defname, arg)
        break
      case 'parallel':
        options.planning.parallel = parallelOf(stringOf(arg))
        break
      case 'leakproof':
        options.planning.leakproof = booleanOf(arg)
        break
      case 'security':
        options.asOwner = booleanOf(arg)
        break
      case 'set':
        options.settings.push(settingOf(scope, arg))
        break
      default:
        throw refuse(scope, `${defname} of CREATE FUNCTION`, location)
    }
  }
  return options
}

const FUNCTION_SETTINGS: ReadonlySet<string> = new Set([
  'search_path',
  'timezone',
  'datestyle',
  'intervalstyle',
  'extra_float_digits',
  'bytea_output',
  'client_min_messages',
  'work_mem',
  'statement_timeout',
  'lock_timeout',
])

/** SET name TO value, as a function has it. */
const settingOf = (scope: Scope, arg: Ast.Node | undefined): readonly [name: string, value: string] => {
  if (arg === undefined || !('VariableSetStmt' in arg) || arg.VariableSetStmt.kind !== 'VAR_SET_VALUE')
    throw refuse(scope, 'this SET of a function')
  const values = (arg.VariableSetStmt.args ?? []).map((value) => {
    if (!('A_Const' in value)) throw refuse(scope, 'this SET of a function')
    const { sval, ival, boolval } = value.A_Const
    return sval?.sval ?? (ival === undefined ? String(boolval?.boolval ?? false) : String(ival.ival ?? 0))
  })
  const name = (arg.VariableSetStmt.name ?? '').toLowerCase()
  if (!FUNCTION_SETTINGS.has(name)) throw refuse(scope, `SET ${name} of a function`)
  return [name, (name === 'search_path' ? values.map(quoteIdentifier) : values).join(', ')]
}

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
  const options = readOptions(scope, optionNodes)
  const language = options.language ?? (sqlBody === undefined ? undefined : 'sql')
  if (language === undefined) throw new PgError('42P13', 'no language specified')
  if (language !== 'sql' && language !== 'plpgsql') {
    if (['internal', 'c'].includes(language)) throw refuse(scope, `a function in language ${language}`)
    throw new PgError('42704', `language "${language}" does not exist`)
  }
  const parameters = resolveParameters(scope, nodes, language)
  const result = resolveResult(scope, returnType, parameters, language, procedure)
  if (options.text === undefined && sqlBody === undefined) throw new PgError('42P13', 'no function body specified')
  if (options.text !== undefined && sqlBody !== undefined)
    throw new PgError('42P13', 'duplicate function body specified')
  const statements = sqlBody === undefined ? undefined : atomicStatements(sqlBody)
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
      ...(options.settings.length === 0 ? {} : { settings: options.settings }),
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
  readonly options: Options
  readonly body: FunctionBody
}

const makeFunction = (scope: Scope, parts: Parts): Omit<FunctionInfo, 'oid'> => {
  const { parameters, result, options } = parts
  const inputs = parameters.filter(({ mode }) => mode === 'i' || mode === 'b' || mode === 'v')
  // A procedure's call names its output arguments as well.
  if (parts.procedure && parameters.some(({ mode }) => mode === 'o'))
    throw refuse(scope, 'OUT arguments of a procedure')
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
    strict: options.strict,
    set: result.set,
    volatility: options.volatility,
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
