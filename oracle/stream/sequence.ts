/** Random sequences of changes: tables, what is published of them, and transactions that change rows and tables. */
import fc from 'fast-check'

/** Values of each type of a column, its edges among them. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  int4: ['0', '-1', '2147483647'],
  int8: ['9223372036854775807', '-5'],
  int2: ['32767', '0'],
  bool: ['true', 'false'],
  text: ["''", "'plain'", '\'é "quoted" \\ back\'', "E'line\\nbreak\\ttab'", "'{}(),'"],
  'varchar(12)': ["'short'", "'exactly12 ch'"],
  'char(4)': ["'ab'", "'abcd'"],
  numeric: ['0.00', '-12345678901234567890.123456789', "'NaN'", "'Infinity'", '1e-10'],
  'numeric(8,2)': ['1.5', '-99999.99'],
  float8: ['0', "'-0'", '1e300', '0.1', "'NaN'"],
  float4: ['1.1', "'-Infinity'"],
  date: ["'2024-02-29'", "'infinity'", "'0044-03-15 BC'"],
  time: ["'23:59:59.999999'", "'24:00'"],
  timetz: ["'12:00+02'"],
  timestamp: ["'2024-01-01 00:00:00.5'", "'-infinity'"],
  timestamptz: ["'2024-06-01 12:00+05:30'", "'infinity'"],
  interval: ["'1 mon -3 days 04:05:06.7'", "'0'"],
  uuid: ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"],
  bytea: ["'\\x00ff'", "''"],
  json: ['\'{"b": 1,  "a": [1, null]}\''],
  jsonb: ['\'{"b": 1.50, "a": "x"}\'', "'null'"],
  'int4[]': ["'{1,NULL,3}'", "'{}'", "'{{1,2},{3,4}}'", "'[0:1]={5,6}'"],
  'text[]': ['\'{"a,b",NULL,""}\''],
  inet: ["'::1'", "'10.0.0.0/8'"],
  int4range: ["'[1,5)'", "'empty'"],
  'bit(3)': ["'101'"],
  mood: ["'sad'", "'happy'"],
  posint: ['5'],
  duo: ['\'(1,"x y")\''],
}

const TYPE_NAMES = Object.keys(TYPES)

export interface Sequence {
  readonly setup: readonly string[]
  /** Each is executed by itself; a transaction of several statements is one text. */
  readonly changes: readonly string[]
}

const quoteIn = (names: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...names)

interface TableShape {
  readonly name: string
  readonly columns: readonly (readonly [name: string, type: string])[]
  readonly key: 'one' | 'two' | 'none'
  readonly identity: 'default' | 'full' | 'nothing' | 'index'
}

const value = (type: string, nullable = true): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 5, arbitrary: quoteIn(TYPES[type] ?? ['null']) },
    { weight: nullable ? 1 : 0, arbitrary: fc.constant('null') },
  )

const table = (name: string): fc.Arbitrary<TableShape> =>
  fc.record({
    name: fc.constant(name),
    columns: fc
      .array(fc.constantFrom(...TYPE_NAMES), { minLength: 1, maxLength: 4 })
      .map((types) => types.map((type, at) => [`c${at}`, type] as const)),
    key: fc.constantFrom('one', 'one', 'two', 'none'),
    identity: fc.constantFrom('default', 'default', 'full', 'nothing', 'index'),
  })

const ddlOf = ({ name, columns, key, identity }: TableShape): string[] => {
  const list = columns.map(([column, type]) => `${column} ${type}`).join(', ')
  const primary = key === 'one' ? ', primary key (id)' : key === 'two' ? ', primary key (sub, id)' : ''
  const unique = identity === 'index' ? [`create unique index ${name}_other on ${name} (sub)`] : []
  const replica =
    identity === 'default'
      ? []
      : [`alter table ${name} replica identity ${identity === 'index' ? `using index ${name}_other` : identity}`]
  return [`create table ${name} (id int not null, sub int not null, ${list}${primary})`, ...unique, ...replica]
}

/** What follows CREATE or ALTER PUBLICATION. */
const published = (tables: readonly TableShape[]): fc.Arbitrary<string> => {
  const one = fc.record({
    table: fc.constantFrom(...tables),
    list: fc.option(fc.constantFrom('(id, sub)', '(id, sub, c0)', '(sub, id)'), { freq: 4, nil: '' }),
    filter: fc.option(fc.constantFrom('id > 2', 'id <> 1 and sub < 4', 'sub in (1, 3)', 'id is null'), {
      freq: 3,
      nil: undefined,
    }),
  })
  return fc
    .uniqueArray(one, { minLength: 1, maxLength: tables.length, selector: (each) => each.table.name })
    .map((list) =>
      list
        .map(({ table: { name }, list: columns, filter }) =>
          [`table ${name}`, columns, filter === undefined ? '' : `where (${filter})`]
            .filter((part) => part !== '')
            .join(' '),
        )
        .join(', '),
    )
}

