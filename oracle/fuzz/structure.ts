/**
 * Random queries of simple values and many shapes: relations of three columns, joined and nested in every way. What comes of
 * rows that outer joins make up, and what SQLite makes one query of, shows here.
 */
import fc, { type Arbitrary } from 'fast-check'

/** Two tables with NULLs and with rows that are twice there, one of them without a key. */
export const STRUCTURE_SCHEMA: readonly string[] = [
  'create table s (a int primary key, b int, c text)',
  'create table u (a int, b int not null, c text)',
  'create index on u (a)',
  "insert into s values (0, 1, 'x'), (1, null, 'y'), (2, 2, null), (3, 1, 'x'), (5, 0, '')",
  "insert into u values (0, 0, 'y'), (1, 1, 'x'), (1, 1, 'x'), (null, 2, null), (4, 3, 'z')",
]

const ROWS = ["(1, 2, 'x')", "(2, null, 'y')", '(null, 1, null)', "(0, 0, 'z')", "(1, 2, 'x')"] as const

const JOINS = ['join', 'left join', 'right join', 'full join'] as const

/** What can be joined in a full join: PostgreSQL wants an equation there. */
const equation = (left: string, right: string): Arbitrary<string> =>
  fc.constantFrom(`${left}.a = ${right}.a`, `${left}.b = ${right}.a`, `${left}.c = ${right}.c`)

const test = (alias: string, depth: number): Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(
      `${alias}.b > 0`,
      `${alias}.a is null`,
      `${alias}.c is not null`,
      `coalesce(${alias}.b, 1) = 1`,
      `${alias}.a = any (array[0, 1, 2])`,
      `not (${alias}.a = 1)`,
      `(${alias}.a, ${alias}.b) in ((1, 1), (0, 1))`,
      `${alias}.a is distinct from ${alias}.b`,
      `${alias} is not null`,
    ),
    ...(depth === 0
      ? []
      : [
          relation(depth - 1).map((inner) => `exists (select 1 from ${inner} e where e.a = ${alias}.a)`),
          relation(depth - 1).map((inner) => `${alias}.b in (select e.a from ${inner} e)`),
          relation(depth - 1).map((inner) => `${alias}.a not in (select e.b from ${inner} e where e.b is not null)`),
          relation(depth - 1).map((inner) => `${alias}.a <= all (select e.a from ${inner} e)`),
          relation(depth - 1).map((inner) => `(select count(*) from ${inner} e where e.b = ${alias}.a) > 0`),
        ]),
  )

/** A value of a row. */
const number = (alias: string): Arbitrary<string> =>
  fc.constantFrom(
    `${alias}.a`,
    `${alias}.b`,
    `${alias}.a + 1`,
    `coalesce(${alias}.b, 7)`,
    '3',
    `case when ${alias}.a > 0 then ${alias}.b end`,
    `length(${alias}.c)`,
  )

const text = (alias: string): Arbitrary<string> =>
  fc.constantFrom(`${alias}.c`, `'k'`, `coalesce(${alias}.c, 'none')`, `${alias}.c || '!'`, `${alias}.a::text`)

const columns = (one: string, other: string): Arbitrary<string> =>
  fc.tuple(number(one), number(other), text(other)).map(([a, b, c]) => `${a} as a, ${b} as b, ${c} as c`)

const joined = (depth: number): Arbitrary<string> =>
  fc
    .constantFrom(...JOINS)
    .chain((join) =>
      fc
        .tuple(relation(depth - 1), relation(depth - 1), equation('x', 'y'), test('y', 0), fc.boolean())
        .map(
          ([left, right, on, more, both]) =>
            `${left} x ${join} ${right} y on ${on}${both && join !== 'full join' ? ` and ${more}` : ''}`,
        ),
    )

/** Something in FROM with columns a, b and c, without its alias. */
export const relation = (depth: number): Arbitrary<string> => {
  const known = relations.get(depth) ?? made(depth)
  relations.set(depth, known)
  return known
}

const relations = new Map<number, Arbitrary<string>>()

