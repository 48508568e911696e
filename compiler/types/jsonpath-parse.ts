/** Reading a jsonpath. After jsonpath_scan.l, jsonpath_gram.y and flattenJsonPathParseItem. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Arithmetic, Comparison, JsonPath, Method, Path } from './jsonpath.ts'
import { isMomentMethod, METHODS } from './jsonpath.ts'
import { formatDecimal, negate, parseDecimal } from './numeric.ts'

interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'integer' | 'variable' | 'symbol' | 'end'
  readonly text: string
  readonly at: number
}

const SYMBOLS = ['&&', '||', '==', '!=', '<>', '<=', '>=', '**', ...'?%$.[]{}()|&!=<>@#,*:-+/']
const SPECIAL = /[?%$.[\]{}()|&!=<>@#,*:\-+/\s"\\]/u

const syntaxError = (token: Token): PgError =>
  new PgError(
    '42601',
    token.kind === 'end'
      ? 'syntax error at end of jsonpath input'
      : `syntax error at or near "${token.text}" of jsonpath input`,
  )
const near = (message: string, text: string): PgError =>
  new PgError('42601', `${message} at or near "${text}" of jsonpath input`)

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

class Lexer {
  readonly #text: string
  #at = 0
  constructor(text: string) {
    this.#text = text
  }

  next(): Token {
    this.#skip()
    const at = this.#at
    const rest = this.#text.slice(at)
    const token = (kind: Token['kind'], text: string): Token => ({ kind, text, at })
    if (rest === '') return token('end', '')
    if (rest.startsWith('"')) return token('string', this.#quoted())
    if (/^\$"/.test(rest)) {
      this.#at++
      return token('variable', this.#quoted())
    }
    if (/^(\d|\.\d)/.test(rest)) return this.#number(rest, at)
    if (rest.startsWith('$') && rest.length > 1 && !SPECIAL.test(rest[1] ?? ' ')) {
      this.#at++
      return token('variable', this.#word())
    }
    const symbol = SYMBOLS.find((it) => rest.startsWith(it))
    if (symbol !== undefined) {
      this.#at += symbol.length
      return token('symbol', symbol === '<>' ? '!=' : symbol)
    }
    return token('word', this.#word())
  }

  #skip(): void {
    for (;;) {
      const space = /^\s+/.exec(this.#text.slice(this.#at))
      if (space !== null) this.#at += space[0].length
      else if (this.#text.startsWith('/*', this.#at)) {
        const end = this.#text.indexOf('*/', this.#at + 2)
        if (end < 0) throw new PgError('42601', 'unexpected end of comment at end of jsonpath input')
        this.#at = end + 2
      } else return
    }
  }

  #number(rest: string, at: number): Token {
    const radix = /^0(x[0-9a-f]+(_[0-9a-f]+)*|o[0-7]+(_[0-7]+)*|b[01]+(_[01]+)*)/i.exec(rest)
    const decimal = /^(?:\d+(?:_\d+)*)?(?:\.(?:\d+(?:_\d+)*)?)?(?:e[+-]?\d+(?:_\d+)*)?/i.exec(rest)
    const found = radix?.[0] ?? decimal?.[0] ?? ''
    const following = rest.slice(found.length)
    if (radix === null && /^0\d/.test(found)) throw near('trailing junk after numeric literal', found.slice(0, 2))
    // A number must end where it ends.
    if (/^[^?%$.[\]{}()|&!=<>@#,*:\-+/\s"\\]/u.test(following))
      throw near('trailing junk after numeric literal', found + (following[0] ?? ''))
    this.#at += found.length
    const digits = found.replaceAll('_', '')
    if (radix !== null) return { kind: 'integer', text: String(BigInt(digits)), at }
    return /^\d+$/.test(digits)
      ? { kind: 'integer', text: digits, at }
      : { kind: 'number', text: formatDecimal(parseDecimal(digits)), at }
  }

  #escape(): string {
    const symbol = this.#text[++this.#at]
    if (symbol === undefined) throw new PgError('42601', 'unexpected end after backslash at end of jsonpath input')
    this.#at++
    if (symbol === 'x') return this.#code(/^[0-9a-f]{2}/i, 'invalid hexadecimal character sequence')
    if (symbol !== 'u') return ESCAPES[symbol] ?? symbol
    const braced = /^\{([0-9a-f]{1,6})\}/i.exec(this.#text.slice(this.#at))
    if (braced !== null) {
      this.#at += braced[0].length
      return this.#character(Number.parseInt(braced[1] ?? '', 16))
    }
    return this.#code(/^[0-9a-f]{4}/i, 'invalid Unicode escape sequence')
  }

  #code(pattern: RegExp, message: string): string {
    const match = pattern.exec(this.#text.slice(this.#at))
    if (match === null) throw near(message, this.#text.slice(this.#at - 2, this.#at))
    this.#at += match[0].length
    const code = Number.parseInt(match[0], 16)
    if (code < 0xd800 || code > 0xdbff) return this.#character(code)
    const low = /^\\u(d[c-f][0-9a-f]{2})/i.exec(this.#text.slice(this.#at))
    if (low === null)
      throw new PgError('22P02', 'invalid input syntax for type jsonpath', {
        detail: 'Unicode high surrogate must be followed by a low surrogate.',
      })
    this.#at += low[0].length
    return String.fromCharCode(code, Number.parseInt(low[1] ?? '', 16))
  }

  #character(code: number): string {
    if (code === 0)
      throw new PgError('22P05', 'unsupported Unicode escape sequence', {
        detail: '\\u0000 cannot be converted to text.',
      })
    if (code >= 0xdc00 && code <= 0xdfff)
      throw new PgError('22P02', 'invalid input syntax for type jsonpath', {
        detail: 'Unicode low surrogate must follow a high surrogate.',
      })
    return String.fromCodePoint(code)
  }

  #quoted(): string {
    let value = ''
    this.#at++
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined) throw new PgError('42601', 'unterminated quoted string at end of jsonpath input')
      if (character === '"') {
        this.#at++
        return value
      }
      if (character === '\\') value += this.#escape()
      else {
        value += character
        this.#at++
      }
    }
  }

  #word(): string {
    let value = ''
    for (;;) {
      const character = this.#text[this.#at]
      if (character === '\\') value += this.#escape()
      else if (character === undefined || SPECIAL.test(character)) return value
      else {
        value += character
        this.#at++
      }
    }
  }
}

