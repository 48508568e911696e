/** The methods of jsonpath, such as `.abs()` and `.bigint()`. Manual: "SQL/JSON Path Operators and Methods"; after jsonpath_exec.c. */
import { PgError } from '../../wire/protocol/error.ts'
import { float8In } from '../types/float.ts'
import { INT4, INT8, integerIn } from '../types/integer.ts'
import { type Json, JsonNumber } from '../types/json.ts'
import { isMomentMethod, type Path } from '../types/jsonpath.ts'
import { applyTypmod, type Decimal, formatDecimal, parseDecimal, toDecimal, toInteger } from '../types/numeric.ts'
import { boolIn } from '../types/text.ts'
import { jsonTypeName } from './json.ts'
import { numericFunctions } from './numeric.ts'

/** What a path finds wrong with a document: `silent`, strict predicates and exists() take it for an answer. */
export class PathError extends PgError {}

/** The paths that begin with an item of a kind. */
export type PathOf<Kind extends Path['kind']> = Path & { readonly kind: Kind }

export const number = (value: Decimal): JsonNumber => new JsonNumber(formatDecimal(value))

const invalidArgument = (text: string, method: string, type: string): PathError =>
  new PathError('22036', `argument "${text}" of jsonpath item method .${method}() is invalid for type ${type}`)
const notApplicable = (method: string, to: string): PathError =>
  new PathError('22036', `jsonpath item method .${method}() can only be applied to a ${to} value`)

/** The text of a string or number, read as a type. */
const converted = (item: Json, method: string, type: string, read: (text: string) => Json): Json => {
  const text = item instanceof JsonNumber ? item.text : item
  if (typeof text !== 'string') throw notApplicable(method, 'string or numeric')
  try {
    return read(text)
  } catch (error) {
    throw error instanceof PathError ? error : invalidArgument(text, method, type)
  }
}

const finite = (value: Decimal, method: string): Decimal => {
  if (value.special !== undefined)
    throw new PathError('22036', `NaN or Infinity is not allowed for jsonpath item method .${method}()`)
  return value
}

const toBoolean = (item: Json): Json => {
  if (typeof item === 'boolean') return item
  if (item instanceof JsonNumber) {
    try {
      return integerIn(INT4, item.text) !== 0n
    } catch {
      throw invalidArgument(item.text, 'boolean', 'boolean')
    }
  }
  if (typeof item !== 'string') throw notApplicable('boolean', 'boolean, string, or numeric')
  try {
    return boolIn(item) === 1n
  } catch {
    throw invalidArgument(item, 'boolean', 'boolean')
  }
}

const decimalTypmod = (args: readonly number[]): number => {
  const [precision, scale = 0] = args
  if (precision === undefined) return -1
  if (precision < 1 || precision > 1000)
    throw new PgError('22023', `NUMERIC precision ${precision} must be between 1 and 1000`)
  if (scale < -1000 || scale > 1000) throw new PgError('22023', `NUMERIC scale ${scale} must be between -1000 and 1000`)
  return ((precision << 16) | (scale & 0x7ff)) + 4
}

const toInt = (item: Json, method: string, type: string, range: typeof INT4): Json =>
  converted(item, method, type, (text) =>
    number({
      digits: integerIn(range, item instanceof JsonNumber ? String(toInteger(toDecimal(text), type)) : text),
      scale: 0,
    }),
  )

/** What a method makes of one item. @throws PathError 22036 */
export const applyMethod = (path: PathOf<'method'>, item: Json): Json => {
  const { name } = path
  if (isMomentMethod(name)) throw new Error('a moment is no JSON')
  switch (name) {
    case 'type':
      return jsonTypeName(item)
    case 'size':
      return number({ digits: BigInt(Array.isArray(item) ? item.length : 1), scale: 0 })
    case 'abs':
    case 'floor':
    case 'ceiling': {
      if (!(item instanceof JsonNumber)) throw notApplicable(name, 'numeric')
      const fn = numericFunctions[`numeric_${name === 'ceiling' ? 'ceil' : name}`] as (text: string) => string
      return new JsonNumber(fn(item.text))
    }
    case 'double':
      return converted(item, name, 'double precision', (text) => {
        const value = Number(float8In(text))
        if (!Number.isFinite(value))
          throw new PathError('22036', 'NaN or Infinity is not allowed for jsonpath item method .double()')
        return item instanceof JsonNumber ? item : number(parseDecimal(String(Number(value.toPrecision(15)))))
      })
    case 'bigint':
      return toInt(item, name, 'bigint', INT8)
    case 'integer':
      return toInt(item, name, 'integer', INT4)
    case 'number':
      return converted(item, name, 'numeric', (text) => number(finite(parseDecimal(text), name)))
    case 'decimal': {
      const typmod = decimalTypmod(path.args)
      return converted(item, name, 'numeric', (text) => number(applyTypmod(finite(parseDecimal(text), name), typmod)))
    }
    case 'boolean':
      return toBoolean(item)
    case 'string':
      if (typeof item === 'string') return item
      if (item instanceof JsonNumber) return item.text
      if (typeof item === 'boolean') return String(item)
      throw notApplicable(name, 'boolean, string, numeric, or datetime')
    case 'keyvalue':
      throw new Error('keyvalue() yields several')
    default:
      return name satisfies never
  }
}
