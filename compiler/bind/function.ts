/** Function calls: which function, with which defaults; aggregates and window functions too. After parse_func.c. */

import type { FuncCall, Node } from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { aggregatesByFunction } from '../catalog/builtin.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { FunctionInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { functionSchemasFor } from '../catalog/search-path.ts'
import { parseExpressions } from '../parse.ts'
import type { Expr, SortItem } from '../tree/expression.ts'
import { positionOf, rangeOf, some } from '../tree/walk.ts'
import { visitExpression } from '../tree/walk-query.ts'
import { accepts, selectCandidate } from './candidate.ts'
import { coerceArgument, coerceToBoolean, coerceToTarget, pathway } from './coerce.ts'
import { bindExpression } from './expression.ts'
import { inlineFunction } from './inline.ts'
import { checkDirectArguments, unifyHypothetical } from './ordered-set.ts'
import { needFunction, requireSchemaUsage } from './permission.ts'
import { resolvePolymorphic } from './polymorphic.ts'
import { errorAt, inClause, nothingElse, refuse, type Scope } from './scope.ts'
import { bindSortItems, requireDistinguishable } from './sort.ts'
import { storedStatement } from './statement.ts'
import { typeNamed } from './type-name.ts'
import { bindWindowReference } from './window.ts'

interface Match {
  readonly fn: FunctionInfo
  /** Declared types in the order of the actual arguments, variadic ones repeated, defaults last. */
  readonly args: readonly number[]
  /** For each declared argument the actual one, or -1 for its default. */
  readonly order: readonly number[]
  readonly variadic: boolean
}

const inputCount = (fn: FunctionInfo): number => fn.args.length

const inputNames = (fn: FunctionInfo): readonly string[] => {
  const { names, modes } = fn
  if (names === null) return []
  return modes === null ? names : names.filter((_, at) => 'ibv'.includes(modes[at] ?? ''))
}

/** How a function takes so many arguments, if it does (FuncnameGetCandidates). */
const matchShape = (
  fn: FunctionInfo,
  count: number,
  names: readonly string[],
  expandVariadic: boolean,
): Match | undefined => {
  const total = inputCount(fn)
  if (names.length > 0) {
    if (count > total || fn.variadic !== 0) return undefined
    const declared = inputNames(fn)
    const positional = count - names.length
    const order = Array.from({ length: total }, (_, at) => (at < positional ? at : -1))
    for (const [at, name] of names.entries()) {
      const slot = declared.indexOf(name)
      if (slot < positional || order[slot] !== -1) return undefined
      order[slot] = positional + at
    }
    if (order.some((actual, at) => actual < 0 && at < total - fn.defaults)) return undefined
    return { fn, args: fn.args, order, variadic: false }
  }
  if (fn.variadic !== 0 && expandVariadic && count >= total) {
    const element = fn.variadic
    const args = [...fn.args.slice(0, -1), ...Array.from({ length: count - total + 1 }, () => element)]
    return { fn, args, order: args.map((_, at) => at), variadic: true }
  }
  if (count > total || count < total - fn.defaults) return undefined
  return { fn, args: fn.args, order: fn.args.map((_, at) => (at < count ? at : -1)), variadic: false }
}

export interface FoundFunction extends Match {
  readonly kind: 'function'
}
export interface FoundCoercion {
  readonly kind: 'coercion'
  readonly type: number
}

export const describeCall = (
  catalog: Catalog,
  name: string,
  types: readonly number[],
  names: readonly string[],
): string => {
  const positional = types.length - names.length
  const args = types.map((type, at) => {
    const text = formatType(catalog, type)
    return at < positional ? text : `${names[at - positional]} => ${text}`
  })
  return `${name}(${args.join(', ')})`
}

