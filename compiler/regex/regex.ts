/** Regular expressions with PostgreSQL's syntax and its choice among matches. Manual: "POSIX Regular Expressions". */
import { hasOneExtent, hasReferences, toJavaScript } from './javascript.ts'
import { Matcher } from './match.ts'
import { parseRegex } from './parse.ts'
import type { Regular } from './tree.ts'

/** Where something lies in JavaScript's string. */
export type Extent = readonly [start: number, end: number]

/** The extent of the match and of what each group has captured. */
export type Match = readonly [Extent, ...(Extent | undefined)[]]

export class Regex {
  readonly groups: number
  readonly #regular: Regular
  #engine: Matcher | undefined
  /** JavaScript's own, where it knows whether there is a match, and where it also knows which. */
  readonly #tests: RegExp | undefined
  readonly #finds: RegExp | undefined

  /** @throws PgError 2201B, 22023 */
  constructor(source: string, flags: string) {
    this.#regular = parseRegex(source, flags)
    this.groups = this.#regular.groups
    const { expression, options } = this.#regular
    if (hasReferences(expression)) {
      this.#engine = new Matcher(this.#regular)
      return
    }
    const text = toJavaScript(expression)
    const ignoring = options.ignoreCase ? 'iu' : 'u'
    this.#tests = new RegExp(text, ignoring)
    if (hasOneExtent(expression)) this.#finds = new RegExp(text, `${ignoring}dg`)
  }

  test(text: string): boolean {
    return this.#tests?.test(text) ?? this.find(text, 0) !== undefined
  }

  /** The first match from a place in JavaScript's string on. */
  find(text: string, from: number): Match | undefined {
    if (this.#finds !== undefined) {
      this.#finds.lastIndex = from
      return this.#finds.exec(text)?.indices as Match | undefined
    }
    this.#engine ??= new Matcher(this.#regular)
    const characters = Array.from(text)
    const offsets = offsetsOf(characters)
    const codes = characters.map((character) => character.codePointAt(0) ?? 0)
    const found = this.#engine.find(codes, offsets.indexOf(from))
    return found?.map((range) => range && [offsets[range[0]] ?? 0, offsets[range[1]] ?? 0]) as Match | undefined
  }

  /** All matches from a place on, none within another. */
  *all(text: string, from = 0): Generator<Match> {
    for (let at = from; at <= text.length; ) {
      const match = this.find(text, at)
      if (match === undefined) return
      yield match
      const [start, end] = match[0]
      at = end > start ? end : end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1)
    }
  }
}

/** Where each character begins in JavaScript's string, and where the last one ends. */
const offsetsOf = (characters: readonly string[]): number[] => {
  const offsets = [0]
  for (const character of characters) offsets.push((offsets.at(-1) ?? 0) + character.length)
  return offsets
}

const cache = new Map<string, Regex>()

/**
 * @param flags PostgreSQL's option letters; "g" is for whoever calls
 * @throws PgError 2201B for an invalid expression, 22023 for an unknown option
 */
export const compileRegex = (source: string, flags = ''): Regex => {
  const key = `${flags}/${source}`
  const known = cache.get(key)
  if (known !== undefined) return known
  const regex = new Regex(source, flags.replaceAll('g', ''))
  if (cache.size > 1000) cache.clear()
  cache.set(key, regex)
  return regex
}

export const excerpt = (text: string, extent: Extent | undefined): string | undefined =>
  extent && text.slice(extent[0], extent[1])

/** \1 and \& in a replacement. */
export const expandReplacement = (replacement: string, text: string, match: Match): string =>
  replacement.replace(/\\([0-9&\\]|$|.)/gsu, (whole, symbol: string) => {
    if (symbol === '&') return excerpt(text, match[0]) ?? ''
    if (symbol === '\\') return '\\'
    if (/^[1-9]$/.test(symbol)) return excerpt(text, match[Number(symbol)]) ?? ''
    return whole
  })
