/** Expressions: typed tree to SQLite tree, one rule per kind. */
import { unsupported } from '../../wire/protocol/error.ts'
import { recordShape } from '../bind/record-shape.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { estimate } from '../evaluate/estimate.ts'
import { castArray, castByText, checkDomain, nestArrays, testArray, testFields } from '../evaluate/evaluate.ts'
import { fold, foldCondition, type Stability } from '../evaluate/fold.ts'
import { applySqlJson } from '../functions/sql-json.ts'
import { inOrder } from '../sqlite/operand-order.ts'
import {
  call,
  column,
  core,
  infix,
  literal,
  NULL,
  postfix,
  prefix,
  type Select,
  type Sql,
  select,
  when,
} from '../sqlite/tree.ts'
import type { Expr } from '../tree/expression.ts'
import type { OutputColumn, RangeEntry } from '../tree/query.ts'
import type { Value } from '../tree/value.ts'
import { children, isVolatile, mapChildren, some } from '../tree/walk.ts'
import { arrayOf, storeArray } from '../types/array.ts'
import { codecOf } from '../types/codec.ts'
import type { Environment } from '../types/environment.ts'
import { loadRecord, storeRecord } from '../types/record.ts'
import { fieldsText, textOfShaped } from '../types/record-text.ts'
import { lowerAggregate } from './aggregate.ts'
import { lowerCall } from './call.ts'
import { columnName } from './column-name.ts'
import { callUser, type Lowering, refuseAt } from './context.ts'
import type { FrameRows } from './frame.ts'
import { refersToSiblings } from './from.ts'
import { comparesAlike } from './key.ts'
import { tableOid, unlessAbsent } from './presence.ts'
import { lowerRowFunction } from './row-json.ts'
import { lowerSqlValue } from './sql-value.ts'
import { lowerSubquery, lowerSubqueryTest } from './subquery.ts'
import { lowerSubscript } from './subscript.ts'
import { generationOf } from './virtual-column.ts'

/** What stands for some expressions in the query at hand: grouping columns, window results, placeholders. */
export type Substitution = (expr: Expr) => Sql | undefined

export interface Place extends Lowering {
  /** Ranges that have been lowered already, elsewhere. */
  readonly prepared?: ReadonlyMap<RangeEntry, Select>
  /** Ranges whose rows must tell that they are there. */
  readonly marked?: ReadonlySet<RangeEntry>
  readonly substitute?: Substitution | undefined
  /** There is just one row, and it is computed: what fails in it fails the statement. */
  readonly certain?: boolean
  /** What `substitute` stands in for, and must therefore find unchanged. */
  readonly keep?: ((expr: Expr) => boolean) | undefined
  /** The rows among which frames are searched. */
  readonly frames?: FrameRows
  /** What stands for a row that an aggregate makes into JSON. */
  readonly rows?: Substitution | undefined
}

/** Ids for functions that are made for one expression: the same text, the same id. */
const shapes = new Map<string, number>()
export const shapeId = (expr: unknown): number => {
  const key = JSON.stringify(expr, (name, value) => {
    if (name === 'position') return undefined
    if (name === 'fn' && typeof value === 'object') return (value as { oid: number }).oid
    return typeof value === 'bigint' ? `${value}n` : value
  })
  const id = shapes.get(key) ?? shapes.size + 1
  shapes.set(key, id)
  return id
}