/** The functions of a name that can be seen. @throws PgError 3F000 when the schema named does not exist */
export const visibleFunctions = (scope: Scope, path: readonly string[], location?: number): FunctionInfo[] => {
  const { catalog, settings } = scope.statement
  const [schema, name = ''] = [path.at(-2), path.at(-1)]
  if (schema !== undefined && !catalog.hasSchema(schema) && schema !== 'pg_temp')
    throw errorAt(scope, location, '3F000', `schema "${schema}" does not exist`)
  requireSchemaUsage(scope.statement, schema, location)
  return functionSchemasFor(path, settings.searchPath).flatMap((schema) => catalog.functionsNamed(schema, name))
}

/** func_get_detail. @throws PgError 42883, 42725 */
export const findFunction = (
  scope: Scope,
  path: readonly string[],
  types: readonly number[],
  names: readonly string[],
  options: {
    readonly variadic: boolean
    readonly location: number | undefined
    /** How the functions are seen by what looks for one. */
    readonly seenAs?: (fn: FunctionInfo) => FunctionInfo
  },
): FoundFunction | FoundCoercion => {
  const { catalog } = scope.statement
  const visible = visibleFunctions(scope, path, options.location)
  const functions = options.seenAs === undefined ? visible : visible.map(options.seenAs)
  const display = path.join('.')
  const seen = new Map<string, Match>()
  for (const fn of functions) {
    const match = matchShape(fn, types.length, names, !options.variadic)
    if (match === undefined) continue
    const key = match.args.slice(0, types.length).join()
    const other = seen.get(key)
    // Of two with the same arguments the one that needs no variadic expansion or defaults wins.
    if (
      other === undefined ||
      (other.variadic && !match.variadic) ||
      (other.fn.args.length > fn.args.length && !match.variadic)
    )
      seen.set(key, match)
  }
  const matches = [...seen.values()]
  const declaredOf = (match: Match): number[] => {
    const byActual: number[] = []
    for (const [slot, actual] of match.order.entries()) if (actual >= 0) byActual[actual] = match.args[slot] ?? 0
    return byActual
  }
  const exact = matches.find((match) => declaredOf(match).every((type, at) => type === types[at]))
  if (exact !== undefined) return { kind: 'function', ...exact }

  // A type's name used as a function of one argument is a cast when it needs no more than a relabelling.
  if (types.length === 1 && names.length === 0) {
    const [source = 0] = types
    const target = typeNamed(scope.statement, path)
    if (target !== undefined) {
      const isLiteral = source === OID.unknown
      const path = isLiteral ? undefined : pathway(catalog, target.oid, source, 'explicit')
      if (isLiteral || path?.kind === 'relabel') return { kind: 'coercion', type: target.oid }
      if (
        path?.kind === 'io' &&
        !(source === OID.record || catalog.type(source).kind === 'c') &&
        catalog.type(target.oid).category === 'S'
      )
        return { kind: 'coercion', type: target.oid }
    }
  }
  const fitting = matches
    .map((match) => ({ match, args: declaredOf(match) }))
    .filter(({ args }) => accepts(catalog, args, types))
  if (fitting.length === 0) {
    throw errorAt(
      scope,
      options.location,
      '42883',
      `function ${describeCall(catalog, display, types, names)} does not exist`,
      { hint: 'No function matches the given name and argument types. You might need to add explicit type casts.' },
    )
  }
  const chosen = fitting.length === 1 ? fitting[0] : selectCandidate(catalog, types, fitting)
  if (chosen === undefined)
    throw errorAt(
      scope,
      options.location,
      '42725',
      `function ${describeCall(catalog, display, types, names)} is not unique`,
      { hint: 'Could not choose a best candidate function. You might need to add explicit type casts.' },
    )
  return { kind: 'function', ...chosen.match }
}

