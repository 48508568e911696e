/** Executing a jsonpath. Manual: "The SQL/JSON Path Language"; after jsonpath_exec.c. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { compileRegex } from '../regex/regex.ts'
import { compareJson, type Json, JsonNumber } from '../types/json.ts'
import { isMomentMethod, type JsonPath, type Path } from '../types/jsonpath.ts'
import {
  add,
  type Decimal,
  divide,
  formatDecimal,
  modulo,
  multiply,
  negate,
  subtract,
  toDecimal,
  truncateScale,
} from '../types/numeric.ts'
import { compareText } from '../types/text.ts'
import { jsonTypeName } from './json.ts'
import { applyMethod, number, PathError, type PathOf } from './jsonpath-method.ts'
import { compareMoments, MOMENT_TYPES, Moment, momentOf, momentText, type PathSession } from './jsonpath-moment.ts'

type Truth = boolean | undefined

/** What a path comes by: a moment is no JSON until it is written. */
type Item = Json | Moment

/** How predicates treat errors while they look for one match. */
interface State extends PathSession {
  readonly lax: boolean
  readonly root: Json
  readonly variables: ReadonlyMap<string, Json>
  /** Only whether there is an item matters, not what it is. */
  readonly existence: boolean
  readonly current: Item
  /** Of the innermost array that is being subscripted. */
  readonly size: number | undefined
  readonly ignoreStructure: boolean
}

const isArray = (json: Item): json is Json[] => Array.isArray(json)
const isContainer = (json: Item): json is Json[] | Map<string, Json> => isArray(json) || json instanceof Map
const members = (json: Json[] | Map<string, Json>): Iterable<Json> => (isArray(json) ? json : json.values())

/** An item, then what the path asks of it. */
function* follow(state: State, path: Path, item: Item): Generator<Item> {
  if (path.next === undefined) yield item
  else yield* execute(state, path.next, item)
}

function* unwrapped(state: State, path: Path | undefined, array: Json[], unwrap = false): Generator<Item> {
  for (const item of array)
    if (path === undefined) yield item
    else yield* execute(state, path, item, unwrap)
}

/** What a path yields, arrays among it opened in lax mode. */
function* values(state: State, path: Path, json: Item, open = true): Generator<Item> {
  for (const item of execute(state, path, json))
    if (open && state.lax && isArray(item)) yield* item
    else yield item
}

function* descend(
  state: State,
  path: Path,
  container: Json[] | Map<string, Json>,
  level: number,
  from: number | undefined,
  to: number | undefined,
): Generator<Item> {
  if (to !== undefined && level > to) return
  for (const item of members(container)) {
    const leaf = from === undefined && to === undefined && !isContainer(item)
    if (leaf || (from !== undefined && level >= from))
      if (path.next === undefined) yield item
      else yield* execute({ ...state, ignoreStructure: true }, path.next, item, state.lax)
    if (isContainer(item)) yield* descend(state, path, item, level + 1, from, to)
  }
}

const OPERATIONS = { '+': add, '-': subtract, '*': multiply, '/': divide, '%': modulo } as const

function* arithmetic(state: State, path: PathOf<'arithmetic'>, json: Item): Generator<Item> {
  const operand = (arg: Path, side: 'left' | 'right'): JsonNumber => {
    const [value, ...more] = [...values({ ...state, existence: false }, arg, json)]
    if (!(value instanceof JsonNumber) || more.length > 0)
      throw new PathError(
        '22038',
        `${side} operand of jsonpath operator ${path.operator} is not a single numeric value`,
      )
    return value
  }
  const left = operand(path.left, 'left')
  const right = operand(path.right, 'right')
  let result: Decimal
  try {
    result = OPERATIONS[path.operator](toDecimal(left.text), toDecimal(right.text))
  } catch (error) {
    throw error instanceof PgError ? new PathError(error.code, error.message) : error
  }
  yield* follow(state, path, number(result))
}

