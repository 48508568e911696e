/** Random expressions of known types, weighted towards the edges of what the types hold. */
import fc, { type Arbitrary } from 'fast-check'

/** The types that expressions are made of, and the columns of the tables that have them. */
export const COLUMNS = {
  int4: ['i', 'j'],
  int8: ['b'],
  numeric: ['n', 'm'],
  float8: ['f'],
  text: ['t', 'u'],
  bool: ['p'],
  date: ['d'],
  timestamp: ['s'],
  interval: ['v'],
  jsonb: ['x'],
  'int4[]': ['a'],
} as const

export type TypeName = keyof typeof COLUMNS

const LITERALS: Readonly<Record<TypeName, readonly string[]>> = {
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

/** `#type` stands for an expression of that type. */
const FORMS: Readonly<Record<TypeName, readonly string[]>> = {
  int4: [
    '(#int4 + #int4)',
    '(#int4 - #int4)',
    '(#int4 * #int4)',
    '(#int4 / #int4)',
    '(#int4 % #int4)',
    '(- #int4)',
    'abs(#int4)',
    'length(#text)',
    'coalesce(#int4, #int4)',
    'nullif(#int4, #int4)',
    'greatest(#int4, #int4)',
    'least(#int4, #int4)',
    'case when #bool then #int4 else #int4 end',
    '#numeric::int4',
    'strpos(#text, #text)',
    'ascii(#text)',
    '(#date - #date)',
    '(#int4 & #int4)',
    '(#int4 | #int4)',
    '(#int4 # #int4)',
    '(~ #int4)',
    '(#int4[])[#int4]',
    'array_length(#int4[], 1)',
    'cardinality(#int4[])',
    'jsonb_array_length(#jsonb)',
    'extract(day from #date)::int4',
    '#bool::int4',
    '(select max(i) from r where r.j < #int4)',
  ],
  int8: [
    '(#int8 + #int8)',
    '(#int8 - #int4)',
    '(#int8 * #int4)',
    '(#int8 / #int8)',
    '#int4::int8',
    '(select count(*) from r)',
    'abs(#int8)',
    '#numeric::int8',
  ],
  numeric: [
    '(#numeric + #numeric)',
    '(#numeric - #numeric)',
    '(#numeric * #numeric)',
    '(#numeric / #numeric)',
    '(#numeric % #numeric)',
    'round(#numeric, 2)',
    'trunc(#numeric, 1)',
    'abs(#numeric)',
    '#int4::numeric',
    '#int8::numeric',
    'ceil(#numeric)',
    'floor(#numeric)',
    'sign(#numeric)',
    '#numeric::numeric(10, 2)',
    'coalesce(#numeric, #numeric)',
    'greatest(#numeric, #numeric)',
    'extract(epoch from #interval)',
    'extract(second from #timestamp)',
    '(#int4 * #numeric)',
  ],
  float8: [
    '(#float8 + #float8)',
    '(#float8 - #float8)',
    '(#float8 * #float8)',
    '(#float8 / #float8)',
    'abs(#float8)',
    '#int4::float8',
    'round(#float8)',
    'floor(#float8)',
    'coalesce(#float8, #float8)',
    'sqrt(#float8)',
  ],
  text: [
    '(#text || #text)',
    'upper(#text)',
    'lower(#text)',
    'substr(#text, #int4)',
    'substr(#text, 1, 2)',
    'trim(#text)',
    'replace(#text, #text, #text)',
    'left(#text, #int4)',
    'right(#text, 2)',
    'coalesce(#text, #text)',
    '#int4::text',
    '#numeric::text',
    '#bool::text',
    '#date::text',
    '#timestamp::text',
    '#interval::text',
    'reverse(#text)',
    'lpad(#text, 5, #text)',
    'split_part(#text, #text, 1)',
    'concat(#text, #int4, #bool)',
    'case #int4 when 1 then #text else #text end',
    'nullif(#text, #text)',
    '(#jsonb ->> #text)',
    '#jsonb::text',
    '#int4[]::text',
    'quote_literal(#text)',
    'initcap(#text)',
    'md5(#text)',
    '#text::varchar(2)',
    "format('%s-%L', #text, #text)",
    '#float8::text',
    "array_to_string(#int4[], ',', '*')",
    'jsonb_typeof(#jsonb)',
  ],
  bool: [
    '(#int4 = #int4)',
    '(#int4 < #int4)',
    '(#int8 >= #int4)',
    '(#numeric = #numeric)',
    '(#numeric <= #int4)',
    '(#float8 > #float8)',
    '(#float8 = #numeric)',
    '(#text = #text)',
    '(#text < #text)',
    '(#bool and #bool)',
    '(#bool or #bool)',
    '(not #bool)',
    '(#int4 is null)',
    '(#text is not null)',
    '(#bool is true)',
    '(#bool is not false)',
    '(#bool is unknown)',
    '(#int4 is distinct from #int4)',
    '(#text like #text)',
    '(#text not like #text)',
    '(#text ilike #text)',
    '(#int4 in (#int4, #int4, 1))',
    '(#text not in (#text, #text))',
    '(#int4 between #int4 and #int4)',
    '(#date < #date)',
    '(#timestamp >= #date)',
    '(#interval = #interval)',
    '(#interval < #interval)',
    '(#jsonb = #jsonb)',
    '(#jsonb @> #jsonb)',
    '(#jsonb ? #text)',
    '(#int4 = any(#int4[]))',
    '(#int4 > all(#int4[]))',
    '(#int4[] = #int4[])',
    '(#int4[] && #int4[])',
    '(#int4[] @> #int4[])',
    'exists (select 1 from r where r.i = #int4)',
    '(#int4 in (select j from r))',
    '((#int4, #text) < (#int4, #text))',
    'starts_with(#text, #text)',
  ],
  date: ['(#date + #int4)', '(#date - #int4)', '#timestamp::date', 'greatest(#date, #date)', 'coalesce(#date, #date)'],
  timestamp: [
    '(#timestamp + #interval)',
    '(#timestamp - #interval)',
    "date_trunc('month', #timestamp)",
    "date_trunc('hour', #timestamp)",
    '#date::timestamp',
    '(#date + #interval)',
    'least(#timestamp, #timestamp)',
  ],
  interval: [
    '(#interval + #interval)',
    '(- #interval)',
    '(#interval * #int4)',
    '(#timestamp - #timestamp)',
    'age(#timestamp, #timestamp)',
    'justify_days(#interval)',
    '(#interval / 3)',
  ],
  jsonb: [
    '(#jsonb -> #text)',
    '(#jsonb -> #int4)',
    '(#jsonb || #jsonb)',
    'to_jsonb(#int4)',
    'to_jsonb(#text)',
    "jsonb_build_object('k', #numeric)",
    'jsonb_build_array(#text, #bool)',
    '(#jsonb - #text)',
    'jsonb_strip_nulls(#jsonb)',
    'to_jsonb(#int4[])',
  ],
  'int4[]': [
    '(#int4[] || #int4)',
    '(#int4[] || #int4[])',
    'array[#int4, #int4]',
    'array_append(#int4[], #int4)',
    'array_remove(#int4[], #int4)',
    '(#int4[])[1:2]',
    'array_positions(#int4[], #int4)',
  ],
}

const PART = /#(int4\[\]|int4|int8|numeric|float8|text|bool|date|timestamp|interval|jsonb)/

/** Makes a form's holes into expressions. */
const fill = (form: string, inner: (type: TypeName) => Arbitrary<string>): Arbitrary<string> => {
  const pieces = form.split(PART)
  const holes = pieces.filter((_, at) => at % 2 === 1) as TypeName[]
  return fc
    .tuple(...holes.map(inner))
    .map((filled) => pieces.map((piece, at) => (at % 2 === 1 ? filled[(at - 1) / 2] : piece)).join(''))
}

const cache = new Map<string, Arbitrary<string>>()

/**
 * An expression of a type.
 * @param alias of the table whose columns it may use
 */
export const expression = (type: TypeName, depth: number, alias: string): Arbitrary<string> => {
  const key = `${type}/${depth}/${alias}`
  const known = cache.get(key)
  if (known !== undefined) return known
  const leaf = fc.oneof(
    { arbitrary: fc.constantFrom(...LITERALS[type]), weight: 1 },
    { arbitrary: fc.constantFrom(...COLUMNS[type]).map((column) => `${alias}.${column}`), weight: 2 },
  )
  const made =
    depth === 0
      ? leaf
      : fc.oneof(
          { arbitrary: leaf, weight: 1 },
          {
            arbitrary: fc
              .constantFrom(...FORMS[type])
              .chain((form) => fill(form, (inner) => expression(inner, depth - 1, alias))),
            weight: 3,
          },
        )
  cache.set(key, made)
  return made
}

export const TYPES = Object.keys(COLUMNS) as TypeName[]

export const anyExpression = (depth: number, alias: string): Arbitrary<string> =>
  fc.constantFrom(...TYPES).chain((type) => expression(type, depth, alias))