/** The arguments of a call in declared order, converted, with defaults filled in and VARIADIC ones gathered. */
export const arrangeArguments = (
  scope: Scope,
  { fn, args: declared, order, variadic }: FoundFunction,
  actual: readonly Expr[],
  location: number | undefined,
): { readonly args: Expr[]; readonly result: number } => {
  const { statement } = scope
  const defaults = order.includes(-1) && fn.defaults > 0 ? defaultArguments(scope, fn) : []
  const inOrder = order.map((at, slot) => {
    const given = at < 0 ? defaults[slot - (fn.args.length - fn.defaults)] : actual[at]
    if (given === undefined) throw refuse(scope, `the default of an argument of ${fn.name}()`, location)
    return given
  })
  let resolution: ReturnType<typeof resolvePolymorphic>
  try {
    resolution = resolvePolymorphic(
      statement.catalog,
      declared,
      inOrder.map(({ type }) => type),
      fn.result,
    )
  } catch (error) {
    if (error instanceof PgError) throw errorAt(scope, undefined, error.code, error.message)
    throw error
  }
  if (resolution === undefined) throw errorAt(scope, location, '42883', `function ${fn.name} does not exist`)
  const { args: types, result } = resolution
  const coerced = inOrder.map((arg, at) => coerceArgument(statement, arg, types[at] ?? 0))
  if (!variadic || fn.variadic === OID.any) return { args: coerced, result }
  const fixed = fn.args.length - 1
  const element = types[fixed] ?? 0
  const { array } = statement.catalog.type(element)
  const gathered: Expr = {
    kind: 'array',
    elements: coerced.slice(fixed),
    nested: false,
    type: array,
    typmod: -1,
  }
  return { args: [...coerced.slice(0, fixed), gathered], result }
}

/** What stands for the arguments that a call leaves out. */
export const defaultArguments = (scope: Scope, fn: FunctionInfo): Expr[] => {
  const own: Scope = { ...scope, items: [], statement: storedStatement(scope.statement) }
  return (fn.defaultNodes ?? parseExpressions(fn.defaultValues ?? '')).map((node) => bindExpression(own, node))
}

/** A call of a function known by oid, its arguments of the declared types. */
export const callFunction = (scope: Scope, oid: number, args: readonly Expr[], position?: number): Expr => {
  const fn = scope.statement.catalog.fn(oid)
  return {
    kind: 'call',
    fn,
    args: args.map((arg, at) => coerceArgument(scope.statement, arg, fn.args[at] ?? 0)),
    type: fn.result,
    typmod: -1,
    position,
  }
}

const FORBIDDEN_IN: Partial<Record<Scope['clause'], string>> = {
  where: 'WHERE',
  'join on': 'JOIN conditions',
  'group by': 'GROUP BY',
  limit: 'LIMIT',
  offset: 'OFFSET',
  values: 'VALUES',
  'update target': 'UPDATE',
  returning: 'RETURNING',
  filter: 'FILTER',
  'function in from': 'functions in FROM',
  'from subquery': 'FROM clause of their own query level',
  check: 'check constraints',
  default: 'DEFAULT expressions',
  'index expression': 'index expressions',
  'index predicate': 'index predicates',
  'generated column': 'column generation expressions',
  'partition key': 'partition key expressions',
  'partition bound': 'partition bound',
  'merge when': 'MERGE WHEN conditions',
  'trigger when': 'trigger WHEN conditions',
  execute: 'EXECUTE parameters',
  'domain check': 'check constraints',
  call: 'CALL arguments',
}

