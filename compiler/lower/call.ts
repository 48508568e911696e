/** Calls of functions and operators: SQLite's own where it is exact, ours elsewhere. */
import { argumentTypes } from '../bind/argument-type.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { applyFunction } from '../evaluate/evaluate.ts'
import { scalarOf } from '../functions/registry.ts'
import { keepingErrors, losesErrors } from '../sqlite/operand-order.ts'
import { call, infix, literal, postfix, prefix, type Sql } from '../sqlite/tree.ts'
import type { Call } from '../tree/expression.ts'
import { loadElements } from '../types/codec.ts'
import { checkedArithmetic } from './checked-arithmetic.ts'
import { callUser, type Lowering, ROUTINE_PREFIX, refuseAt } from './context.ts'
import { datetimeComparison } from './datetime-comparison.ts'

type Template = (...args: readonly Sql[]) => Sql

const operator =
  (symbol: string): Template =>
  (left, right) =>
    infix(symbol, left as Sql, right as Sql)

/** Comparisons that SQLite makes as PostgreSQL does, given how the types are stored. */
const comparisons = (...types: readonly string[]): Record<string, Template> => {
  const symbols = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' }
  return Object.fromEntries(
    types.flatMap((type) =>
      Object.entries(symbols).map(([suffix, symbol]) => [`${type}${suffix}`, operator(symbol)] as const),
    ),
  )
}

const TEXT_COMPARISONS: Record<string, Template> = {
  texteq: operator('='),
  textne: operator('<>'),
  text_lt: operator('<'),
  text_le: operator('<='),
  text_gt: operator('>'),
  text_ge: operator('>='),
}

const same: Template = (arg) => arg as Sql

const trimmed = (arg: Sql | undefined): Sql => call('rtrim', arg as Sql, literal(' '))
const bpchar =
  (symbol: string): Template =>
  (left, right) =>
    infix(symbol, trimmed(left), trimmed(right))

/** Also with an integer, whose bits count. */
const xid =
  (symbol: string): Template =>
  (left, right) =>
    infix(symbol, left as Sql, infix('&', right as Sql, literal(0xffff_ffffn)))

/** C symbol → SQLite. Only what is exact for every value that the types can hold. */
const TEMPLATES: Readonly<Record<string, Template>> = {
  ...comparisons(
    'int2',
    'int4',
    'int8',
    'int24',
    'int42',
    'int28',
    'int82',
    'int48',
    'int84',
    'oid',
    'bool',
    'float8',
    'float4',
    'float48',
    'float84',
    'date_',
    'timestamp_',
    'timestamptz_',
    'time_',
    'uuid_',
    'bytea',
    'name',
    'char',
    'enum_',
    'pg_lsn_',
  ),
  ...TEXT_COMPARISONS,
  xideq: xid('='),
  xidneq: xid('<>'),
  timestamptz_eq: operator('='),
  bpchareq: bpchar('='),
  bpcharne: bpchar('<>'),
  bpcharlt: bpchar('<'),
  bpcharle: bpchar('<='),
  bpchargt: bpchar('>'),
  bpcharge: bpchar('>='),
  nameeqtext: operator('='),
  texteqname: operator('='),
  namenetext: operator('<>'),
  textnename: operator('<>'),
  textcat: (left, right) => infix('||', left as Sql, right as Sql),
  i2toi4: same,
  int48: same,
  int28: same,
  ftod: same,
  oidtoi8: same,
  int2up: same,
  int4up: same,
  int8up: same,
  bool_int4: same,
  int4_bool: (arg) => infix('<>', arg as Sql, literal(0n)),
  int2and: operator('&'),
  int4and: operator('&'),
  int8and: operator('&'),
  int2or: operator('|'),
  int4or: operator('|'),
  int8or: operator('|'),
  int4not: (arg) => prefix('~', arg as Sql),
  int8not: (arg) => prefix('~', arg as Sql),
  i4tod: (arg) => ({ kind: 'cast', arg: arg as Sql, type: 'REAL' }),
  i2tod: (arg) => ({ kind: 'cast', arg: arg as Sql, type: 'REAL' }),
  i8tod: (arg) => ({ kind: 'cast', arg: arg as Sql, type: 'REAL' }),
  date_mii: (days, count) => call('pg_date_mii', days as Sql, count as Sql),
  name_text: same,
  lower_c: (text) => call('lower', text as Sql),
  upper_c: (text) => call('upper', text as Sql),
  booltext: (arg) => ({
    kind: 'case',
    whens: [
      { when: arg as Sql, result: literal('true') },
      { when: postfix(arg as Sql, 'IS NULL'), result: literal(null) },
    ],
    otherwise: literal('false'),
  }),
  int4_text: (arg) => ({ kind: 'cast', arg: arg as Sql, type: 'TEXT' }),
  int2_numeric: (arg) => ({ kind: 'cast', arg: arg as Sql, type: 'TEXT' }),
  int4_numeric: (arg) => ({ kind: 'cast', arg: arg as Sql, type: 'TEXT' }),
  int8_numeric: (arg) => ({ kind: 'cast', arg: arg as Sql, type: 'TEXT' }),
}

