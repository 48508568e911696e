/**
 * Finding a match: the leftmost, then the longest or shortest as the whole expression prefers, then its parts from left
 * to right as each prefers. Manual: "Regular Expression Matching Rules"; after regexec.c.
 */
import { unsupported } from '../../wire/protocol/error.ts'
import { capturesIn, Dissection, type Piece } from './dissect.ts'
import { WORD } from './parse.ts'
import type { Assertion, Atom, Branch, Expression, Quantified, Regular } from './tree.ts'

type Range = readonly [start: number, end: number]

const NOWHERE: readonly number[] = []

const ascending = (places: Iterable<number>): number[] => [...new Set(places)].sort((a, b) => a - b)

const canBeEmpty = (expression: Expression): boolean =>
  expression.some((branch) =>
    branch.every(
      (part) =>
        part.kind !== 'quantified' || part.min === 0 || (part.atom.kind === 'group' && canBeEmpty(part.atom.inner)),
    ),
  )

const withoutAssertions = (expression: Expression): Expression =>
  expression.map((branch) =>
    branch.flatMap((part) => {
      if (part.kind !== 'quantified') return []
      const { atom } = part
      return [atom.kind === 'group' ? { ...part, atom: { ...atom, inner: withoutAssertions(atom.inner) } } : part]
    }),
  )

/** What an expression is made of, for all matches. */
export class Matcher {
  readonly #whole: Piece
  readonly #regular: Regular
  readonly #groups = new Map<number, Expression>()
  readonly #bare = new Map<number, Expression>()
  readonly #sets = new Map<string, { readonly regex: RegExp; readonly known: Map<number, boolean> }>()

  constructor(regular: Regular) {
    this.#regular = regular
    this.#whole = new Dissection().expression(regular.expression)
    this.#index(regular.expression)
    for (const part of regular.expression.flat()) this.#refuseEmpty(part, canBeEmpty(regular.expression))
  }