/** The columns of a range entry as SQLite sees them. */
export const lowerColumn = (lowering: Place, range: RangeEntry, index: number): Sql => {
  const { source } = range
  const generation = generationOf(lowering.env, range, index)
  if (generation !== undefined) return unlessAbsent(range, lowerExpression(lowering, generation), undefined)
  if (source.kind === 'functions') {
    if (source.ordinality && index === range.columns.length - 1)
      return infix('+', column(range.alias, 'key'), literal(1n))
    const type = lowering.env.catalog.baseType(range.columns[index]?.type ?? 0)
    const [first, second] = source.functions
    const single = second === undefined && first?.composite === false
    const value = single
      ? column(range.alias, 'value')
      : call('json_extract', column(range.alias, 'value'), literal(`$[${index}]`))
    return fromJson(value, type, lowering)
  }
  if (source.kind === 'subquery' && refersToSiblings(source.query, range.depth)) {
    const type = lowering.env.catalog.baseType(range.columns[index]?.type ?? 0)
    return fromJson(call('json_extract', column(range.alias, 'value'), literal(`$[${index}]`)), type, lowering)
  }
  if (source.kind === 'table' && source.relation.oid < FIRST_USER_OID) {
    const name = source.relation.columns[index]?.name ?? ''
    if (UNREADABLE.has(`${source.relation.name}.${name}`))
      throw refuseAt(`the column ${name} of ${source.relation.name}`, undefined)
  }
  return column(range.alias, columnName(range, index))
}

/** What the system catalogs say of files and of transactions. */
const UNREADABLE: ReadonlySet<string> = new Set(['pg_class.relfilenode'])

/** A value that has come through JSON: infinities and bytes are text there. */
const fromJson = (value: Sql, type: number, lowering: Lowering): Sql => {
  if (type === OID.bytea) return call('unhex', value)
  if (type === OID.float4 || type === OID.float8)
    return {
      kind: 'case',
      whens: [
        { when: infix('=', value, literal('Infinity')), result: literal(Number.POSITIVE_INFINITY) },
        { when: infix('=', value, literal('-Infinity')), result: literal(Number.NEGATIVE_INFINITY) },
      ],
      otherwise: value,
    }
  // An enum is stored as a real number, which JSON does not tell from an integer.
  return lowering.env.catalog.type(type).kind === 'e' ? { kind: 'cast', arg: value, type: 'REAL' } : value
}

const feature = (lowering: Lowering, from: number, to: number): string =>
  `the cast from ${formatType(lowering.env.catalog, from)} to ${formatType(lowering.env.catalog, to)}`

/** Types whose stored value is the text that their output function gives. */
const STORED_AS_TEXT: ReadonlySet<number> = new Set([
  OID.text,
  OID.varchar,
  OID.bpchar,
  OID.name,
  OID.unknown,
  OID.cstring,
  OID.numeric,
  OID.uuid,
  OID.json,
  OID.jsonb,
])
const INTEGERS: ReadonlySet<number> = new Set([OID.int2, OID.int4, OID.int8, OID.oid])
const ANY_TEXT: ReadonlySet<number> = new Set([OID.text, OID.varchar, OID.cstring])

const lowerIoCast = (place: Place, expr: Expr & { kind: 'ioCast' }): Sql => {
  const arg = lowerExpression(place, expr.arg)
  const { catalog } = place.env
  const [from, to] = [catalog.baseType(expr.arg.type), catalog.baseType(expr.type)]
  if (ANY_TEXT.has(to)) {
    if (STORED_AS_TEXT.has(from)) return arg
    if (INTEGERS.has(from)) return { kind: 'cast', arg, type: 'TEXT' }
    const { labels } = catalog.type(from)
    if (labels !== undefined)
      return labels.length === 0
        ? NULL
        : {
            kind: 'case',
            whens: labels.map(({ label, order }) => ({
              when: infix('=', arg, literal(order)),
              result: literal(label),
            })),
            otherwise: NULL,
          }
  }
  if (from === OID.record && ANY_TEXT.has(to)) return recordText(place, expr, arg)
  codecOf(place.env, from)
  codecOf(place.env, to)
  const source = expr.arg.type
  return callUser(
    place,
    `pg_cast:${source}:${expr.type}`,
    [arg],
    (env, [value = null]) => castByText(env, value, source, expr.type),
    { position: expr.position, feature: feature(place, source, expr.type) },
  )
}

