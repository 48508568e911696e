/** Functions that know of letters, by the collations C and POSIX, for which there are none beyond ASCII. */
import { unsupported } from '../../wire/protocol/error.ts'
import type { FunctionInfo } from '../catalog/entries.ts'
import type { Value } from '../tree/value.ts'
import type { Scalar, SetReturning } from './implementation.ts'

const MARK = '_c'

/** The function as it is by such a collation. */
export const byAscii = (fn: FunctionInfo): FunctionInfo => ({ ...fn, name: fn.name + MARK, source: fn.source + MARK })

export const isByAscii = ({ schema, source }: FunctionInfo): boolean => schema === 'pg_catalog' && source.endsWith(MARK)

const isAscii = (value: Value | undefined): boolean => typeof value !== 'string' || !/[\u0080-\uffff]/.test(value)

const lower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
const upper = (text: string): string => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())

const CASED: Readonly<Record<string, (text: string) => string>> = {
  lower,
  casefold: lower,
  upper,
  initcap: (text) => lower(text).replace(/[A-Za-z0-9]+/g, (word) => upper(word.slice(0, 1)) + word.slice(1)),
}

/** Nothing in such a pattern asks what is a letter. */
const isPlain = (pattern: Value | undefined): boolean => !/\\[a-zA-Z]|\[[.:=]|^\(\?|^\*\*\*/.test(String(pattern))

/** Where all is ASCII, or nothing asks for letters, any collation will do. @throws PgError 0A000 */
const requireSame = (source: string, args: readonly Value[]): void => {
  const isCased = source.includes('ic') || args.slice(2).some((flags) => String(flags).includes('i'))
  if (!args.every(isAscii) && (isCased || !isPlain(args[1])))
    throw unsupported('a regular expression by the collation "C" and letters beyond ASCII')
}

/** @param base the function of a C symbol */
export const asciiScalar = (
  { source: marked }: FunctionInfo,
  base: (source: string) => Scalar | undefined,
): Scalar | undefined => {
  const source = marked.slice(0, -MARK.length)
  const cased = CASED[source]
  if (cased !== undefined) return cased as Scalar
  const implementation = base(source.replace(/ic(n?like)$/, '$1'))
  return (
    implementation &&
    function (...args: Value[]) {
      if (source.endsWith('like')) return implementation.apply(this, args.map((arg) => lower(String(arg))) as never)
      requireSame(source, args)
      return implementation.apply(this, args as never)
    }
  )
}

export const asciiRows = (
  { source: marked }: FunctionInfo,
  base: (source: string) => SetReturning | undefined,
): SetReturning | undefined => {
  const source = marked.slice(0, -MARK.length)
  const implementation = base(source)
  return (
    implementation &&
    function (...args: Value[]) {
      requireSame(source, args)
      return implementation.apply(this, args as never)
    }
  )
}