const made = (depth: number): Arbitrary<string> => {
  const table = fc.constantFrom('s', 'u', '(select g as a, g * 2 as b, chr(120 + g) as c from generate_series(0, 2) g)')
  const values = fc
    .subarray([...ROWS], { minLength: 2 })
    .map((rows) => `(select v.a, v.b, v.c from (values ${rows.join(', ')}) v (a, b, c))`)
  const leaf = fc.oneof({ arbitrary: table, weight: 3 }, { arbitrary: values, weight: 1 })
  if (depth === 0) return leaf
  const inner = relation(depth - 1)
  return fc.oneof(
    { arbitrary: leaf, weight: 2 },
    {
      arbitrary: fc.tuple(columns('x', 'x'), inner).map(([list, from]) => `(select ${list} from ${from} x)`),
      weight: 3,
    },
    {
      arbitrary: fc
        .tuple(columns('x', 'x'), inner, test('x', depth - 1))
        .map(([list, from, where]) => `(select ${list} from ${from} x where ${where})`),
      weight: 2,
    },
    {
      arbitrary: fc.tuple(columns('x', 'y'), joined(depth)).map(([list, from]) => `(select ${list} from ${from})`),
      weight: 3,
    },
    { arbitrary: inner.map((from) => `(select distinct x.a, x.b, x.c from ${from} x)`), weight: 1 },
    {
      arbitrary: inner.map((from) => `(select x.a, count(*)::int as b, max(x.c) as c from ${from} x group by x.a)`),
      weight: 1,
    },
    {
      arbitrary: inner.map((from) => `(select x.a, x.b, x.c from ${from} x order by x.a, x.b, x.c limit 3)`),
      weight: 1,
    },
    {
      arbitrary: fc
        .tuple(inner, inner, fc.constantFrom('union all', 'union', 'except', 'intersect'))
        .map(([one, other, set]) => `(select x.a, x.b, x.c from ${one} x ${set} select y.a, y.b, y.c from ${other} y)`),
      weight: 1,
    },
    {
      arbitrary: fc
        .tuple(inner, columns('x', 'y'), equation('x', 'y'), fc.constantFrom('', 'materialized ', 'not materialized '))
        .map(
          ([from, list, on, how]) =>
            `(with w as ${how}(select * from ${from} i) select ${list} from w x left join w y on ${on})`,
        ),
      weight: 1,
    },
    {
      arbitrary: fc
        .tuple(inner, inner, fc.constantFrom('left join', 'join'))
        .map(
          ([from, other, join]) =>
            `(select x.a, l.b, l.c from ${from} x ${join} lateral (select y.b + x.a as b, y.c from ${other} y where y.a = x.a) l on true)`,
        ),
      weight: 1,
    },
    {
      arbitrary: inner.map(
        (from) =>
          `(select x.a, (row_number() over (order by x.a, x.b, x.c))::int as b, lag(x.c) over (order by x.a, x.b, x.c) as c from ${from} x)`,
      ),
      weight: 1,
    },
  )
}

const output = (alias: string): Arbitrary<string> =>
  fc.constantFrom(
    `${alias}.a, ${alias}.b, ${alias}.c`,
    `${alias}.b, ${alias}.c is null`,
    `${alias}.a, ${alias} is null`,
    `coalesce(${alias}.b, -1), ${alias}.c`,
    `${alias}.a + ${alias}.b, ${alias}`,
    `row_to_json(${alias})`,
  )

/** A query of one relation or two, or of what they have in all. @param depth how deep relations are nested, at most */
export const structure = (depth: number): Arbitrary<string> =>
  fc.integer({ min: 1, max: depth }).chain((each) =>
    fc.oneof(
      fc
        .tuple(output('x'), output('y'), joined(each))
        .map(([mine, theirs, from]) => `select ${mine}, ${theirs} from ${from}`),
      fc
        .tuple(output('x'), output('y'), joined(each), test('y', 1))
        .map(([mine, theirs, from, where]) => `select ${mine}, ${theirs} from ${from} where ${where}`),
      fc
        .tuple(joined(each), fc.constantFrom('x', 'y'))
        .map(([from, of]) => `select count(*), count(${of}.a), sum(${of}.b), max(x.c), count(y) from ${from}`),
      fc
        .tuple(joined(each), relation(each - 1), equation('y', 'z'), fc.constantFrom(...JOINS), output('z'))
        .map(([from, third, on, join, list]) => `select x.a, y.b, ${list} from ${from} ${join} ${third} z on ${on}`),
      fc
        .tuple(relation(each), test('x', 1))
        .map(([from, where]) => `select x.a, x.b, x.c from ${from} x where ${where} order by x.a, x.b, x.c`),
    ),
  )