/** Binds a function call node of any kind. */
export const bindCall = (scope: Scope, node: FuncCall): Expr => {
  const {
    funcname = [],
    args: argNodes = [],
    agg_order: orderNodes = [],
    agg_filter: filterNode,
    over,
    agg_within_group: withinGroup = false,
    agg_star: star = false,
    agg_distinct: distinct = false,
    func_variadic: variadic = false,
    funcformat: format,
    location,
    ...rest
  } = node
  nothingElse(scope, 'function call', rest)
  const path = funcname.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  const display = path.join('.')
  const names: string[] = []
  const actual = argNodes.map((arg) => {
    if ('NamedArgExpr' in arg) {
      names.push(arg.NamedArgExpr.name ?? '')
      return bindExpression(scope, arg.NamedArgExpr.arg as Node)
    }
    if (names.length > 0) throw errorAt(scope, location, '42601', 'positional argument cannot follow named argument')
    return bindExpression(scope, arg)
  })
  const filter = filterNode && inClause(scope, 'filter', () => bindExpression(scope, filterNode))
  const ordered = withinGroup ? orderNodes.map((item) => bindExpression(scope, sortNode(item))) : []
  const position = scope.statement.position(location)
  const found = findFunction(
    scope,
    path,
    [...actual, ...ordered].map(({ type }) => type),
    names,
    { variadic, location },
  )
  if (found.kind === 'coercion') {
    const [arg] = actual
    const result = arg && coerceToTarget(scope.statement, arg, found.type, -1, 'explicit')
    if (result === undefined || filter !== undefined || over !== undefined)
      throw refuse(scope, `the call of ${display}`, location)
    return { ...result, position }
  }
  const { fn } = found
  const notAggregate = (what: string, code = '42809'): PgError =>
    errorAt(scope, location, code, `${what} specified, but ${display} is not an aggregate function`)
  if (fn.kind === 'p')
    throw errorAt(
      scope,
      location,
      '42809',
      `${describeCall(
        scope.statement.catalog,
        display,
        actual.map(({ type }) => type),
        names,
      )} is a procedure`,
      {
        hint: 'To call a procedure, use CALL.',
      },
    )
  const last = actual.at(-1)
  if (
    variadic &&
    fn.variadic === OID.any &&
    last !== undefined &&
    !scope.statement.catalog.isArray(scope.statement.catalog.baseType(last.type))
  ) {
    if (last.type === OID.unknown) throw refuse(scope, 'VARIADIC of a value of no type', location)
    throw errorAt(
      scope,
      undefined,
      '42804',
      'VARIADIC argument must be an array',
      last.position === undefined ? {} : { position: positionOf(last) ?? last.position },
    )
  }
  if (scope.statement.written && (names.length > 0 || found.order.includes(-1)))
    throw refuse(scope, 'the text of a call with named or left out arguments', location)
  const isHypothetical = withinGroup && aggregatesByFunction.get(fn.oid)?.kind === 'h'
  const given = [...actual, ...ordered]
  const all = isHypothetical ? unifyHypothetical(scope, display, given, ordered.length, location) : given
  const { args, result } = arrangeArguments(scope, found, all, location)
  const typed = { type: result, typmod: -1, position }
  needFunction(scope, fn)
  if (fn.kind === 'f') {
    if (star)
      throw errorAt(scope, location, '42809', `${display}(*) specified, but ${display} is not an aggregate function`)
    if (distinct) throw notAggregate('DISTINCT')
    if (withinGroup) throw notAggregate('WITHIN GROUP')
    if (orderNodes.length > 0) throw notAggregate('ORDER BY')
    if (filter !== undefined) throw notAggregate('FILTER')
    if (over !== undefined)
      throw errorAt(
        scope,
        location,
        '42809',
        `OVER specified, but ${display} is not a window function nor an aggregate function`,
      )
    const inlined = scope.statement.written ? undefined : inlineFunction(scope, fn, args, result, position)
    if (inlined !== undefined) return inlined
    if (fn.set) checkSetReturning(scope, location)
    const isSyntax = format === 'COERCE_SQL_SYNTAX' && scope.statement.written
    return {
      kind: 'call',
      fn,
      args,
      ...typed,
      ...(variadic ? { variadic } : {}),
      ...(isSyntax ? { syntax: true } : {}),
    }
  }
  if (fn.set) throw refuse(scope, 'a set-returning aggregate', location)
  if (fn.kind === 'w' && over === undefined)
    throw errorAt(scope, location, '42809', `window function ${display} requires an OVER clause`)
  if (fn.kind === 'a' && star && fn.args.length > 0)
    throw errorAt(scope, location, '42809', `${display}(*) must be used to call a parameterless aggregate function`)
  if (fn.kind === 'a' && fn.args.length === 0 && !star)
    throw errorAt(scope, location, '42809', `${display}(*) must be used to call a parameterless aggregate function`)

  if (over !== undefined) {
    if (distinct) throw errorAt(scope, location, '0A000', 'DISTINCT is not implemented for window functions')
    if (fn.kind === 'w' && filter !== undefined)
      throw errorAt(scope, location, '0A000', 'FILTER is not implemented for non-aggregate window functions')
    if (orderNodes.length > 0)
      throw errorAt(scope, location, '0A000', 'aggregate ORDER BY is not implemented for window functions')
    checkWindowAllowed(scope, location)
    if (fn.kind === 'a' && aggregatesByFunction.get(fn.oid)?.kind !== 'n')
      throw errorAt(scope, location, '0A000', `OVER is not supported for ordered-set aggregate ${display}`)
    const window = bindWindowReference(scope, over)
    scope.windowed = true
    return {
      kind: 'window',
      fn,
      args,
      star,
      filter: filter && coerceToBoolean(scope.statement, filter, 'FILTER'),
      window,
      ...typed,
    }
  }
  const info = aggregatesByFunction.get(fn.oid)
  const kind = info?.kind ?? 'n'
  if (kind !== 'n' && !withinGroup)
    throw errorAt(scope, location, '42809', `WITHIN GROUP is required for ordered-set aggregate ${display}`)
  if (kind === 'n' && withinGroup)
    throw errorAt(
      scope,
      location,
      '42809',
      `${display} is not an ordered-set aggregate, so it cannot have WITHIN GROUP`,
    )
  const direct = withinGroup ? args.length - orderNodes.length : 0
  const outer = checkAggregateAllowed(scope, [...args.slice(direct), ...(filter ? [filter] : [])], location)
  checkDirectArguments(scope, args.slice(0, direct), outer ?? scope.depth)
  let orderBy: SortItem[] = []
  if (withinGroup) {
    orderBy = bindSortItems(scope, orderNodes, args.slice(direct))
    return {
      kind: 'aggregate',
      fn,
      direct: args.slice(0, direct),
      args: args.slice(direct),
      star,
      distinct: false,
      orderBy,
      withinGroup,
      filter: filter && coerceToBoolean(scope.statement, filter, 'FILTER'),
      ...typed,
      ...(outer === undefined ? {} : { outer }),
    }
  }
  if (orderNodes.length > 0)
    orderBy = bindSortItems(
      scope,
      orderNodes,
      orderNodes.map((item) => bindExpression(scope, sortNode(item))),
    )
  if (distinct && orderBy.length === 0) requireDistinguishable(scope, args)
  const stray = distinct ? orderBy.find(({ expr }) => !actual.some((arg) => sameExpression(arg, expr))) : undefined
  if (stray !== undefined)
    throw errorAt(
      scope,
      undefined,
      '42P10',
      'in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list',
      positionOf(stray.expr) === undefined ? {} : { position: positionOf(stray.expr) as number },
    )
  return {
    kind: 'aggregate',
    fn,
    direct: [],
    args,
    star,
    distinct,
    orderBy,
    filter: filter && coerceToBoolean(scope.statement, filter, 'FILTER'),
    ...typed,
    ...(variadic ? { variadic } : {}),
    ...(outer === undefined ? {} : { outer }),
  }
}

