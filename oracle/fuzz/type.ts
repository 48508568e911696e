/** The types of random statements, and values of theirs, weighted towards the edges. */

/** The types that expressions are made of, and the columns of the tables that have them. */
export const COLUMNS = {
  int2: ['h'],
  int4: ['i', 'j'],
  int8: ['b'],
  numeric: ['n', 'm'],
  float4: ['g'],
  float8: ['f'],
  text: ['t', 'u'],
  bpchar: ['o'],
  varchar: ['k'],
  bytea: ['y'],
  uuid: ['w'],
  bool: ['p'],
  date: ['d'],
  time: ['c'],
  timestamp: ['s'],
  timestamptz: ['z'],
  interval: ['v'],
  jsonb: ['x'],
  'int4[]': ['a'],
  'text[]': ['l'],
  mood: ['e'],
} as const

export type TypeName = keyof typeof COLUMNS

/** Constants of each type, its edges among them. */
export const LITERALS: Readonly<Record<TypeName, readonly string[]>> = {
  int2: ['0::int2', '1::int2', '32767::int2', '(-32768)::int2', 'null::int2'],
  float4: ['0::float4', "'-0'::float4", '1.1::float4', '3e38::float4', "'NaN'::float4", 'null::float4'],
  bpchar: ["'a'::bpchar", "'ab  '::char(4)", "''::bpchar", 'null::bpchar'],
  varchar: ["'a'::varchar", "'long text'::varchar(5)", "'ß'::varchar", 'null::varchar'],
  bytea: ["'\\x00ff'::bytea", "''::bytea", "'abc'::bytea", 'null::bytea'],
  uuid: ["'00000000-0000-0000-0000-000000000000'::uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", 'null::uuid'],
  time: ["time '00:00'", "time '23:59:59.999999'", "time '24:00'", 'null::time'],
  timestamptz: [
    "timestamptz '2024-03-10 06:59:59Z'",
    "timestamptz '2024-11-03 01:30:00-05'",
    "timestamptz 'infinity'",
    'null::timestamptz',
  ],
  'text[]': ["'{}'::text[]", "array['a', null, 'b c']", `'{"a\\"b",NULL,"NULL"}'::text[]`, 'null::text[]'],
  mood: ["'sad'::mood", "'happy'::mood", 'null::mood'],
  int4: ['0', '1', '-1', '2', '7', '100', '2147483647', '(-2147483648)', 'null::int4'],
  int8: ['0::int8', '9223372036854775807', '(-9223372036854775808)', '4294967296', 'null::int8'],
  numeric: [
    '0.0',
    '1.50',
    '-2.25',
    '0.001',
    '99999999999999999999.99',
    "'NaN'::numeric",
    "'Infinity'::numeric",
    '1e-20',
    'null::numeric',
  ],
  float8: [
    '0::float8',
    "'-0'::float8",
    '1.5::float8',
    '1e300::float8',
    "'NaN'::float8",
    "'-Infinity'::float8",
    'null::float8',
  ],
  text: ["''", "'a'", "'A'", "'abc'", "'a%b_c'", "'é'", "'日本'", "' x '", "'10'", 'null::text'],
  bool: ['true', 'false', 'null::bool'],
  date: ["date '2024-02-29'", "date '1999-12-31'", "date 'infinity'", "date '0001-01-01 BC'", 'null::date'],
  timestamp: [
    "timestamp '2024-03-10 02:30:00'",
    "timestamp '1970-01-01'",
    "timestamp '-infinity'",
    "timestamp '2024-12-31 23:59:59.999999'",
    'null::timestamp',
  ],
  interval: [
    "interval '1 month'",
    "interval '-1 day 2 hours'",
    "interval '0'",
    "interval '30 days'",
    "interval '0.000001 seconds'",
    'null::interval',
  ],
  jsonb: [
    `'{"a": 1, "b": [1, null, "x"]}'::jsonb`,
    `'[]'::jsonb`,
    `'null'::jsonb`,
    `'1.50'::jsonb`,
    `'"s"'::jsonb`,
    'null::jsonb',
  ],
  'int4[]': ["'{}'::int4[]", 'array[1, 2, 3]', 'array[null, 1]', 'array[[1, 2], [3, 4]]', 'null::int4[]'],
}

/** What tables hold. */
export const VALUES: Readonly<Record<TypeName, readonly string[]>> = {
  int2: ['null', '0', '3', '-32768'],
  int4: ['null', '0', '1', '-7', '2147483647'],
  int8: ['null', '0', '5', '-9223372036854775808'],
  numeric: ['null', '0', '1.50', '1.5', '-3.333', '1000000.001'],
  float4: ['null', '0', '1.1', "'Infinity'"],
  float8: ['null', '0', '-2.5', '1e10', "'NaN'"],
  text: ['null', "''", "'a'", "'B'", "'abc'", "'é x'"],
  bpchar: ['null', "''", "'a'", "'ab'"],
  varchar: ['null', "'a'", "'Ab '"],
  bytea: ['null', "'\\x00'", "'ab'"],
  uuid: ['null', "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"],
  bool: ['null', 'true', 'false'],
  date: ['null', "'2024-02-29'", "'2000-01-01'"],
  time: ['null', "'12:34:56.7'", "'00:00'"],
  timestamp: ['null', "'2024-02-29 12:34:56.789'", "'1999-12-31'"],
  timestamptz: ['null', "'2024-03-10 02:30:00-05'", "'2024-11-03 01:30:00-04'"],
  interval: ['null', "'1 mon'", "'-3 days 04:05:06'", "'30 days'"],
  jsonb: ['null', `'{"a": [1, 2], "é": null}'`, `'[3, "a"]'`],
  'int4[]': ['null', "'{}'", "'{1,NULL,3}'"],
  'text[]': ['null', "'{}'", `'{a,"b c",NULL}'`],
  mood: ['null', "'sad'", "'happy'"],
}

export const TYPES = Object.keys(COLUMNS) as TypeName[]

/** Types that are sorted and grouped by. */
export const KEYED: readonly TypeName[] = TYPES.filter((type) => !['jsonb', 'int4[]', 'text[]'].includes(type))

/** How a column of a type is declared. */
export const declared = (type: TypeName): string =>
  type === 'bpchar' ? 'char(4)' : type === 'varchar' ? 'varchar(5)' : type
