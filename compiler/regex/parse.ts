/** Reading an advanced regular expression. Manual: "Regular Expression Details"; after regc_lex.c and regcomp.c. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Assertion, Atom, Branch, CharacterSet, Expression, Quantified, RegexOptions, Regular } from './tree.ts'

const CLASSES: Readonly<Record<string, string>> = {
  alpha: '\\p{L}',
  digit: '0-9',
  alnum: '\\p{L}0-9',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\s',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  word: '\\p{L}0-9_',
}
export const WORD = `[${CLASSES.word}]`

/** @throws PgError 2201B */
const invalid = (detail: string): PgError => new PgError('2201B', `invalid regular expression: ${detail}`)

/** A character inside a class of JavaScript's. */
const escaped = (code: number): string => `\\u{${code.toString(16)}}`

const LETTER_ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, B: 92, e: 27, f: 12, n: 10, r: 13, t: 9, v: 11 }
const SHORTHANDS: Readonly<Record<string, string>> = { d: '0-9', w: CLASSES.word ?? '', s: '\\s' }
const COMPLEMENTS: Readonly<Record<string, string>> = { D: '\\D', W: '', S: '\\S' }
const PLACES: Readonly<Record<string, Assertion>> = {
  A: { kind: 'at', what: 'start' },
  Z: { kind: 'at', what: 'end' },
  m: { kind: 'at', what: 'wordStart' },
  M: { kind: 'at', what: 'wordEnd' },
  y: { kind: 'at', what: 'wordEdge' },
  Y: { kind: 'at', what: 'noWordEdge' },
}

const MOST_REPETITIONS = 255
const INFINITE = Number.POSITIVE_INFINITY

class Parser {
  readonly #characters: readonly string[]
  readonly #options: RegexOptions
  #at = 0
  #depth = 0
  groups = 0
  /** Groups that have been closed: only they can be referred to. */
  readonly #closed = new Set<number>()

  constructor(source: string, options: RegexOptions) {
    this.#characters = Array.from(source)
    this.#options = options
  }

