/** Random tables. Both have a column of every type and an id; what else holds of them is random. */
import fc, { type Arbitrary } from 'fast-check'
import { COLUMNS, declared, LITERALS, TYPES, type TypeName, VALUES } from './type.ts'

export const TABLES = ['q', 'r'] as const

const SETTINGS = ["set timezone to 'America/New_York'", "create type mood as enum ('sad', 'ok', 'happy')"]

interface NamedColumn {
  readonly name: string
  readonly type: TypeName
}

const ALL: readonly NamedColumn[] = TYPES.flatMap((type) => COLUMNS[type].map((name) => ({ name, type })))

const rows = (table: string, shift: number, columns: readonly NamedColumn[], notNull: ReadonlySet<string>): string => {
  const made = Array.from({ length: 7 }, (_, row) => {
    let at = row + shift
    const values = columns.map(({ name, type }) => {
      const choices = VALUES[type].filter((value) => !(notNull.has(name) && value === 'null'))
      return choices[at++ % choices.length]
    })
    return `(${row}, ${values.join(', ')})`
  })
  return `insert into ${table} (id, ${columns.map(({ name }) => name).join(', ')}) values ${made.join(', ')}`
}

/** The tables without anything special, always with the same rows. */
export const PLAIN_SCHEMA: readonly string[] = [
  ...SETTINGS,
  ...TABLES.map(
    (table) =>
      `create table ${table} (id int primary key, ${ALL.map(({ name, type }) => `${name} ${declared(type)}`).join(', ')})`,
  ),
  ...TABLES.map((table, shift) => rows(table, shift, ALL, new Set())),
]

/** What a column may have behind its type. */
const column = ({ name, type }: NamedColumn): Arbitrary<{ readonly sql: string; readonly notNull: boolean }> => {
  const plain = `${name} ${declared(type)}`
  return fc.oneof(
    { arbitrary: fc.constant({ sql: plain, notNull: false }), weight: 12 },
    { arbitrary: fc.constant({ sql: `${plain} not null`, notNull: true }), weight: 1 },
    {
      arbitrary: fc
        .constantFrom(...LITERALS[type])
        .map((value) => ({ sql: `${plain} default ${value}`, notNull: false })),
      weight: 3,
    },
  )
}

const CONSTRAINTS = [
  'check (i is null or i > -100)',
  'constraint named check (t <> p::text)',
  'unique (id, j)',
  'unique nulls not distinct (id, t)',
  'check (n <> 7 or m is null)',
  'foreign key (j) references q (id)',
  'foreign key (j) references q (id) on delete cascade on update set null',
  'foreign key (j) references q on delete set null',
] as const

const INDEXES = [
  'create index on q (i, t)',
  'create index on r (n desc nulls last)',
  'create index by_text on q (t)',
  'create unique index on r (id, u)',
  'create index on r (s, d)',
] as const

const table = (name: string, shift: number): Arbitrary<readonly string[]> =>
  fc
    .tuple(
      fc
        .shuffledSubarray([...ALL], { minLength: ALL.length })
        .chain((columns) => fc.tuple(...columns.map(column)).map((parts) => ({ columns, parts }))),
      fc.subarray(name === 'q' ? CONSTRAINTS.slice(0, 5) : [...CONSTRAINTS], { maxLength: 2 }),
    )
    .map(([{ columns, parts }, constraints]) => {
      const notNull = new Set(parts.flatMap(({ notNull: strict }, at) => (strict ? [columns[at]?.name ?? ''] : [])))
      const elements = ['id int primary key', ...parts.map(({ sql }) => sql), ...constraints]
      return [`create table ${name} (${elements.join(', ')})`, rows(name, shift, columns, notNull)]
    })

/** The statements that make a random schema and fill it. A few of them may fail. */
export const schema: Arbitrary<readonly string[]> = fc
  .tuple(table('q', 0), table('r', 1), fc.subarray([...INDEXES], { maxLength: 2 }))
  .map(([q, r, indexes]) => [...SETTINGS, ...q, ...r, ...indexes])