const sortNode = (item: Node): Node => {
  if ('SortBy' in item && item.SortBy.node !== undefined) return item.SortBy.node
  throw new Error('not a sort clause')
}

const identity = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)

/** Whether two expressions are the same but for where they stand. */
export const sameExpression = (left: Expr, right: Expr): boolean => {
  if (left === right) return true
  if (left.kind !== right.kind || left.type !== right.type) return false
  if (left.kind === 'column' && right.kind === 'column') return left.range === right.range && left.index === right.index
  if (left.kind === 'const' && right.kind === 'const') return left.value === right.value
  const plain = (expr: Expr): string =>
    JSON.stringify(expr, (key, value) => {
      if (key === 'position' || key === 'cast') return undefined
      if (key === 'fn') return (value as FunctionInfo).oid
      if (key === 'range') return (value as { alias: string }).alias
      if (key === 'query') return queryIdentity(value as object)
      return identity(key, value)
    })
  return plain(left) === plain(right)
}

const queryIds = new WeakMap<object, number>()
let queries = 0
const queryIdentity = (query: object): number => {
  const known = queryIds.get(query) ?? ++queries
  queryIds.set(query, known)
  return known
}

/**
 * An aggregate belongs to the innermost query of the columns that it takes (check_agg_arguments).
 * @returns the depth of that query where it is not the one at hand
 */
