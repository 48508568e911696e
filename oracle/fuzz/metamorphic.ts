/**
 * Queries that must agree with each other whatever they answer: a condition splits the rows into those where it is true,
 * false and unknown (Rigger and Su: "ternary logic partitioning"), counting rows by WHERE and by CASE gives the same
 * (their "NoREC"), and a query written in another way means the same.
 */
import fc, { type Arbitrary } from 'fast-check'
import { anyExpression, expression } from './expression.ts'
import { KEYED } from './type.ts'

/** The rows of `left` are those of all of `right` together, in any order. */
export interface Equation {
  readonly left: readonly string[]
  readonly right: readonly string[]
}

const FROM = ['q', 'q join r on q.id = r.id', 'q left join r on q.i = r.j', 'q cross join r'] as const

const partition = (depth: number): Arbitrary<Equation> =>
  fc
    .tuple(anyExpression(depth, 'q'), expression('bool', depth, 'q'), fc.constantFrom(...FROM))
    .map(([value, test, from]) => ({
      left: [`select q.id, ${value} from ${from}`],
      right: [`${test}`, `not ${test}`, `${test} is null`].map(
        (part) => `select q.id, ${value} from ${from} where ${part}`,
      ),
    }))

const count = (depth: number): Arbitrary<Equation> =>
  fc.tuple(expression('bool', depth, 'q'), fc.constantFrom(...FROM)).map(([test, from]) => ({
    left: [`select count(*) from ${from} where ${test}`],
    right: [`select coalesce(sum(case when ${test} then 1 else 0 end), 0) from ${from}`],
  }))

const rewritten = (depth: number): Arbitrary<Equation> =>
  fc
    .tuple(fc.constantFrom(...KEYED), fc.integer())
    .chain(([type]) =>
      fc.tuple(expression(type, depth, 'q'), expression(type, depth, 'r'), expression('bool', depth, 'q')),
    )
    .chain(([value, other, test]) =>
      fc.constantFrom<Equation>(
        {
          left: [`select q.id, ${value} from q where ${test}`],
          right: [`with q as materialized (select * from q) select q.id, ${value} from q where not not ${test}`],
        },
        {
          left: [`select q.id, ${value} from q where ${test}`],
          right: [`select * from (select q.id, ${value} from q where ${test} offset 0) x`],
        },
        {
          left: [`select distinct (${value}) is null, ${value} from q`],
          right: [`select ${value} is null, ${value} from q group by ${value}`],
        },
        {
          left: [`select ${value} from q union select ${other} from r`],
          right: [`select distinct v from (select ${value} as v from q union all select ${other} from r) x`],
        },
        {
          left: [`select q.id from q where ${value} in (select ${other} from r)`],
          right: [`select q.id from q where exists (select from r where ${other} = ${value})`],
        },
        {
          left: [`select count(distinct ${value}) from q`],
          right: [`select count(*) from (select distinct ${value} as v from q) x where v is not null`],
        },
        {
          left: [
            `select ${value} from q except all select ${other} from r`,
            `select ${value} from q intersect all select ${other} from r`,
          ],
          right: [`select ${value} from q`],
        },
        {
          left: [`select q.id, r.id from q full join r on ${value} = ${other}`],
          right: [
            `select q.id, r.id from q left join r on ${value} = ${other}`,
            `select null::int, r.id from r where not exists (select from q where ${value} = ${other})`,
          ],
        },
        {
          left: [`select q.id, max(q.id) over (order by ${value}) from q`],
          right: [
            `select q.id, (select max(x.id) from q x where (${value.replaceAll('q.', 'x.')}) <= (${value}) or (${value}) is null) from q`,
          ],
        },
      ),
    )

/** Two ways to ask for the same rows. */
export const equation = (depth: number): Arbitrary<Equation> =>
  fc.integer({ min: 0, max: depth }).chain((each) => fc.oneof(partition(each), count(each), rewritten(each)))
