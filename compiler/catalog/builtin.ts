/**
 * PostgreSQL's built-in types, functions, operators, casts and aggregates, as recorded from a running server
 * (`npm run catalog:record`). Nothing here is typed by hand.
 */

import { type ParsedStatement, parse } from '../parse.ts'
import { unabbreviated } from './abbreviation.ts'
import accessMethods from './data/access-methods.json' with { type: 'json' }
import aggregates from './data/aggregates.json' with { type: 'json' }
import casts from './data/casts.json' with { type: 'json' }
import functions from './data/functions.json' with { type: 'json' }
import informationSchema from './data/information-schema.json' with { type: 'json' }
import operatorClasses from './data/operator-classes.json' with { type: 'json' }
import operators from './data/operators.json' with { type: 'json' }
import orderings from './data/orderings.json' with { type: 'json' }
import ranges from './data/ranges.json' with { type: 'json' }
import relations from './data/relations.json' with { type: 'json' }
import types from './data/types.json' with { type: 'json' }
import type { CastInfo, FunctionInfo, OperatorInfo, RelationInfo, TypeInfo } from './entries.ts'
import { type Recorded, rowsOf } from './recorded.ts'
import { systemViewText } from './system-view.ts'

const groupBy = <Row>(rows: readonly Row[], key: (row: Row) => string): ReadonlyMap<string, readonly Row[]> =>
  Map.groupBy(rows, key)

interface RecordedFunction {
  readonly oid: number
  readonly name: string
  readonly args: readonly number[]
  readonly result: number
  /** Null where it is called as the function is. */
  readonly source: string | null
  readonly kind: 'f' | 'a' | 'w' | 'p'
  readonly strict: boolean
  readonly set: boolean
  readonly volatility: 'i' | 's' | 'v'
  readonly variadic: number
  readonly defaults: number
  readonly default_values: string | null
  readonly all_args: readonly number[] | null
  readonly modes: readonly string[] | null
  readonly names: readonly string[] | null
}

interface RecordedType extends Omit<TypeInfo, 'name' | 'input' | 'output' | 'relation' | 'domain'> {
  /** Null where it is made of another name. */
  readonly name: string | null
  /** Null where it is called as those of its kind are. */
  readonly input: string | null
  readonly output: string | null
  readonly base: number
  readonly typmod: number
  readonly relation: number
}

const RECORDED_RELATIONS = rowsOf<RecordedRelation>(relations as Recorded)
const RECORDED_TYPES = rowsOf<RecordedType>(types as Recorded)

const relationNames = new Map(RECORDED_RELATIONS.map(({ oid, name }) => [oid, name]))
const recordedTypes = new Map(RECORDED_TYPES.map((type) => [type.oid, type]))

/** The name of a row type is that of its table, the name of an array type is made of its elements'. */
const typeName = ({ name, relation, element }: RecordedType): string => {
  if (name !== null) return name
  const own = relationNames.get(relation)
  if (own !== undefined) return own
  const of = recordedTypes.get(element)
  return of === undefined ? '' : `_${typeName(of)}`
}

const BUILTIN_TYPES = RECORDED_TYPES.map((recorded): TypeInfo => {
  const { base, typmod, relation, ...type } = recorded
  const name = typeName(recorded)
  const start = name.startsWith('_') ? 'array_' : relation === 0 ? name : 'record_'
  return {
    ...type,
    name,
    input: type.input ?? `${start}in`,
    output: type.output ?? `${start}out`,
    ...(relation === 0 ? {} : { relation }),
    ...(base === 0 ? {} : { domain: { base, typmod, notNull: false, checks: [] } }),
  }
})

export const BUILTIN_FUNCTIONS = rowsOf<RecordedFunction>(functions as Recorded).map(
  ({ default_values, all_args, source, name: short, ...fn }): FunctionInfo => {
    const types = [...fn.args, fn.result]
    const typeOf = (oid: number): string | null | undefined => recordedTypes.get(oid)?.name
    const name = unabbreviated(short, types, typeOf)
    return {
      ...fn,
      name,
      source: source === null ? name : unabbreviated(source, types, typeOf, name),
      schema: 'pg_catalog',
      defaultValues: default_values,
      allArgs: all_args,
    }
  },
)

const BUILTIN_OPERATORS = rowsOf<OperatorInfo>(operators as Recorded)

export const typesByOid: ReadonlyMap<number, TypeInfo> = new Map(BUILTIN_TYPES.map((type) => [type.oid, type]))
export const typesByName: ReadonlyMap<string, TypeInfo> = new Map(
  BUILTIN_TYPES.filter(({ schema }) => schema === 'pg_catalog').map((type) => [type.name, type]),
)
export const informationTypesByName: ReadonlyMap<string, TypeInfo> = new Map(
  BUILTIN_TYPES.filter(({ schema }) => schema === 'information_schema').map((type) => [type.name, type]),
)
interface RecordedSqlFunction {
  readonly oid: number
  readonly name: string
  readonly args: readonly number[]
  readonly result: number
  readonly strict: boolean
  readonly set: boolean
  readonly volatility: 'i' | 's' | 'v'
  readonly all_args: readonly number[] | null
  readonly modes: readonly string[] | null
  readonly names: readonly string[] | null
  readonly body: string
}