  /** Where there are references, PostgreSQL does not find all matches that are empty. @throws PgError 0A000 */
  #refuseEmpty(part: Branch[number], isEmpty: boolean): void {
    if (part.kind !== 'quantified') return
    if (part.atom.kind === 'group') for (const inner of part.atom.inner.flat()) this.#refuseEmpty(inner, isEmpty)
    if (part.atom.kind === 'reference' && (isEmpty || canBeEmpty(this.group(part.atom.to))))
      throw unsupported('a back reference in a regular expression, or to a group, that can match nothing')
  }

  #index(expression: Expression): void {
    for (const part of expression.flat()) {
      if (part.kind === 'look') this.#index(part.inner)
      if (part.kind !== 'quantified' || part.atom.kind !== 'group') continue
      if (part.atom.capture !== undefined) this.#groups.set(part.atom.capture, part.atom.inner)
      this.#index(part.atom.inner)
    }
  }

  /** What a reference to a group can be, as far as lengths go: what holds at the group need not hold at the reference. */
  group(number: number): Expression {
    let bare = this.#bare.get(number)
    if (bare === undefined) {
      bare = withoutAssertions(this.#groups.get(number) ?? [])
      this.#bare.set(number, bare)
    }
    return bare
  }

  isIn(source: string, code: number): boolean {
    let set = this.#sets.get(source)
    if (set === undefined) {
      set = { regex: new RegExp(source, this.#regular.options.ignoreCase ? 'iu' : 'u'), known: new Map() }
      this.#sets.set(source, set)
    }
    let isIn = set.known.get(code)
    if (isIn === undefined) {
      isIn = set.regex.test(String.fromCodePoint(code))
      set.known.set(code, isIn)
    }
    return isIn
  }

  /** @returns the extents of the match and of what groups have captured, or undefined */
  find(text: readonly number[], from: number): readonly (Range | undefined)[] | undefined {
    return new Search(this, this.#regular, text).find(this.#whole, from)
  }
}

/** One search through one text. */
class Search {
  readonly #matcher: Matcher
  readonly #regular: Regular
  readonly #text: readonly number[]
  readonly #ends = new Map<object, Map<number, readonly number[]>>()
  #captured: (Range | undefined)[] = []

  constructor(matcher: Matcher, regular: Regular, text: readonly number[]) {
    this.#matcher = matcher
    this.#regular = regular
    this.#text = text
  }

  find(whole: Piece, from: number): readonly (Range | undefined)[] | undefined {
    for (let start = from; start <= this.#text.length; start++) {
      const ends = this.#pieceEnds(whole, start)
      for (const end of whole.prefers === 'shorter' ? ends : ends.toReversed()) {
        this.#captured = Array.from({ length: this.#regular.groups + 1 }, () => undefined)
        if (!this.#dissect(whole, start, end)) continue
        this.#captured[0] = [start, end]
        return this.#captured
      }
    }
    return undefined
  }

  /** Where matches of a part that start at a place can end; kept per part and place. */
  #remembered(part: object, start: number, compute: () => readonly number[]): readonly number[] {
    let places = this.#ends.get(part)
    if (places === undefined) {
      places = new Map()
      this.#ends.set(part, places)
    }
    const known = places.get(start)
    if (known !== undefined) return known
    const ends = compute()
    places.set(start, ends)
    return ends
  }

  #expressionEnds(expression: Expression, start: number): readonly number[] {
    const [only, ...others] = expression
    if (only === undefined) return NOWHERE
    if (others.length === 0) return this.#branchEnds(only, start)
    return this.#remembered(expression, start, () =>
      ascending(expression.flatMap((branch) => this.#branchEnds(branch, start))),
    )
  }

  #branchEnds(branch: Branch, start: number): readonly number[] {
    return this.#remembered(branch, start, () => {
      let places: readonly number[] = [start]
      for (const part of branch) {
        if (places.length === 0) return NOWHERE
        if (part.kind !== 'quantified') places = places.filter((place) => this.#holds(part, place))
        else if (places.length === 1) places = this.#partEnds(part, places[0] ?? 0)
        else places = ascending(places.flatMap((place) => this.#partEnds(part, place)))
      }
      return places
    })
  }

  #partEnds(part: Quantified, start: number): readonly number[] {
    const { atom, min, max } = part
    if (min === 1 && max === 1) return this.#atomEnds(atom, start)
    return this.#remembered(part, start, () => this.#repeated((place) => this.#atomEnds(atom, place), min, max, start))
  }

  /** Where repetitions of something can end. */
  #repeated(step: (place: number) => readonly number[], min: number, max: number, start: number): readonly number[] {
    let places: readonly number[] = [start]
    for (let count = 1; count <= min && places.length > 0; count++) places = ascending(places.flatMap(step))
    const reached = new Set(places)
    for (let count = min + 1; count <= max && places.length > 0; count++) {
      places = ascending(places.flatMap(step)).filter((place) => !reached.has(place))
      for (const place of places) reached.add(place)
    }
    return ascending(reached)
  }

  #atomEnds(atom: Atom, start: number): readonly number[] {
    const code = this.#text[start]
    switch (atom.kind) {
      case 'character':
        return code !== undefined && this.#same(atom.code, code) ? [start + 1] : NOWHERE
      case 'set':
        return code !== undefined && this.#matcher.isIn(atom.source, code) ? [start + 1] : NOWHERE
      case 'group':
        return this.#expressionEnds(atom.inner, start)
      case 'reference':
        // As far as lengths go, it is what its group can be; what it must be is seen when the match is taken apart.
        return this.#expressionEnds(this.#matcher.group(atom.to), start)
      default:
        return atom satisfies never
    }
  }

  #same(a: number, b: number): boolean {
    if (a === b) return true
    if (!this.#regular.options.ignoreCase) return false
    const [left, right] = [String.fromCodePoint(a), String.fromCodePoint(b)]
    return left.toLowerCase() === right.toLowerCase() || left.toUpperCase() === right.toUpperCase()
  }

  #isWord(place: number): boolean {
    const code = this.#text[place]
    return code !== undefined && this.#matcher.isIn(WORD, code)
  }

  #isBehind(expression: Expression, place: number): boolean {
    for (let start = place; start >= 0; start--)
      if (this.#expressionEnds(expression, start).includes(place)) return true
    return false
  }

  #holds(assertion: Assertion, place: number): boolean {
    if (assertion.kind === 'look') {
      const found = assertion.ahead
        ? this.#expressionEnds(assertion.inner, place).length > 0
        : this.#isBehind(assertion.inner, place)
      return found !== assertion.negated
    }
    const [before, after] = [this.#isWord(place - 1), this.#isWord(place)]
    switch (assertion.what) {
      case 'start':
        return place === 0
      case 'end':
        return place === this.#text.length
      case 'lineStart':
        return place === 0 || this.#text[place - 1] === 10
      case 'lineEnd':
        return place === this.#text.length || this.#text[place] === 10
      case 'wordStart':
        return !before && after
      case 'wordEnd':
        return before && !after
      case 'wordEdge':
        return before !== after
      case 'noWordEdge':
        return before === after
      default:
        return assertion satisfies never
    }
  }

  #pieceEnds(piece: Piece, start: number): readonly number[] {
    if (piece.kind === 'plain') return this.#branchEnds(piece.branch, start)
    return this.#remembered(piece, start, () => {
      switch (piece.kind) {
        case 'either':
          return ascending(piece.pieces.flatMap((each) => this.#pieceEnds(each, start)))
        case 'then':
          return ascending(this.#pieceEnds(piece.left, start).flatMap((middle) => this.#pieceEnds(piece.right, middle)))
        case 'repeat':
          return this.#repeated((place) => this.#pieceEnds(piece.piece, place), piece.min, piece.max, start)
        case 'reference': {
          const referred = this.#matcher.group(piece.to)
          return this.#repeated((place) => this.#expressionEnds(referred, place), piece.min, piece.max, start)
        }
        default:
          return piece satisfies never
      }
    })
  }

  /** Whether a piece can be exactly what lies between two places; captures on the way (cdissect). */
  #dissect(piece: Piece, start: number, end: number): boolean {
    if (!this.#dissectInner(piece, start, end)) return false
    if (piece.capture !== undefined) this.#captured[piece.capture] = [start, end]
    return true
  }

  #dissectInner(piece: Piece, start: number, end: number): boolean {
    switch (piece.kind) {
      case 'plain':
        return this.#branchEnds(piece.branch, start).includes(end)
      case 'either':
        return piece.pieces.some(
          (each) => this.#pieceEnds(each, start).includes(end) && this.#dissect(each, start, end),
        )
      case 'then': {
        const middles = this.#pieceEnds(piece.left, start).filter((middle) => middle <= end)
        for (const middle of piece.left.prefers === 'shorter' ? middles : middles.toReversed()) {
          if (!this.#pieceEnds(piece.right, middle).includes(end)) continue
          const before = this.#captured.slice()
          if (this.#dissect(piece.left, start, middle) && this.#dissect(piece.right, middle, end)) return true
          this.#captured = before
        }
        return false
      }
      case 'repeat':
        return this.#iterate(piece, start, end)
      case 'reference':
        return this.#refers(piece, start, end)
      default:
        return piece satisfies never
    }
  }

  /** citerdissect and creviterdissect. */
  #iterate(piece: Piece & { readonly kind: 'repeat' }, start: number, end: number): boolean {
    if (piece.min === 0 && start === end) {
      // Nothing is one repetition that is empty rather than none, unless what is repeated prefers to be short.
      if (piece.piece.prefers !== 'shorter' && this.#pieceEnds(piece.piece, start).includes(end))
        this.#dissect(piece.piece, start, end)
      return true
    }
    const least = Math.max(piece.min, 1)
    const most = Math.max(Math.min(piece.max, end - start), least)
    const shorter = piece.piece.prefers === 'shorter'
    const groups = capturesIn(piece.piece)
    const split = (from: number, count: number): boolean => {
      const ends = this.#pieceEnds(piece.piece, from).filter((place) => place <= end)
      for (const place of shorter ? ends : ends.toReversed()) {
        const isEnd = place === end
        if (isEnd ? count < least : count >= most) continue
        // Nothing is repeated as nothing, unless to make up the least number.
        if (!isEnd && place === from && (count >= least || least - count < end - place)) continue
        const before = this.#captured.slice()
        for (const group of groups) this.#captured[group] = undefined
        if (this.#dissect(piece.piece, from, place) && (isEnd || split(place, count + 1))) return true
        this.#captured = before
      }
      return false
    }
    return split(start, 1)
  }

  /** cbrdissect. */
  #refers({ to, min, max }: Piece & { readonly kind: 'reference' }, start: number, end: number): boolean {
    const captured = this.#captured[to]
    if (captured === undefined) return false
    const length = captured[1] - captured[0]
    if (length === 0) return start === end
    if (start === end) return min === 0
    const times = (end - start) / length
    if (!Number.isInteger(times) || times < min || times > max) return false
    for (let at = start; at < end; at++)
      if (!this.#same(this.#text[captured[0] + ((at - start) % length)] ?? -1, this.#text[at] ?? -2)) return false
    return true
  }
}
