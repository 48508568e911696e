/** Random queries. */
import fc, { type Arbitrary } from 'fast-check'
import { anyExpression, expression } from './expression.ts'
import { KEYED, type TypeName } from './type.ts'

export const list = (item: Arbitrary<string>, most: number): Arbitrary<string> =>
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

const queries = (depth: number): readonly Arbitrary<string>[] => [
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

/** A query whose expressions are nested up to `depth`. */
export const query = (depth: number): Arbitrary<string> =>
  fc.integer({ min: 0, max: depth }).chain((each) => fc.oneof(...queries(each)))