function* signed(state: State, path: PathOf<'plus' | 'minus'>, json: Item): Generator<Item> {
  for (const item of [...values({ ...state, existence: false }, path.arg, json)]) {
    if (!(item instanceof JsonNumber)) {
      if (state.existence && path.next === undefined) continue
      throw new PathError(
        '2203B',
        `operand of unary jsonpath operator ${path.kind === 'plus' ? '+' : '-'} is not a numeric value`,
      )
    }
    yield* follow(state, path, path.kind === 'plus' ? item : number(negate(toDecimal(item.text))))
  }
}

function* subscripted(state: State, path: PathOf<'index'>, json: Item): Generator<Item> {
  if (!isArray(json) && !state.lax) {
    if (state.ignoreStructure) return
    throw new PathError('22039', 'jsonpath array accessor can only be applied to an array')
  }
  const items = isArray(json) ? json : [json]
  const inner = { ...state, size: items.length, existence: false }
  const index = (arg: Path): number => {
    const [value, ...more] = [...execute(inner, arg, json)]
    if (!(value instanceof JsonNumber) || more.length > 0)
      throw new PathError('22033', 'jsonpath array subscript is not a single numeric value')
    const at = Number(formatDecimal(truncateScale(toDecimal(value.text), 0)))
    if (!(at >= -2_147_483_648 && at <= 2_147_483_647))
      throw new PathError('22033', 'jsonpath array subscript is out of integer range')
    return at
  }
  for (const subscript of path.subscripts) {
    const from = index(subscript.from)
    const to = subscript.to === undefined ? from : index(subscript.to)
    if (!state.ignoreStructure && (from < 0 || from > to || to >= items.length))
      throw new PathError('22033', 'jsonpath array subscript is out of bounds')
    for (let at = Math.max(from, 0); at <= Math.min(to, items.length - 1); at++)
      yield* follow({ ...state, size: items.length }, path, items[at] ?? null)
  }
}

const ofItem = (state: State, path: PathOf<'method'>, item: Item): Json => {
  if (!(item instanceof Moment)) return applyMethod(path, item)
  if (path.name === 'type') return MOMENT_TYPES[item.kind]
  // Whatever else it may be, a moment is no number, boolean or container.
  return applyMethod(path, path.name === 'string' ? momentText(state, item) : null)
}

function* called(state: State, path: PathOf<'method'>, json: Item, unwrap: boolean): Generator<Item> {
  const { name } = path
  if (unwrap && isArray(json) && name !== 'type' && name !== 'size') {
    yield* unwrapped(state, path, json)
    return
  }
  if (name === 'size' && !isArray(json) && !state.lax) {
    if (state.ignoreStructure) return
    throw new PathError('22039', 'jsonpath item method .size() can only be applied to an array')
  }
  if (name !== 'keyvalue') {
    yield* follow(state, path, isMomentMethod(name) ? momentOf(state, path, json) : ofItem(state, path, json))
    return
  }
  if (!(json instanceof Map))
    throw new PathError('2203C', 'jsonpath item method .keyvalue() can only be applied to an object')
  // Elsewhere the id says where in PostgreSQL's own binary form the object lies.
  if (json !== state.root) throw unsupported('the jsonpath method .keyvalue() of an object within another')
  for (const [key, value] of json)
    yield* follow(
      state,
      path,
      new Map<string, Json>([
        ['id', new JsonNumber('0')],
        ['key', key],
        ['value', value],
      ]),
    )
}

