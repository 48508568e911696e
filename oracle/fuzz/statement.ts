/** Random statements over two tables, and the rows that these hold. */
import fc, { type Arbitrary } from 'fast-check'
import { anyExpression, COLUMNS, expression, TYPES, type TypeName } from './expression.ts'

const columnList = TYPES.flatMap((type) => COLUMNS[type].map((name) => `${name} ${type}`)).join(', ')

const VALUES: Readonly<Record<TypeName, readonly string[]>> = {
  int4: ['null', '0', '1', '-7', '2147483647'],
  int8: ['null', '0', '5', '-9223372036854775808'],
  numeric: ['null', '0', '1.50', '1.5', '-3.333', '1000000.001'],
  float8: ['null', '0', '-2.5', '1e10', "'NaN'"],
  text: ['null', "''", "'a'", "'B'", "'abc'", "'é x'"],
  bool: ['null', 'true', 'false'],
  date: ['null', "'2024-02-29'", "'2000-01-01'"],
  timestamp: ['null', "'2024-02-29 12:34:56.789'", "'1999-12-31'"],
  interval: ['null', "'1 mon'", "'-3 days 04:05:06'", "'30 days'"],
  jsonb: ['null', `'{"a": [1, 2], "é": null}'`, `'[3, "a"]'`],
  'int4[]': ['null', "'{}'", "'{1,NULL,3}'"],
}

/** The tables q and r, always with the same rows. */
export const SCHEMA: readonly string[] = [
  ...['q', 'r'].map((table) => `create table ${table} (id int primary key, ${columnList})`),
  ...['q', 'r'].map((table, which) => {
    const rows = Array.from({ length: 7 }, (_, row) => {
      let at = row * 3 + which
      const values = TYPES.flatMap((type) => COLUMNS[type].map(() => VALUES[type][at++ % VALUES[type].length]))
      return `(${row}, ${values.join(', ')})`
    })
    return `insert into ${table} values ${rows.join(', ')}`
  }),
]

const list = (item: Arbitrary<string>, most: number): Arbitrary<string> =>
  fc.array(item, { minLength: 1, maxLength: most }).map((items) => items.join(', '))

const AGGREGATES: readonly (readonly [form: string, type: TypeName])[] = [
  ['count(#)', 'text'],
  ['count(distinct #)', 'int4'],
  ['sum(#)', 'int4'],
  ['sum(#)', 'int8'],
  ['sum(#)', 'numeric'],
  ['avg(#)', 'int4'],
  ['avg(#)', 'numeric'],
  ['min(#)', 'text'],
  ['max(#)', 'numeric'],
  ['min(#)', 'date'],
  ['max(#)', 'interval'],
  ['bool_and(#)', 'bool'],
  ['bool_or(#)', 'bool'],
  ['min(#)', 'float8'],
  ['array_agg(# order by q.id)', 'int4'],
  ["string_agg(#, ',' order by q.id)", 'text'],
  ['jsonb_agg(# order by q.id)', 'numeric'],
  ['sum(distinct #)', 'numeric'],
  ['max(#)', 'timestamp'],
  ['count(*) filter (where #)', 'bool'],
]

const aggregate = (depth: number): Arbitrary<string> =>
  fc
    .constantFrom(...AGGREGATES)
    .chain(([form, type]) => expression(type, depth, 'q').map((inner) => form.replace('#', () => inner)))

const where = (depth: number): Arbitrary<string> => expression('bool', depth, 'q')

const KEYED: readonly TypeName[] = [
  'int4',
  'int8',
  'numeric',
  'text',
  'bool',
  'date',
  'timestamp',
  'interval',
  'float8',
]

const statements = (depth: number): readonly Arbitrary<string>[] => [
  fc
    .tuple(list(anyExpression(depth, 'q'), 3), where(depth))
    .map(([targets, test]) => `select q.id, ${targets} from q where ${test} order by q.id`),
  fc.tuple(anyExpression(depth, 'q')).map(([target]) => `select q.id, ${target} from q order by q.id`),
  list(aggregate(depth), 3).map((targets) => `select ${targets} from q`),
  fc
    .constantFrom(...KEYED)
    .chain((type) =>
      fc
        .tuple(expression(type, depth, 'q'), aggregate(depth), where(depth))
        .map(([key, value, test]) => `select ${key} as k, ${value} from q where ${test} group by ${key}`),
    ),
  fc
    .tuple(expression('bool', depth, 'q'), fc.constantFrom('join', 'left join', 'full join', 'right join'))
    .map(([test, join]) => `select q.id, r.id, q.t, r.n from q ${join} r on q.id = r.id and ${test}`),
  fc
    .constantFrom(...KEYED)
    .chain((type) =>
      fc
        .tuple(
          expression(type, depth, 'q'),
          expression(type, depth, 'r'),
          fc.constantFrom('union', 'union all', 'intersect', 'except', 'except all', 'intersect all'),
        )
        .map(([a, b, set]) => `select ${a} from q ${set} select ${b} from r`),
    ),
  fc
    .constantFrom(...KEYED)
    .chain((type) =>
      fc
        .tuple(expression(type, depth, 'q'), fc.constantFrom('', ' desc', ' nulls first', ' desc nulls last'))
        .map(([key, order]) => `select q.id, ${key} from q order by ${key}${order}, q.id limit 4`),
    ),
  fc.constantFrom(...KEYED).chain((type) => expression(type, depth, 'q').map((key) => `select distinct ${key} from q`)),
  fc
    .tuple(expression('int4', depth, 'q'), expression('int4', depth, 'q'))
    .map(([value, key]) => `select q.id, sum(${value}) over (order by ${key}), rank() over (order by ${key}) from q`),
]

/** A statement whose expressions are nested up to `depth`. */
export const statement = (depth: number): Arbitrary<string> =>
  fc.integer({ min: 0, max: depth }).chain((each) => fc.oneof(...statements(each)))