/** A record as text, by the types that its expression tells. */
const recordText = (place: Place, expr: Expr & { kind: 'ioCast' }, arg: Sql): Sql => {
  const shape = recordShape(place.env.catalog, expr.arg)
  if (shape === undefined) return shapedText(place, expr, arg)
  for (const { type } of shape) codecOf(place.env, type)
  return callUser(
    place,
    `pg_record_text:${shapeId(shape.map(({ type }) => type))}`,
    [arg],
    (env, [value = null]) => (value === null ? null : textOfRecord(env, shape, value)),
    { position: expr.position, feature: 'a record as text' },
  )
}

/** The same of a record that knows its shape itself. */
const shapedText = (place: Place, expr: Expr & { kind: 'ioCast' }, arg: Sql): Sql =>
  callUser(
    place,
    'pg_shaped_text',
    [arg],
    (env, [value = null]) => (value === null ? null : textOfShaped(env, value)),
    { position: expr.position, feature: feature(place, OID.record, expr.type) },
  )

const textOfRecord = (env: Environment, shape: readonly OutputColumn[], value: Value): string =>
  fieldsText(env, shape, loadRecord(value))

const lowerRelabel = (place: Place, expr: Expr & { kind: 'relabel' }): Sql => {
  const arg = lowerExpression(place, expr.arg)
  const { catalog } = place.env
  const [from, to] = [catalog.baseType(expr.arg.type), catalog.baseType(expr.type)]
  if (from === to) return arg
  if (from === OID.int4 && catalog.type(to).category === 'N') return infix('&', arg, literal(4_294_967_295n))
  if (to === OID.int4)
    return when(infix('>', arg, literal(2_147_483_647n)), infix('-', arg, literal(4_294_967_296n)), arg)
  if (to === OID.bytea || from === OID.bytea) throw refuseAt(feature(place, from, to), expr.position)
  return arg
}

const lowerArray = (place: Place, expr: Expr & { kind: 'array' }): Sql => {
  const elements = expr.elements.map((element) => lowerExpression(place, element))
  const { catalog } = place.env
  const element = catalog.baseType(catalog.elementType(catalog.baseType(expr.type)))
  if (
    !expr.nested &&
    (INTEGERS.has(element) || (STORED_AS_TEXT.has(element) && element !== OID.json && element !== OID.jsonb))
  )
    return call('json_array', ...elements)
  if (expr.nested)
    return callUser(place, `pg_array:${expr.type}`, elements, (env, values) => nestArrays(env, expr.type, values), {
      position: expr.position,
      feature: 'an array of arrays',
    })
  return callUser(place, 'pg_array', elements, (_env, values) => storeArray(arrayOf(values)), {
    position: expr.position,
    feature: 'an array of this type',
  })
}

const lowerMinMax = (place: Place, expr: Expr & { kind: 'greatest' | 'least' }): Sql => {
  const args = expr.args.map((arg) => lowerExpression(place, arg))
  const codec = codecOf(place.env, expr.type)
  const greatest = expr.kind === 'greatest'
  const [only] = args
  if (args.length === 1 && only !== undefined) return only
  return callUser(
    place,
    `pg_${expr.kind}:${place.env.catalog.baseType(expr.type)}`,
    args,
    (env, values) =>
      values.reduce((best, value) => {
        if (value === null) return best
        if (best === null) return value
        const order = codec.compare(value, best, env)
        return (greatest ? order > 0 : order < 0) ? value : best
      }, null),
    { position: expr.position, feature: expr.kind.toUpperCase() },
  )
}

const lowerWholeRow = (place: Place, expr: Expr & { kind: 'wholeRow' }): Sql => {
  const { range } = expr
  const columns = range.columns.map(({ type, typmod }, index) =>
    lowerExpression(place, { kind: 'column', range, index, type, typmod }),
  )
  const row = callUser(place, 'pg_row', columns, (_env, values) => storeRecord(values), {
    position: expr.position,
    feature: 'a row as a value',
  })
  return unlessAbsent(expr.range, row, expr.position)
}