function* execute(state: State, path: Path, json: Item, unwrap = state.lax): Generator<Item> {
  switch (path.kind) {
    case 'null':
      return yield* follow(state, path, null)
    case 'bool':
    case 'string':
      return yield* follow(state, path, path.value)
    case 'number':
      return yield* follow(state, path, new JsonNumber(path.value))
    case 'variable': {
      const value = state.variables.get(path.value)
      if (value === undefined) throw new PgError('42704', `could not find jsonpath variable "${path.value}"`)
      return yield* follow(state, path, value)
    }
    case 'root':
      return yield* follow(state, path, state.root)
    case 'current':
      return yield* follow(state, path, state.current)
    case 'last':
      return yield* follow(state, path, number({ digits: BigInt((state.size ?? 0) - 1), scale: 0 }))
    case 'key':
      if (json instanceof Map) {
        const value = json.get(path.value)
        if (value !== undefined) return yield* follow(state, path, value)
        if (state.ignoreStructure) return
        throw new PathError('2203A', `JSON object does not contain key "${path.value}"`)
      }
      if (unwrap && isArray(json)) return yield* unwrapped(state, path, json)
      if (state.ignoreStructure) return
      throw new PathError('2203A', 'jsonpath member accessor can only be applied to an object')
    case 'anyArray':
      if (isArray(json)) return yield* unwrapped(state, path.next, json, state.lax)
      if (state.lax) return yield* follow(state, path, json)
      if (state.ignoreStructure) return
      throw new PathError('22039', 'jsonpath wildcard array accessor can only be applied to an array')
    case 'anyKey':
      if (json instanceof Map) return yield* unwrapped(state, path.next, [...json.values()], state.lax)
      if (unwrap && isArray(json)) return yield* unwrapped(state, path, json)
      if (state.ignoreStructure) return
      throw new PathError('2203C', 'jsonpath wildcard member accessor can only be applied to an object')
    case 'index':
      return yield* subscripted(state, path, json)
    case 'any':
      if (path.from === 0) yield* follow({ ...state, ignoreStructure: true }, path, json)
      if (isContainer(json)) yield* descend(state, path, json, 1, path.from, path.to)
      return
    case 'arithmetic':
      return yield* arithmetic(state, path, json)
    case 'plus':
    case 'minus':
      return yield* signed(state, path, json)
    case 'filter':
      if (unwrap && isArray(json)) return yield* unwrapped(state, path, json)
      if (truth({ ...state, current: json }, path.arg, json) === true) yield* follow(state, path, json)
      return
    case 'method':
      return yield* called(state, path, json, unwrap)
    case 'and':
    case 'or':
    case 'not':
    case 'unknown':
    case 'compare':
    case 'startsWith':
    case 'regex':
    case 'exists':
      return yield* follow(state, path, truth(state, path, json) ?? null)
    default:
      return path satisfies never
  }
}

/** The items, or undefined where looking for them fails. */
const attempt = (items: Iterable<Item>): Item[] | undefined => {
  try {
    return [...items]
  } catch (error) {
    if (error instanceof PathError) return undefined
    throw error
  }
}

/** executePredicate: lax mode stops at a match, strict mode looks at all. */
const anyPair = (
  state: State,
  lefts: Item[] | undefined,
  rights: readonly Item[] | undefined,
  test: (left: Item, right: Item) => Truth,
): Truth => {
  if (lefts === undefined || rights === undefined) return undefined
  let [found, failed] = [false, false]
  for (const left of lefts)
    for (const right of rights) {
      const result = test(left, right)
      if (result === undefined) {
        if (!state.lax) return undefined
        failed = true
      } else if (result) {
        if (state.lax) return true
        found = true
      }
    }
  return found ? true : failed ? undefined : false
}

const compareItems = (state: State, operator: string, left: Item, right: Item): Truth => {
  if (left instanceof Moment || right instanceof Moment) {
    if (left === null || right === null) return operator === '!='
    if (!(left instanceof Moment && right instanceof Moment)) return undefined
    const order = compareMoments(state, left, right)
    return order === undefined ? undefined : holds(operator, order)
  }
  if (jsonTypeName(left) !== jsonTypeName(right)) return left === null || right === null ? operator === '!=' : undefined
  if (isContainer(left)) return undefined
  return holds(
    operator,
    typeof left === 'string' ? compareText(left, right as string) : compareJson(left, right, false),
  )
}