const publication = (tables: readonly TableShape[]): fc.Arbitrary<string> =>
  fc
    .record({
      target: fc.oneof(
        { weight: 4, arbitrary: published(tables).map((list) => `for ${list}`) },
        { weight: 1, arbitrary: fc.constant('for all tables') },
        { weight: 1, arbitrary: fc.constant('for tables in schema stream') },
      ),
      publish: fc.option(fc.constantFrom('insert', 'insert, update', 'update, delete', 'insert, delete, truncate'), {
        freq: 4,
        nil: undefined,
      }),
    })
    .map(
      ({ target, publish }) =>
        `create publication pub ${target}${publish === undefined ? '' : ` with (publish = '${publish}')`}`,
    )

const KEYS = [1, 2, 3, 4]

const rowChange = (tables: readonly TableShape[]): fc.Arbitrary<string> =>
  fc.constantFrom(...tables).chain(({ name, columns }) => {
    const row = fc
      .tuple(fc.constantFrom(...KEYS), fc.constantFrom(...KEYS), ...columns.map(([, type]) => value(type)))
      .map((values) => `(${values.join(', ')})`)
    const column = fc
      .constantFrom(...columns)
      .chain(([column, type]) => value(type).map((text) => `${column} = ${text}`))
    const assignment = fc.oneof(
      { weight: 4, arbitrary: column },
      { weight: 1, arbitrary: fc.constantFrom(...KEYS).map((key) => `id = ${key}`) },
      { weight: 1, arbitrary: fc.constantFrom(...KEYS).map((key) => `sub = ${key}`) },
    )
    const where = fc
      .tuple(fc.constantFrom(...KEYS), fc.constantFrom(...KEYS))
      .map(([id, sub]) => `id = ${id} and sub = ${sub}`)
    return fc.oneof(
      {
        weight: 5,
        arbitrary: fc
          .array(row, { minLength: 1, maxLength: 3 })
          .map((rows) => `insert into ${name} values ${rows.join(', ')}`),
      },
      { weight: 1, arbitrary: row.map((one) => `insert into ${name} values ${one} on conflict do nothing`) },
      {
        weight: 4,
        arbitrary: fc.tuple(assignment, where).map(([set, test]) => `update ${name} set ${set} where ${test}`),
      },
      { weight: 2, arbitrary: where.map((test) => `delete from ${name} where ${test}`) },
    )
  })

const tableChange = (tables: readonly TableShape[]): fc.Arbitrary<string> =>
  fc.constantFrom(...tables).chain(({ name, columns }) =>
    fc.oneof(
      fc.constant(`truncate ${name}`),
      fc.constant(`truncate ${tables.map((each) => each.name).join(', ')} restart identity`),
      fc.constantFrom(...TYPE_NAMES).map((type) => `alter table ${name} add column extra ${type}`),
      fc.constant(`alter table ${name} add column filled int default 7`),
      fc.constant(`alter table ${name} drop column c0`),
      fc.constant(`alter table ${name} rename column ${columns[0]?.[0]} to renamed`),
      fc.constantFrom('full', 'default', 'nothing').map((kind) => `alter table ${name} replica identity ${kind}`),
      fc.constant(`create index on ${name} (sub)`),
      published(tables).map((list) => `alter publication pub set ${list}`),
      fc
        .constantFrom('insert', 'insert, update, delete, truncate')
        .map((list) => `alter publication pub set (publish = '${list}')`),
      fc.constant("select pg_logical_emit_message(true, 'prefix', 'content')"),
      fc.constant("select pg_logical_emit_message(false, 'lasting', '\\x00ff'::bytea)"),
    ),
  )

const statement = (tables: readonly TableShape[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 6, arbitrary: rowChange(tables) }, { weight: 1, arbitrary: tableChange(tables) })

const transaction = (tables: readonly TableShape[]): fc.Arbitrary<string> => {
  const some = fc.array(statement(tables), { minLength: 1, maxLength: 4 })
  return fc.oneof(
    { weight: 4, arbitrary: statement(tables) },
    { weight: 3, arbitrary: some.map((list) => ['begin', ...list, 'commit'].join('; ')) },
    { weight: 1, arbitrary: some.map((list) => ['begin', ...list, 'rollback'].join('; ')) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(some, some, some)
        .map(([before, undone, after]) =>
          ['begin', ...before, 'savepoint s', ...undone, 'rollback to s', ...after, 'commit'].join('; '),
        ),
    },
  )
}

export const TYPES_OF_USERS = [
  "create type mood as enum ('sad', 'happy')",
  'create domain posint as int4 check (value > 0)',
  'create type duo as (a int, b text)',
]

export const sequence: fc.Arbitrary<Sequence> = fc
  .tuple(table('t'), table('u'), fc.boolean())
  .chain(([first, second, both]) => {
    const tables = both ? [first, second] : [first]
    return fc.record({
      setup: publication(tables).map((made) => [...tables.flatMap(ddlOf), made]),
      changes: fc.array(transaction(tables), { minLength: 1, maxLength: 8 }),
    })
  })