const BOOLEAN_TESTS = {
  true: ['IS', 1n],
  notTrue: ['IS NOT', 1n],
  false: ['IS', 0n],
  notFalse: ['IS NOT', 0n],
  unknown: ['IS', null],
  notUnknown: ['IS NOT', null],
} as const

/** The SQLite expression of a typed one. @throws PgError 0A000 where there is no exact one */
export const lowerExpression = (place: Place, expr: Expr): Sql => {
  const substituted = place.substitute?.(expr)
  if (substituted !== undefined) return substituted
  const lower = (inner: Expr): Sql => lowerExpression(place, inner)
  switch (expr.kind) {
    case 'const':
      return literal(expr.value)
    case 'param':
      return { kind: 'parameter', name: `p${expr.number}` }
    case 'column':
      return lowerColumn(place, expr.range, expr.index)
    case 'call':
      return lowerRowFunction(place, expr) ?? lowerCall(place, expr, expr.args.map(lower))
    case 'aggregate':
      return lowerAggregate(place, expr)
    case 'grouping':
      return literal(0n)
    case 'window':
      throw refuseAt('a window function here', expr.position)
    case 'and':
      return inOrder('AND', expr.args.map(lower))
    case 'or':
      return inOrder('OR', expr.args.map(lower))
    case 'not':
      return prefix('NOT', lower(expr.arg))
    case 'case':
      return {
        kind: 'case',
        whens: expr.whens.map((branch) => ({ when: lower(branch.when), result: lower(branch.result) })),
        otherwise: lower(expr.otherwise),
      }
    case 'coalesce': {
      const args = expr.args.map(lower)
      return args.length === 1 ? (args[0] as Sql) : call('coalesce', ...args)
    }
    case 'greatest':
    case 'least':
      return lowerMinMax(place, expr)
    case 'isNull':
      if (expr.fields) return lowerFieldsTest(place, expr)
      return postfix(lower(expr.arg), 'IS NULL')
    case 'isNotNull':
      if (expr.fields) return lowerFieldsTest(place, expr)
      return postfix(lower(expr.arg), 'IS NOT NULL')
    case 'booleanTest': {
      const [operator, value] = BOOLEAN_TESTS[expr.test]
      return infix(operator, lower(expr.arg), literal(value))
    }
    case 'distinctFrom': {
      const [left, right] = [lower(expr.left), lower(expr.right)]
      if (comparesAlike(place, [expr.left, expr.right])) return infix(expr.negated ? 'IS' : 'IS NOT', left, right)
      place.rules.add('IS DISTINCT FROM by equality')
      const equal = lower(expr.equal)
      const distinct = {
        kind: 'case' as const,
        whens: [
          { when: postfix(left, 'IS NULL'), result: postfix(right, 'IS NOT NULL') },
          { when: postfix(right, 'IS NULL'), result: literal(1n) },
        ],
        otherwise: prefix('NOT', equal),
      }
      return expr.negated ? prefix('NOT', distinct) : distinct
    }
    case 'rowComparison':
      return lowerRowComparison(place, expr)
    case 'inList': {
      // SQLite computes all items first; PostgreSQL stops at the first that decides.
      if (isPlainList(place, expr))
        return { kind: 'in', left: lower(expr.left), items: expr.items.map(lower), negated: expr.negated }
      if (some(expr.left, (it) => it.kind === 'scalar' || isVolatile(it)))
        throw refuseAt('IN of a volatile value', expr.position)
      place.rules.add('IN as its tests')
      return inOrder(expr.negated ? 'AND' : 'OR', expr.tests.map(lower))
    }
    case 'arrayTest':
      return callUser(
        place,
        `pg_array_test:${shapeId([expr.operator.oid, expr.fn.source, expr.all, expr.left.type, expr.array.type])}`,
        [lower(expr.left), lower(expr.array)],
        (env, [left = null, array = null]) => testArray(env, expr, left, array),
        { position: expr.position, feature: 'ANY or ALL of an array' },
      )
    case 'exists':
    case 'scalar':
    case 'arrayOf':
      return lowerSubquery(place, expr)
    case 'subqueryTest':
      return lowerSubqueryTest(place, expr)
    case 'placeholder':
      throw refuseAt('this use of a value', expr.position)
    case 'row':
      for (const { type } of expr.fields) codecOf(place.env, type)
      return callUser(place, 'pg_row', expr.fields.map(lower), (_env, values) => storeRecord(values), {
        position: expr.position,
        feature: 'a row as a value',
      })
    case 'wholeRow':
      return lowerWholeRow(place, expr)
    case 'tableoid':
      return tableOid(expr.range)
    case 'field': {
      const { index } = expr
      if (expr.arg.kind === 'row' && !some(expr.arg, (it) => it.kind === 'call'))
        return lower(expr.arg.fields[index] as Expr)
      return callUser(
        place,
        `pg_field_${index}`,
        [lower(expr.arg)],
        (_env, [value = null]) => (value === null ? null : (loadRecord(value)[index] ?? null)),
        { position: expr.position, feature: 'a field of a composite value' },
      )
    }
    case 'array':
      return lowerArray(place, expr)
    case 'subscript':
      return lowerSubscript(place, expr)
    case 'relabel':
      return lowerRelabel(place, expr)
    case 'ioCast':
      return lowerIoCast(place, expr)
    case 'arrayCast': {
      const { element } = expr
      return callUser(
        place,
        `pg_array_cast:${shapeId([expr.type, expr.arg.type, element])}`,
        [lower(expr.arg)],
        (env, [value = null]) => (value === null ? null : castArray(env, expr, value)),
        { position: expr.position, feature: 'this cast of an array' },
      )
    }
    case 'domain': {
      if (expr.checks.length === 0 && !expr.domain.domain?.notNull) return lower(expr.arg)
      return callUser(
        place,
        `pg_domain:${shapeId([expr.type, expr.checks])}`,
        [lower(expr.arg)],
        (env, [value = null]) => checkDomain(env, expr, value),
        { position: expr.position, feature: `the domain ${expr.domain.name}` },
      )
    }
    case 'sqlJson':
      return callUser(
        place,
        `pg_sql_json:${shapeId([expr.operation, expr.args.map(({ type }) => type)])}`,
        expr.args.map(lower),
        (env, values) => applySqlJson(env, expr, values),
        { position: expr.position, feature: `JSON_${expr.operation.name.toUpperCase()}` },
      )
    case 'sqlValue':
      return lowerSqlValue(place, expr)
    case 'default':
      throw unsupported('DEFAULT here')
    default:
      return expr satisfies never
  }
}