/** The statement of a body that begins with RETURN or BEGIN ATOMIC, as CREATE FUNCTION would read it. */
const bodyNode = (body: string): ParsedStatement['node'] => {
  const [statement] = parse(`create function f() returns int ${body}`)
  return (statement?.node.sql_body ?? {}) as ParsedStatement['node']
}

/** The functions that information_schema's views are made with; they are written in SQL. */
const INFORMATION_FUNCTIONS = rowsOf<RecordedSqlFunction>(informationSchema as Recorded).map(
  ({ all_args: allArgs, body, ...fn }): FunctionInfo => ({
    ...fn,
    schema: 'information_schema',
    source: '',
    kind: 'f',
    variadic: 0,
    defaults: 0,
    defaultValues: null,
    allArgs,
    body: {
      language: 'sql',
      text: body,
      ...(/^(RETURN|BEGIN)/.test(body) ? { tree: () => bodyNode(body) } : {}),
    },
  }),
)
export const informationFunctionsByName = groupBy(INFORMATION_FUNCTIONS, (fn) => fn.name)

export const functionsByOid: ReadonlyMap<number, FunctionInfo> = new Map(
  [...BUILTIN_FUNCTIONS, ...INFORMATION_FUNCTIONS].map((fn) => [fn.oid, fn]),
)
export const functionsByName = groupBy(BUILTIN_FUNCTIONS, (fn) => fn.name)
export const operatorsByOid: ReadonlyMap<number, OperatorInfo> = new Map(BUILTIN_OPERATORS.map((op) => [op.oid, op]))
/** The operator that a function belongs to. */
export const operatorsByFunction: ReadonlyMap<number, OperatorInfo> = new Map(
  BUILTIN_OPERATORS.map((op) => [op.function, op]),
)
export const operatorsByName = groupBy(BUILTIN_OPERATORS, (op) => op.name)

export const castsByPair: ReadonlyMap<string, CastInfo> = new Map(
  rowsOf<CastInfo>(casts as Recorded).map((cast) => [`${cast.source}>${cast.target}`, cast]),
)

/** Of an aggregate: `n` normal, `o` ordered-set, `h` hypothetical-set; and how many direct arguments it takes. */
export interface AggregateInfo {
  readonly function: number
  readonly kind: 'n' | 'o' | 'h'
  readonly direct: number
}
export const aggregatesByFunction: ReadonlyMap<number, AggregateInfo> = new Map(
  rowsOf<AggregateInfo>(aggregates as Recorded).map((aggregate) => [aggregate.function, aggregate]),
)

/** The operators of a type's default btree operator class. */
export interface OrderingInfo {
  readonly type: number
  readonly less: number
  readonly equal: number
  readonly greater: number
}
export const orderingsByType: ReadonlyMap<number, OrderingInfo> = new Map(
  rowsOf<OrderingInfo>(orderings as Recorded).map((ordering) => [ordering.type, ordering]),
)

export interface RangeInfo {
  readonly range: number
  readonly subtype: number
  readonly multirange: number
}
export const RANGES: readonly RangeInfo[] = rowsOf<RangeInfo>(ranges as Recorded)

interface RecordedRelation {
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly kind: 'r' | 'v'
  readonly row_type: number
  readonly columns: readonly (readonly [name: string, type: number, typmod: number, notNull: boolean])[]
}

const BUILTIN_RELATIONS = RECORDED_RELATIONS.map(({ row_type: rowType, columns, ...relation }): RelationInfo => {
  const common: RelationInfo = {
    ...relation,
    rowType,
    physical: `${relation.schema}.${relation.name}`,
    columns: columns.map(([name, type, typmod, notNull], at) => ({
      number: at + 1,
      name,
      physical: name,
      type,
      typmod,
      notNull,
    })),
    constraints: [],
    indexes: [],
  }
  if (relation.kind === 'r') return common
  let query: RelationInfo['query']
  return {
    ...common,
    searchPath: ['pg_catalog'],
    get query(): NonNullable<RelationInfo['query']> {
      const [statement] = query === undefined ? parse(systemViewText(relation)) : []
      query ??= { [statement?.tag ?? '']: statement?.node } as unknown as NonNullable<RelationInfo['query']>
      return query
    },
  }
})
export const relationsByOid: ReadonlyMap<number, RelationInfo> = new Map(
  BUILTIN_RELATIONS.map((relation) => [relation.oid, relation]),
)
export const relationsByName: ReadonlyMap<string, RelationInfo> = new Map(
  BUILTIN_RELATIONS.map((relation) => [relation.physical, relation]),
)

/** An operator class: `pg_opclass`. */
export interface OperatorClass {
  readonly oid: number
  readonly method: string
  readonly name: string
  readonly type: number
  readonly default: boolean
  /** The type that the index keeps, or 0 for that of the column. */
  readonly key: number
}

export const operatorClassesByMethod: ReadonlyMap<string, readonly OperatorClass[]> = groupBy(
  rowsOf<OperatorClass>(operatorClasses as Recorded),
  ({ method }) => method,
)

/** Access methods of indexes, by name. */
export const accessMethodOids: ReadonlyMap<string, number> = new Map(
  rowsOf<{ readonly oid: number; readonly name: string }>(accessMethods as Recorded).map(({ oid, name }) => [
    name,
    oid,
  ]),
)