/** Templates that call a function of ours need it registered, so they go the other way. */
const OURS: ReadonlySet<string> = new Set(['date_mii', 'int4_text'])

const usesPolymorphism = ({ fn, type }: Call, types: readonly number[]): boolean =>
  fn.args.some((declared, at) => declared !== types[at]) || fn.result !== type

/** A call with VARIADIC array of a function that takes any number of anything: the elements are its arguments. */
const lowerVariadic = (
  lowering: Lowering,
  expr: Call,
  args: readonly Sql[],
  types: readonly number[],
  feature: string,
): Sql => {
  const { fn, position } = expr
  const arrayType = types.at(-1) ?? 0
  return callUser(
    lowering,
    `pg_${fn.name}(${types.join()})variadic`,
    args,
    (env, values) => {
      const fixed = values.slice(0, -1)
      const array = values.at(-1) ?? null
      if (array === null && fn.name !== 'format') return null
      const element = env.catalog.elementType(env.catalog.baseType(arrayType))
      const elements = array === null ? [] : loadElements(env, arrayType, array).elements
      return applyFunction(env, fn, [...types.slice(0, -1), ...elements.map(() => element)], expr.type, [
        ...fixed,
        ...elements,
      ])
    },
    { position, feature },
  )
}

/** The SQLite expression for a call whose arguments have been lowered. */
export const lowerCall = (lowering: Lowering, expr: Call, args: readonly Sql[]): Sql => {
  const { fn, position } = expr
  const template =
    fn.schema === 'pg_catalog' && Object.hasOwn(TEMPLATES, fn.source) && !OURS.has(fn.source)
      ? TEMPLATES[fn.source]
      : undefined
  const exact = template?.(...args)
  const kept = exact && keepingErrors(exact)
  if (kept !== undefined) return kept
  const moments = fn.schema === 'pg_catalog' ? datetimeComparison(lowering, fn.source, args) : undefined
  if (moments !== undefined && !args.some((arg) => losesErrors(infix('=', arg, ...args)))) {
    lowering.rules.add('comparison of dates with timestamps')
    return moments
  }
  if (!lowering.target.has('functions') && fn.schema === 'pg_catalog') {
    const arithmetic = checkedArithmetic(fn.source, args)
    if (arithmetic !== undefined && !args.some((arg) => losesErrors(infix('=', arg, ...args)))) {
      lowering.rules.add('checked arithmetic')
      return arithmetic
    }
  }
  const types = argumentTypes(lowering.env.catalog, expr)
  const describe = `${fn.name}(${types.map((type) => formatType(lowering.env.catalog, type)).join(', ')})`
  const feature =
    expr.operator === undefined ? `the function ${describe}` : `the operator ${expr.operator} (${describe})`
  if (fn.set) throw refuseAt(`${describe} here`, position)
  if (fn.body !== undefined)
    return callUser(
      lowering,
      `${ROUTINE_PREFIX}${fn.oid}(${types.join()})${expr.type}${fn.volatility}`,
      args,
      (env, values) => applyFunction(env, env.catalog.fn(fn.oid), types, expr.type, values),
      { position, feature, deterministic: fn.volatility === 'i' },
    )
  if (scalarOf(lowering.env, fn) === undefined && exact === undefined) throw refuseAt(feature, position)
  if (expr.variadic && fn.variadic === OID.any) return lowerVariadic(lowering, expr, args, types, feature)
  const name = usesPolymorphism(expr, types)
    ? `pg_${fn.name}(${types.join()})`
    : `pg_${fn.source || fn.name}${fn.source === '' ? `_${fn.oid}` : ''}`
  return callUser(lowering, name, args, (env, values) => applyFunction(env, fn, types, expr.type, values), {
    position,
    feature,
    deterministic: fn.volatility !== 'v',
  })
}