/** IS [NOT] NULL of a composite value. */
const lowerFieldsTest = (place: Place, expr: Expr & { kind: 'isNull' | 'isNotNull' }): Sql =>
  callUser(
    place,
    `pg_fields_${expr.kind}`,
    [lowerExpression(place, expr.arg)],
    (_env, [value = null]) => testFields(expr.kind, value),
    { position: expr.position, feature: 'a test of a composite value for NULL' },
  )

/** Whether SQLite's IN does the same. */
const isPlainList = (place: Place, { left, items }: Expr & { kind: 'inList' }): boolean =>
  items.every(({ kind }) => kind === 'const' || kind === 'param' || kind === 'column') &&
  comparesAlike(place, [left, ...items])

/** Both sides of a field are computed before either decides, also where one is NULL. */
const lowerRowComparison = (place: Place, { fields, last }: Expr & { kind: 'rowComparison' }): Sql => {
  const isPlain = ({ kind }: Expr): boolean => kind === 'const' || kind === 'column' || kind === 'param'
  for (const test of [...fields.map(({ less }) => less), last]) {
    const args = children(test)
    if (args.some((it) => it.kind === 'const' && it.value === null) && !args.every(isPlain))
      throw refuseAt('a comparison of rows with NULL', test.position)
  }
  return fields.reduceRight(
    (rest: Sql, { less, equal }): Sql => {
      const order = lowerExpression(place, less)
      return {
        kind: 'case',
        whens: [
          { when: order, result: literal(1n) },
          { when: lowerExpression(place, equal), result: rest },
          { when: postfix(order, 'IS NULL'), result: literal(null) },
        ],
        otherwise: literal(0n),
      }
    },
    lowerExpression(place, last),
  )
}