const holds = (operator: string, order: number): boolean => {
  switch (operator) {
    case '==':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '>':
      return order > 0
    case '<=':
      return order <= 0
    default:
      return order >= 0
  }
}

/** XQuery's flags as PostgreSQL's: `.` stops at line ends unless `s`, `^` and `$` know lines with `m`. */
const regexFlags = (flags: string): string => {
  const insensitive = flags.includes('i') ? 'i' : ''
  if (flags.includes('q')) return `q${insensitive}`
  const [dotAll, lines] = [flags.includes('s'), flags.includes('m')]
  return `${dotAll ? (lines ? 'w' : '') : lines ? 'n' : 'p'}${insensitive}`
}

/** executeBoolItem; undefined is unknown. */
const truth = (outer: State, path: Path, json: Item): Truth => {
  const state: State = outer.existence ? { ...outer, existence: false } : outer
  switch (path.kind) {
    case 'and': {
      const left = truth(state, path.left, json)
      if (left === false) return false
      const right = truth(state, path.right, json)
      return right === true ? left : right
    }
    case 'or': {
      const left = truth(state, path.left, json)
      if (left === true) return true
      const right = truth(state, path.right, json)
      return right === false ? left : right
    }
    case 'not': {
      const arg = truth(state, path.arg, json)
      return arg === undefined ? undefined : !arg
    }
    case 'unknown':
      return truth(state, path.arg, json) === undefined
    case 'compare':
      return anyPair(
        state,
        attempt(values(state, path.left, json)),
        attempt(values(state, path.right, json)),
        (left, right) => compareItems(state, path.operator, left, right),
      )
    case 'startsWith':
      return anyPair(
        state,
        attempt(values(state, path.left, json)),
        attempt(values(state, path.right, json, false)),
        (whole, initial) =>
          typeof whole === 'string' && typeof initial === 'string' ? whole.startsWith(initial) : undefined,
      )
    case 'regex': {
      const regex = compileRegex(path.pattern, regexFlags(path.flags))
      return anyPair(state, attempt(values(state, path.left, json)), [null], (text) =>
        typeof text === 'string' ? regex.test(text) : undefined,
      )
    }
    case 'exists': {
      if (!state.lax) {
        const found = attempt(values(state, path.arg, json, false))
        return found === undefined ? undefined : found.length > 0
      }
      return firstOf({ ...state, existence: true }, path.arg, json)
    }
    default:
      throw new Error(`${path.kind} is no predicate`)
  }
}

/** Whether there is a first item; undefined where looking for it fails. */
const firstOf = (state: State, path: Path, json: Item): Truth => {
  try {
    return execute(state, path, json).next().done !== true
  } catch (error) {
    if (error instanceof PathError) return undefined
    throw error
  }
}

const stateOf = (session: PathSession, json: Json, path: JsonPath, variables: ReadonlyMap<string, Json>): State => ({
  ...session,
  lax: !path.strict,
  root: json,
  current: json,
  variables,
  existence: false,
  size: undefined,
  ignoreStructure: !path.strict,
})

/** The items that a path finds in a document. @param written what moments are told as @throws PathError */
export function* query(
  session: PathSession,
  json: Json,
  path: JsonPath,
  variables: ReadonlyMap<string, Json>,
  written: (moment: Moment) => string = (moment) => momentText(session, moment),
): Generator<Json> {
  for (const item of execute(stateOf(session, json, path, variables), path.root, json))
    yield item instanceof Moment ? written(item) : item
}

/** Whether a path finds anything. @throws PathError */
export const exists = (
  session: PathSession,
  json: Json,
  path: JsonPath,
  variables: ReadonlyMap<string, Json>,
): boolean => {
  const state = stateOf(session, json, path, variables)
  if (state.lax) return execute({ ...state, existence: true }, path.root, json).next().done !== true
  return [...execute(state, path.root, json)].length > 0
}