const withNext = (path: Path, next: Path): Path => ({
  ...path,
  next: path.next === undefined ? next : withNext(path.next, next),
})

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '>', '<=', '>='])
const PREDICATES: ReadonlySet<Path['kind']> = new Set([
  'and',
  'or',
  'not',
  'compare',
  'exists',
  'unknown',
  'startsWith',
  'regex',
])

/** Of an expression in parentheses without accessors: it may be a predicate or a value. */
const isPredicate = (path: Path): boolean => PREDICATES.has(path.kind) && path.next === undefined

class Parser {
  readonly #tokens: Token[] = []
  #at = 0
  constructor(text: string) {
    const lexer = new Lexer(text)
    for (;;) {
      const token = lexer.next()
      this.#tokens.push(token)
      if (token.kind === 'end') break
    }
  }

  parse(): JsonPath {
    const strict = this.#keyword('strict')
    if (!strict) this.#keyword('lax')
    const root = this.#or()
    if (this.#peek().kind !== 'end') throw syntaxError(this.#peek())
    return { strict, root }
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token
  }

  #is(symbol: string, ahead = 0): boolean {
    const { kind, text } = this.#peek(ahead)
    return kind === 'symbol' && text === symbol
  }

  #isKeyword(word: string, ahead = 0): boolean {
    const { kind, text } = this.#peek(ahead)
    return kind === 'word' && text.toLowerCase() === word
  }

  #symbol(symbol: string): boolean {
    if (!this.#is(symbol)) return false
    this.#at++
    return true
  }

  #keyword(word: string): boolean {
    if (!this.#isKeyword(word)) return false
    this.#at++
    return true
  }

  #expect(symbol: string): void {
    if (!this.#symbol(symbol)) throw syntaxError(this.#peek())
  }

  #asPredicate(path: Path): Path {
    if (!isPredicate(path)) throw syntaxError(this.#peek())
    return path
  }

  #asValue(path: Path): Path {
    if (isPredicate(path)) throw syntaxError(this.#peek())
    return path
  }

  #or(): Path {
    let left = this.#and()
    while (this.#symbol('||'))
      left = { kind: 'or', left: this.#asPredicate(left), right: this.#asPredicate(this.#and()) }
    return left
  }

  #and(): Path {
    let left = this.#comparison()
    while (this.#symbol('&&'))
      left = { kind: 'and', left: this.#asPredicate(left), right: this.#asPredicate(this.#comparison()) }
    return left
  }

  #comparison(): Path {
    if (this.#symbol('!')) return { kind: 'not', arg: this.#delimited() }
    if (this.#isKeyword('exists') && this.#is('(', 1)) return this.#delimited()
    const left = this.#sum()
    const { kind, text } = this.#peek()
    if (kind === 'symbol' && COMPARISONS.has(text)) {
      this.#asValue(left)
      this.#at++
      const right = this.#asValue(this.#sum())
      return { kind: 'compare', operator: text as Comparison, left, right }
    }
    if (this.#isKeyword('starts') && this.#isKeyword('with', 1)) {
      this.#asValue(left)
      this.#at += 2
      const initial = this.#peek()
      if (initial.kind !== 'string' && initial.kind !== 'variable') throw syntaxError(initial)
      this.#at++
      return { kind: 'startsWith', left, right: { kind: initial.kind, value: initial.text } }
    }
    if (this.#keyword('like_regex')) return this.#regex(this.#asValue(left))
    return left
  }

  #regex(left: Path): Path {
    const pattern = this.#peek()
    if (pattern.kind !== 'string') throw syntaxError(pattern)
    this.#at++
    let flags = ''
    if (this.#keyword('flag')) {
      const given = this.#peek()
      if (given.kind !== 'string') throw syntaxError(given)
      this.#at++
      flags = given.text
      const unknown = /[^ismxq]/u.exec(flags)
      if (unknown !== null)
        throw new PgError('42601', 'invalid input syntax for type jsonpath', {
          detail: `Unrecognized flag character "${unknown[0]}" in LIKE_REGEX predicate.`,
        })
      if (flags.includes('x') && !flags.includes('q'))
        throw new PgError('0A000', 'XQuery "x" flag (expanded regular expressions) is not implemented')
    }
    return { kind: 'regex', left, pattern: pattern.text, flags }
  }

  /** What may stand behind `!`: `(predicate)` or `exists (expr)`. */
  #delimited(): Path {
    if (this.#keyword('exists')) {
      this.#expect('(')
      const arg = this.#asValue(this.#sum())
      this.#expect(')')
      return { kind: 'exists', arg }
    }
    this.#expect('(')
    const predicate = this.#asPredicate(this.#or())
    this.#expect(')')
    return predicate
  }

  #sum(): Path {
    let left = this.#product()
    while (this.#is('+') || this.#is('-')) left = this.#binary(left, () => this.#product())
    return left
  }

  #product(): Path {
    let left = this.#unary()
    while (this.#is('*') || this.#is('/') || this.#is('%')) left = this.#binary(left, () => this.#unary())
    return left
  }

  #binary(left: Path, operand: () => Path): Path {
    this.#asValue(left)
    const operator = this.#peek().text as Arithmetic
    this.#at++
    return { kind: 'arithmetic', operator, left, right: this.#asValue(operand()) }
  }

  #unary(): Path {
    if (this.#symbol('+')) {
      const arg = this.#asValue(this.#unary())
      return arg.kind === 'number' && arg.next === undefined ? arg : { kind: 'plus', arg }
    }
    if (this.#symbol('-')) {
      const arg = this.#asValue(this.#unary())
      if (arg.kind !== 'number' || arg.next !== undefined) return { kind: 'minus', arg }
      return { kind: 'number', value: formatDecimal(negate(parseDecimal(arg.value))) }
    }
    return this.#accessors()
  }

  #accessors(): Path {
    if (!this.#symbol('(')) {
      return this.#follow(this.#primary())
    }
    const inner = this.#or()
    this.#expect(')')
    if (this.#isKeyword('is') && this.#isKeyword('unknown', 1) && isPredicate(inner)) {
      this.#at += 2
      return { kind: 'unknown', arg: inner }
    }
    return this.#follow(inner)
  }

  #primary(): Path {
    const token = this.#peek()
    this.#at++
    const { kind, text } = token
    if (kind === 'string' || kind === 'variable') return { kind, value: text }
    if (kind === 'integer' || kind === 'number') return { kind: 'number', value: formatDecimal(parseDecimal(text)) }
    if (kind === 'symbol' && text === '$') return { kind: 'root' }
    if (kind === 'symbol' && text === '@') return { kind: 'current' }
    if (kind === 'word') {
      if (text === 'null') return { kind: 'null' }
      if (text === 'true' || text === 'false') return { kind: 'bool', value: text === 'true' }
      if (text.toLowerCase() === 'last') return { kind: 'last' }
    }
    throw syntaxError(token)
  }

  #follow(path: Path): Path {
    let result = path
    for (;;) {
      if (this.#symbol('[')) result = withNext(result, this.#subscripts())
      else if (this.#symbol('?')) {
        this.#expect('(')
        const arg = this.#asPredicate(this.#or())
        this.#expect(')')
        result = withNext(result, { kind: 'filter', arg })
      } else if (this.#symbol('.')) result = withNext(result, this.#member())
      else return result
    }
  }

  #subscripts(): Path {
    if (this.#is('*') && this.#is(']', 1)) {
      this.#at += 2
      return { kind: 'anyArray' }
    }
    const subscripts: { from: Path; to?: Path }[] = []
    do {
      const from = this.#asValue(this.#sum())
      subscripts.push(this.#keyword('to') ? { from, to: this.#asValue(this.#sum()) } : { from })
    } while (this.#symbol(','))
    this.#expect(']')
    return { kind: 'index', subscripts }
  }

  #level(): number | undefined {
    if (this.#keyword('last')) return undefined
    const token = this.#peek()
    if (token.kind !== 'integer') throw syntaxError(token)
    this.#at++
    return Number(token.text)
  }

  #member(): Path {
    if (this.#symbol('*')) return { kind: 'anyKey' }
    if (this.#symbol('**')) {
      if (!this.#symbol('{')) return { kind: 'any', from: 0, to: undefined }
      const from = this.#level()
      const to = this.#keyword('to') ? this.#level() : from
      this.#expect('}')
      return { kind: 'any', from, to }
    }
    const token = this.#peek()
    if (token.kind !== 'word' && token.kind !== 'string') throw syntaxError(token)
    this.#at++
    if (token.kind === 'word' && this.#is('(')) return this.#method(token)
    return { kind: 'key', value: token.text }
  }

  #method(token: Token): Path {
    this.#at++
    const name = token.text.toLowerCase()
    const args: number[] = []
    if (name === 'decimal') {
      while (!this.#is(')')) {
        const negative = this.#symbol('-')
        if (!negative) this.#symbol('+')
        const number = this.#peek()
        if (number.kind !== 'integer') throw syntaxError(number)
        this.#at++
        args.push(negative ? -Number(number.text) : Number(number.text))
        if (!this.#symbol(',')) break
      }
      if (args.length > 2)
        throw new PgError('42601', 'invalid input syntax for type jsonpath', {
          detail: '.decimal() can only have an optional precision[,scale].',
        })
    } else if (isMomentMethod(name)) {
      const token = this.#peek()
      if (name === 'datetime' && token.kind === 'string') throw unsupported('a template of .datetime() in jsonpath')
      if (name !== 'datetime' && name !== 'date' && token.kind === 'integer') {
        this.#at++
        args.push(Number(token.text))
      }
    } else if (!(METHODS as readonly string[]).includes(name)) throw syntaxError(this.#peek(-1))
    this.#expect(')')
    return { kind: 'method', name: name as Method, args }
  }
}

/** `@` stands only in filters, `last` only in subscripts. @throws PgError 42601 */
const check = (path: Path, inFilter: boolean, inSubscript: boolean): void => {
  const inside = (arg: Path | undefined): void => {
    if (arg !== undefined) check(arg, inFilter, inSubscript)
  }
  switch (path.kind) {
    case 'current':
      if (!inFilter) throw new PgError('42601', '@ is not allowed in root expressions')
      break
    case 'last':
      if (!inSubscript) throw new PgError('42601', 'LAST is allowed only in array subscripts')
      break
    case 'and':
    case 'or':
    case 'startsWith':
    case 'compare':
    case 'arithmetic':
      inside(path.left)
      inside(path.right)
      break
    case 'regex':
      inside(path.left)
      break
    case 'filter':
      check(path.arg, true, inSubscript)
      break
    case 'plus':
    case 'minus':
    case 'not':
    case 'unknown':
    case 'exists':
      inside(path.arg)
      break
    case 'index':
      for (const { from, to } of path.subscripts) {
        check(from, inFilter, true)
        if (to !== undefined) check(to, inFilter, true)
      }
      break
    default:
  }
  inside(path.next)
}

/**
 * jsonpath_in.
 * @throws PgError 42601 for what is no path; 22P02 for an empty one; 0A000 for the methods of dates and times
 */
export const parsePath = (text: string): JsonPath => {
  if (/^\s*$/.test(text)) throw new PgError('22P02', `invalid input syntax for type jsonpath: "${text}"`)
  const path = new Parser(text).parse()
  check(path.root, false, false)
  return path
}