const checkAggregateAllowed = (
  scope: Scope,
  args: readonly Expr[],
  location: number | undefined,
): number | undefined => {
  const { depth } = scope
  let nested: Expr | undefined
  for (const arg of args)
    some(arg, (it) => {
      if (it.kind === 'aggregate') nested ??= it
      return nested !== undefined
    })
  if (nested !== undefined)
    throw errorAt(scope, undefined, '42803', 'aggregate function calls cannot be nested', {
      ...(nested.position === undefined ? {} : { position: nested.position }),
    })
  if (args.some((arg) => some(arg, ({ kind }) => kind === 'window')))
    throw errorAt(scope, location, '42803', 'aggregate function calls cannot contain window function calls')
  if (args.some((arg) => some(arg, (it) => it.kind === 'call' && it.fn.set)))
    throw errorAt(scope, location, '0A000', 'aggregate function calls cannot contain set-returning function calls')
  let level = -1
  const inner: Expr[] = []
  for (const arg of args)
    visitExpression(arg, (it) => {
      const range = rangeOf(it)
      if (range !== undefined && range.depth <= depth) level = Math.max(level, range.depth)
      if (it.kind === 'aggregate') inner.push(it)
    })
  let owner: Scope = scope
  if (level >= 0) while (owner.depth > level && owner.parent !== undefined) owner = owner.parent
  const taken = inner.find((it) => it.kind === 'aggregate' && it.outer === owner.depth)
  if (taken !== undefined)
    throw errorAt(scope, undefined, '42803', 'aggregate function calls cannot be nested', {
      ...(taken.position === undefined ? {} : { position: taken.position }),
    })
  const place = FORBIDDEN_IN[owner.clause]
  if (place !== undefined) throw errorAt(scope, location, '42803', `aggregate functions are not allowed in ${place}`)
  owner.aggregated = true
  if (owner === scope) return undefined
  owner.outerAggregates = true
  return owner.depth
}

const checkWindowAllowed = (scope: Scope, location: number | undefined): void => {
  const { clause } = scope
  if (clause === 'target' || clause === 'order by' || clause === 'distinct on') return
  const place =
    FORBIDDEN_IN[clause] ??
    (clause === 'having' ? 'HAVING' : clause.startsWith('window') ? 'window definitions' : undefined)
  if (place === undefined) throw refuse(scope, 'a window function here', location)
  throw errorAt(scope, location, '42P20', `window functions are not allowed in ${place}`)
}

const checkSetReturning = (scope: Scope, location: number | undefined): void => {
  const { clause } = scope
  if (clause === 'function in from') return
  if (
    clause === 'target' ||
    clause === 'order by' ||
    clause === 'group by' ||
    clause === 'distinct on' ||
    clause === 'values'
  ) {
    scope.setReturning = true
    return
  }
  const place = FORBIDDEN_IN[clause] ?? (clause === 'having' ? 'HAVING' : undefined)
  if (place === undefined) throw refuse(scope, 'a set-returning function here', location)
  throw errorAt(scope, location, '0A000', `set-returning functions are not allowed in ${place}`)
}