/** Where SQLite takes no functions, what is constant within a statement is computed beforehand. */
export const stabilityOf = ({ target, certain }: Pick<Place, 'target' | 'certain'>): Stability =>
  target.has('functions') ? 'immutable' : certain ? 'certain' : 'stable'

/** What must hold: the parts of an AND, also of one within; NOT IN is one of its tests, unless SQLite has it. */
const conjuncts = (place: Place, expr: Expr): readonly Expr[] => {
  if (place.keep?.(expr)) return [expr]
  if (expr.kind === 'and') return expr.args.flatMap((arg) => conjuncts(place, arg))
  return expr.kind === 'inList' && expr.negated && !isPlainList(place, expr) ? expr.tests : [expr]
}

/** What a row, a group or a query brings. */
const CHANGING: ReadonlySet<Expr['kind']> = new Set([
  ...(['column', 'wholeRow', 'aggregate', 'window', 'grouping', 'placeholder'] as const),
  ...(['scalar', 'exists', 'arrayOf', 'subqueryTest', 'tableoid', 'sqlJson'] as const),
])

const asksRoutine = (part: Expr): boolean =>
  some(part, (it) => it.kind === 'call' && it.fn.body !== undefined && it.fn.volatility === 's')

const isSteady = (part: Expr): boolean => !some(part, (it) => CHANGING.has(it.kind) || isVolatile(it))

/**
 * A test of WHERE. Where a routine decides for all rows at once, PostgreSQL asks it before it looks at any (a one-time
 * filter).
 */
const lowerTest = (place: Place, part: Expr): Sql => {
  const known = asksRoutine(part) ? withConstants(part) : undefined
  return known !== undefined && isSteady(known) ? scalarOf(lowerExpression(place, known)) : lowerExpression(place, part)
}

/** What a subquery gives for all of its rows is known above it. */
const withConstants = (expr: Expr): Expr => {
  if (expr.kind !== 'column') return mapChildren(expr, withConstants)
  const { source, nullable } = expr.range
  const target = source.kind === 'subquery' && !nullable ? source.query.targets[expr.index]?.expr : undefined
  return target?.kind === 'const' ? target : expr
}

const scalarOf = (expr: Sql): Sql => ({
  kind: 'subquery',
  select: select(core({ targets: [{ expr, alias: undefined }] })),
})

/**
 * Folds the condition of WHERE, ON or HAVING, then lowers it. Its parts may be computed in any order, in PostgreSQL as
 * well, and no further than to one that is not true.
 * @param estimated the planner asks how many rows it leaves: it is WHERE
 */
export const lowerCondition = (place: Place, expr: Expr, estimated = false): Sql => {
  const folded = foldCondition(place.env, expr, stabilityOf(place), place.keep)
  if (estimated) estimate(place.env, folded)
  const all = conjuncts(place, folded)
  // one that is never true leaves nothing to be computed, also among the tests of NOT IN
  if (all.length > 1 && all.some((part) => part.kind === 'const' && (part.value === null || part.value === 0n)))
    return literal(0n)
  const parts = all.map((part) => lowerTest(place, part))
  return infix(
    'AND',
    ...parts.flatMap((part) => (part.kind === 'infix' && part.operator === 'AND' ? part.args : [part])),
  )
}

const foldedHere = (place: Place, expr: Expr): Expr => {
  const folded = fold(place.env, expr, stabilityOf(place), place.keep)
  if (folded.kind === 'const' && expr.kind !== 'const') place.rules.add('constant folding')
  return folded
}

/** Folds, then lowers. */
export const lowerFolded = (place: Place, expr: Expr): Sql => lowerExpression(place, foldedHere(place, expr))
