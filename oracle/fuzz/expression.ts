/** Random expressions of known types. */
import fc, { type Arbitrary } from 'fast-check'
import { fill } from './fill.ts'
import { FORMS } from './form.ts'
import { MIXED } from './mixed.ts'
import { COLUMNS, LITERALS, TYPES, type TypeName } from './type.ts'

const PART =
  /#(int4\[\]|text\[\]|int2|int4|int8|numeric|float4|float8|text|bpchar|varchar|bytea|uuid|bool|date|timestamptz|timestamp|time|interval|jsonb|mood)/

const formOf = (type: TypeName): Arbitrary<string> => {
  const own = fc.constantFrom(...FORMS[type])
  return type === 'bool'
    ? fc.oneof({ arbitrary: own, weight: 3 }, { arbitrary: fc.constantFrom(...MIXED), weight: 1 })
    : own
}

const cache = new Map<string, Arbitrary<string>>()

/**
 * An expression of a type.
 * @param alias of the table whose columns it may use; without one there are constants alone
 */
export const expression = (type: TypeName, depth: number, alias: string | undefined): Arbitrary<string> => {
  const key = `${type}/${depth}/${alias}`
  const known = cache.get(key)
  if (known !== undefined) return known
  const literal = fc.constantFrom(...LITERALS[type])
  const leaf =
    alias === undefined
      ? literal
      : fc.oneof(
          { arbitrary: literal, weight: 1 },
          { arbitrary: fc.constantFrom(...COLUMNS[type]).map((column) => `${alias}.${column}`), weight: 2 },
        )
  const made =
    depth === 0
      ? leaf
      : fc.oneof(
          { arbitrary: leaf, weight: 1 },
          {
            arbitrary: formOf(type).chain((form) =>
              fill<TypeName>(form, PART, (inner) => expression(inner, depth - 1, alias)),
            ),
            weight: 3,
          },
        )
  cache.set(key, made)
  return made
}

export const anyExpression = (depth: number, alias: string): Arbitrary<string> =>
  fc.constantFrom(...TYPES).chain((type) => expression(type, depth, alias))