  get #next(): string | undefined {
    return this.#characters[this.#at]
  }

  #sees(text: string): boolean {
    return this.#characters.slice(this.#at, this.#at + text.length).join('') === text
  }

  #eat(text: string): boolean {
    if (!this.#sees(text)) return false
    this.#at += text.length
    return true
  }

  /** Comments, and white space in the expanded form. */
  #skip(): void {
    for (;;) {
      if (this.#eat('(?#')) {
        while (this.#next !== undefined && this.#next !== ')') this.#at++
        if (this.#next !== undefined) this.#at++
      } else if (this.#options.expanded && this.#next !== undefined && /\s/.test(this.#next)) this.#at++
      else if (this.#options.expanded && this.#next === '#')
        while (this.#next !== undefined && !this.#sees('\n')) this.#at++
      else return
    }
  }

  all(): Expression {
    const expression = this.#expression(true)
    if (this.#next !== undefined) throw invalid('parentheses () not balanced')
    return expression
  }

  #expression(captures: boolean): Expression {
    const branches = [this.#branch(captures)]
    while (this.#eat('|')) branches.push(this.#branch(captures))
    return branches
  }

  #branch(captures: boolean): Branch {
    const parts: (Quantified | Assertion)[] = []
    for (;;) {
      this.#skip()
      if (this.#next === undefined || this.#next === '|' || this.#next === ')') return parts
      const part = this.#atom(captures)
      if (part.kind === 'at' || part.kind === 'look') parts.push(part)
      else parts.push(this.#quantified(part))
    }
  }

  #quantified(atom: Atom): Quantified {
    this.#skip()
    const prefers = (): Quantified['prefers'] => (this.#eat('?') ? 'shorter' : 'longer')
    const bounds = (min: number, max: number): Quantified => ({
      kind: 'quantified',
      atom,
      min,
      max,
      prefers: prefers(),
    })
    if (this.#eat('*')) return bounds(0, INFINITE)
    if (this.#eat('+')) return bounds(1, INFINITE)
    if (this.#eat('?')) return bounds(0, 1)
    if (!(this.#sees('{') && /\d/.test(this.#characters[this.#at + 1] ?? '')))
      return { kind: 'quantified', atom, min: 1, max: 1, prefers: undefined }
    this.#at++
    const min = this.#count()
    const comma = this.#eat(',')
    const max = !comma ? min : /\d/.test(this.#next ?? '') ? this.#count() : INFINITE
    if (this.#next === undefined) throw invalid('braces {} not balanced')
    if (!this.#eat('}') || min > max) throw invalid('invalid repetition count(s)')
    const preference = prefers()
    return { kind: 'quantified', atom, min, max, prefers: comma ? preference : undefined }
  }

  #count(): number {
    let digits = ''
    while (/\d/.test(this.#next ?? '')) digits += this.#characters[this.#at++]
    if (Number(digits) > MOST_REPETITIONS) throw invalid('invalid repetition count(s)')
    return Number(digits)
  }

  #atom(captures: boolean): Atom | Assertion {
    const character = this.#characters[this.#at++] ?? ''
    const { anchor, stop } = this.#options
    switch (character) {
      case '(':
        return this.#group(captures)
      case '[':
        if (this.#eat('[:<:]]')) return { kind: 'at', what: 'wordStart' }
        if (this.#eat('[:>:]]')) return { kind: 'at', what: 'wordEnd' }
        return this.#bracket()
      case '.':
        return { kind: 'set', source: stop ? '[^\\n]' : '[^]' }
      case '^':
        return { kind: 'at', what: anchor ? 'lineStart' : 'start' }
      case '$':
        return { kind: 'at', what: anchor ? 'lineEnd' : 'end' }
      case '\\':
        return this.#escape(captures)
      case '*':
      case '+':
      case '?':
        throw invalid('quantifier operand invalid')
      case '{':
        if (/\d/.test(this.#next ?? '')) throw invalid('quantifier operand invalid')
        break
    }
    return { kind: 'character', code: character.codePointAt(0) ?? 0 }
  }

  #group(captures: boolean): Atom | Assertion {
    const start = ['?<=', '?<!', '?:', '?=', '?!'].find((each) => this.#eat(each))
    if (start === undefined && this.#sees('?')) throw invalid('quantifier operand invalid')
    if (++this.#depth > 500) throw unsupported('a regular expression nested so deeply')
    const capture = start === undefined && captures ? ++this.groups : undefined
    const inner = this.#expression(captures && (start === undefined || start === '?:'))
    if (!this.#eat(')')) throw invalid('parentheses () not balanced')
    this.#depth--
    if (capture !== undefined) this.#closed.add(capture)
    if (start === undefined || start === '?:') return { kind: 'group', inner, capture }
    return { kind: 'look', ahead: !start.includes('<'), negated: start.endsWith('!'), inner }
  }

  /** The number in digits of a base. @throws PgError 2201B for too few of them */
  #digits(base: number, least: number, most: number): number {
    const valid = base === 16 ? /[0-9a-f]/i : base === 8 ? /[0-7]/ : /[0-9]/
    let text = ''
    while (text.length < most && valid.test(this.#next ?? '')) text += this.#characters[this.#at++]
    if (text.length < least) throw invalid('invalid escape \\ sequence')
    const code = Number.parseInt(text, base)
    if (code > 0x10ffff) throw invalid('invalid escape \\ sequence')
    return code
  }

  /** The character that an escape stands for; undefined where it stands for no single one. */
  #escapedCharacter(letter: string): number | undefined {
    if (!/[a-zA-Z0-9]/.test(letter)) return letter.codePointAt(0)
    const known = LETTER_ESCAPES[letter]
    if (known !== undefined) return known
    switch (letter) {
      case 'c': {
        const control = this.#characters[this.#at++]
        if (control === undefined) throw invalid('invalid escape \\ sequence')
        return (control.codePointAt(0) ?? 0) & 0x1f
      }
      case 'u':
        return this.#digits(16, 4, 4)
      case 'U':
        return this.#digits(16, 8, 8)
      case 'x':
        return this.#digits(16, 1, 255)
      case '0':
        return this.#octal()
      default:
        return undefined
    }
  }

  #octal(): number {
    this.#at--
    const start = this.#at
    const code = this.#digits(8, 1, 3)
    if (code <= 0xff) return code
    this.#at = start + 2
    return code >> 3
  }

  #escape(captures: boolean): Atom | Assertion {
    const letter = this.#characters[this.#at++]
    if (letter === undefined) throw invalid('invalid escape \\ sequence')
    const place = PLACES[letter]
    if (place !== undefined) return place
    const shorthand = SHORTHANDS[letter.toLowerCase()]
    if (shorthand !== undefined)
      return { kind: 'set', source: `[${letter === letter.toLowerCase() ? '' : '^'}${shorthand}]` }
    if (/[1-9]/.test(letter)) {
      const start = this.#at--
      const number = this.#digits(10, 1, 255)
      if (this.#at === start || number <= this.groups) {
        if (!captures || !this.#closed.has(number)) throw invalid('invalid backreference number')
        return { kind: 'reference', to: number }
      }
      this.#at = start
      if (/[89]/.test(letter)) throw invalid('invalid escape \\ sequence')
      return { kind: 'character', code: this.#octal() }
    }
    const code = this.#escapedCharacter(letter)
    if (code === undefined) throw invalid('invalid escape \\ sequence')
    return { kind: 'character', code }
  }

  #bracket(): CharacterSet {
    const negated = this.#eat('^')
    let set = ''
    for (let first = true; first || this.#next !== ']'; first = false) {
      if (this.#next === undefined) throw invalid('brackets [] not balanced')
      const item = this.#bracketItem(first)
      if (typeof item === 'string') {
        set += item
        continue
      }
      const isRange =
        this.#next === '-' && this.#characters[this.#at + 1] !== ']' && this.#characters[this.#at + 1] !== undefined
      if (!isRange) {
        set += escaped(item)
        continue
      }
      this.#at++
      const end = this.#bracketItem(true)
      if (typeof end === 'string' || end < item) throw invalid('invalid character range')
      set += `${escaped(item)}-${escaped(end)}`
    }
    this.#at++
    if (negated) return { kind: 'set', source: `[^${this.#options.stop ? '\\n' : ''}${set}]` }
    return { kind: 'set', source: `[${set}]` }
  }

  /** A character by its code, or several as JavaScript writes them. */
  #bracketItem(first: boolean): number | string {
    const character = this.#characters[this.#at++]
    if (character === undefined) throw invalid('brackets [] not balanced')
    if (character === '[' && /[:.=]/.test(this.#next ?? '')) {
      const mark = this.#characters[this.#at++]
      const start = this.#at
      while (this.#next !== undefined && !this.#sees(`${mark}]`)) this.#at++
      if (this.#next === undefined) throw invalid('brackets [] not balanced')
      const name = this.#characters.slice(start, this.#at).join('')
      this.#at += 2
      if (mark === ':') {
        const known = CLASSES[name]
        if (known === undefined) {
          if (['graph', 'print', 'ascii'].includes(name)) throw unsupported(`[[:${name}:]] in a regular expression`)
          throw invalid('invalid character class')
        }
        return known
      }
      const code = name.codePointAt(0)
      if (code === undefined || Array.from(name).length > 1)
        throw unsupported('the name of a collating element in a regular expression')
      return mark === '=' ? escaped(code) : code
    }
    if (character === '\\') {
      const letter = this.#characters[this.#at++]
      if (letter === undefined) throw invalid('invalid escape \\ sequence')
      const shorthand = SHORTHANDS[letter]
      if (shorthand !== undefined) return shorthand
      const complement = COMPLEMENTS[letter]
      if (complement === '') throw unsupported('\\W in a bracket expression')
      if (complement !== undefined) return complement
      const code = this.#escapedCharacter(letter)
      if (code === undefined) throw invalid('invalid escape \\ sequence')
      return code
    }
    if (character === '-' && !first && this.#next !== ']') throw invalid('invalid character range')
    return character.codePointAt(0) ?? 0
  }
}

const NEWLINES: Readonly<Record<string, Pick<RegexOptions, 'stop' | 'anchor'>>> = {
  n: { stop: true, anchor: true },
  m: { stop: true, anchor: true },
  p: { stop: true, anchor: false },
  w: { stop: false, anchor: true },
  s: { stop: false, anchor: false },
}

/** Options by their letters. @throws PgError by `unknown` */
const withOptions = (options: RegexOptions, letters: string, unknown: (letter: string) => PgError): RegexOptions => {
  let result = options
  for (const letter of letters) {
    const newlines = NEWLINES[letter]
    if (newlines !== undefined) result = { ...result, ...newlines }
    else if (letter === 'i' || letter === 'c') result = { ...result, ignoreCase: letter === 'i' }
    else if (letter === 'q') result = { ...result, literal: true }
    else if (letter === 'x' || letter === 't') result = { ...result, expanded: letter === 'x' }
    else if (letter === 'b' || letter === 'e') throw unsupported(`the option "${letter}" of a regular expression`)
    else throw unknown(letter)
  }
  return result
}

/**
 * @param flags PostgreSQL's option letters, without "g"
 * @throws PgError 2201B, 22023
 */
export const parseRegex = (source: string, flags: string): Regular => {
  const none: RegexOptions = { ignoreCase: false, stop: false, anchor: false, literal: false, expanded: false }
  let options = withOptions(
    none,
    flags,
    (letter) => new PgError('22023', `invalid regular expression option: "${letter}"`),
  )
  let text = source
  if (!options.literal && text.startsWith('***')) {
    if (!/^\*\*\*[=:]/.test(text)) throw invalid('quantifier operand invalid')
    options = { ...options, literal: text[3] === '=' }
    text = text.slice(4)
  }
  const [embedded, letters = ''] = options.literal ? [] : (/^\(\?([a-z]+)\)/.exec(text) ?? [])
  if (embedded !== undefined) {
    options = withOptions(options, letters, () => invalid('invalid embedded option'))
    text = text.slice(embedded.length)
  }
  if (options.literal) {
    const part = (character: string): Quantified => ({
      kind: 'quantified',
      atom: { kind: 'character', code: character.codePointAt(0) ?? 0 },
      min: 1,
      max: 1,
      prefers: undefined,
    })
    return { expression: [Array.from(text, part)], groups: 0, options }
  }
  const parser = new Parser(text, options)
  return { expression: parser.all(), groups: parser.groups, options }
}
