/**
 * Regular expressions with PostgreSQL's syntax (manual, "POSIX Regular Expressions"), run by JavaScript's engine where
 * both mean the same. The two differ in which of several matches of alternatives they prefer: PostgreSQL's takes the
 * longest, so what depends on it is refused.
 */
import { PgError, unsupported } from '../../wire/protocol/error.ts'

export interface Pattern {
  readonly regex: RegExp
  readonly groups: number
}

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

const invalid = (detail: string): PgError => new PgError('2201B', `invalid regular expression: ${detail}`)

const literal = (character: string): string => (/[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character)

/** How line ends count: REG_NLSTOP and REG_NLANCH. */
interface Lines {
  /** `.` and complements do not match one. */
  readonly stop: boolean
  /** `^` and `$` match at one. */
  readonly anchor: boolean
}

/** @param exact the extent of the match matters, not only whether there is one */
const translate = (
  source: string,
  exact: boolean,
  lines: Lines,
): { readonly text: string; readonly groups: number } => {
  if (source.startsWith('***') || /^\(\?[a-z]+\)/.test(source))
    throw unsupported('an embedded option of a regular expression')
  let text = ''
  let groups = 0
  let depth = 0
  let lazy = false
  let greedy = false
  let alternatives = false
  const characters = Array.from(source)
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    const next = characters[at + 1]
    switch (character) {
      case '\\': {
        if (next === undefined) throw invalid('invalid escape \\ sequence')
        at++
        if (/[dDwWsS]/.test(next))
          text += { d: '[0-9]', D: '[^0-9]', w: '[\\p{L}0-9_]', W: '[^\\p{L}0-9_]', s: '\\s', S: '\\S' }[next]
        else if (/[nrtfv]/.test(next)) text += `\\${next}`
        else if (next === 'm' || next === 'M' || next === 'y' || next === 'Y' || next === 'A' || next === 'Z') {
          const word = '[\\p{L}0-9_]'
          text += {
            m: `(?<!${word})(?=${word})`,
            M: `(?<=${word})(?!${word})`,
            y: `(?:(?<!${word})(?=${word})|(?<=${word})(?!${word}))`,
            Y: `(?:(?<!${word})(?!${word})|(?<=${word})(?=${word}))`,
            A: '(?<![\\s\\S])',
            Z: '(?![\\s\\S])',
          }[next]
        } else if (/[1-9]/.test(next)) {
          if (Number(next) > groups) throw invalid('invalid backreference number')
          text += `\\${next}(?:)`
        } else if (/[a-zA-Z0]/.test(next)) throw unsupported(`\\${next} in a regular expression`)
        else text += literal(next)
        break
      }
      case '[': {
        let set = '['
        at++
        if (characters[at] === '^') {
          set += lines.stop ? '^\\n' : '^'
          at++
        }
        for (let first = true; ; first = false, at++) {
          const item = characters[at]
          if (item === undefined) throw invalid('brackets [] not balanced')
          if (item === ']' && !first) break
          if (
            item === '[' &&
            (characters[at + 1] === ':' || characters[at + 1] === '.' || characters[at + 1] === '=')
          ) {
            const end = characters.slice(at).join('').indexOf(':]')
            if (characters[at + 1] !== ':' || end < 0) throw unsupported('a collating element in a regular expression')
            const name = characters.slice(at + 2, at + end).join('')
            if (name === '<' || name === '>') throw unsupported('[[:<:]] in a regular expression')
            const known = CLASSES[name]
            if (known === undefined) throw invalid('invalid character class')
            set += known
            at += end + 1
          } else if (item === '\\') {
            const escaped = characters[++at] ?? ''
            if (/[dws]/.test(escaped)) set += { d: '0-9', w: '\\p{L}0-9_', s: '\\s' }[escaped]
            else if (/[nrtfv]/.test(escaped)) set += `\\${escaped}`
            else if (/[a-zA-Z0-9]/.test(escaped)) throw unsupported(`\\${escaped} in a bracket expression`)
            else set += `\\${escaped}`
          } else
            set += /[[\]\\^]/.test(item)
              ? `\\${item}`
              : item === '-' && characters[at + 1] !== ']' && !first && characters[at - 1] !== '^'
                ? '-'
                : item === '-'
                  ? '\\-'
                  : item
        }
        text += `${set}]`
        break
      }
      case '(':
        depth++
        if (next === '?') {
          const kind = characters.slice(at + 1, at + 3).join('')
          if (
            !['?:', '?=', '?!'].includes(kind) &&
            characters.slice(at + 1, at + 4).join('') !== '?<=' &&
            characters.slice(at + 1, at + 4).join('') !== '?<!'
          )
            throw unsupported('this group of a regular expression')
          text += '('
        } else {
          groups++
          text += '('
        }
        break
      case ')':
        if (depth === 0) throw invalid('parentheses () not balanced')
        depth--
        text += ')'
        break
      case '*':
      case '+':
      case '?':
        if (text === '' || text.endsWith('|') || (text.endsWith('(') && characters[at - 1] === '(')) {
          if (characters[at - 1] === '(' && character === '?') text += '?'
          else throw invalid('quantifier operand invalid')
          break
        }
        if (next === '?') {
          lazy = true
          text += `${character}?`
          at++
        } else {
          greedy = true
          text += character
        }
        if (next === '*' || next === '+') throw invalid('quantifier operand invalid')
        break
      case '{': {
        const bound = /^\{\d+(?:,\d*)?\}\??/.exec(characters.slice(at).join(''))
        if (bound === null) {
          if (/^\{\d/.test(characters.slice(at).join(''))) throw invalid('invalid repetition count(s)')
          text += '\\{'
          break
        }
        if (bound[0].endsWith('?')) lazy = true
        else greedy = true
        text += bound[0]
        at += bound[0].length - 1
        break
      }
      case '}':
        text += '\\}'
        break
      case '|':
        alternatives = true
        text += '|'
        break
      case '.':
        text += lines.stop ? '[^\\n]' : '[\\s\\S]'
        break
      case '^':
        text += lines.anchor ? '(?<![^\\n])' : '(?<![\\s\\S])'
        break
      case '$':
        text += lines.anchor ? '(?![^\\n])' : '(?![\\s\\S])'
        break
      default:
        text += literal(character)
    }
  }
  if (depth > 0) throw invalid('parentheses () not balanced')
  if (lazy && greedy) throw unsupported('greedy and non-greedy quantifiers in one regular expression')
  if (exact && alternatives) throw unsupported('alternatives in a regular expression whose match is asked for')
  if (exact && lazy) throw unsupported('a non-greedy regular expression whose match is asked for')
  return { text, groups }
}

const cache = new Map<string, Pattern>()

/**
 * @param flags PostgreSQL's option letters
 * @throws PgError 2201B for an invalid expression, 0A000 for one that JavaScript would understand differently
 */
export const compileRegex = (source: string, flags = '', exact = false): Pattern => {
  const key = `${flags}/${exact}/${source}`
  const known = cache.get(key)
  if (known !== undefined) return known
  let own = 'u'
  let [stop, anchor, quoted] = [false, false, false]
  for (const flag of flags) {
    if (flag === 'i') own += own.includes('i') ? '' : 'i'
    else if (flag === 'c') own = own.replace('i', '')
    else if (flag === 'g') continue
    else if (/[nmpws]/.test(flag)) [stop, anchor] = [/[nmp]/.test(flag), /[nmw]/.test(flag)]
    else if (flag === 'q') quoted = true
    else if (flag === 't') continue
    else if (/[xbe]/.test(flag)) throw unsupported(`the option "${flag}" of a regular expression`)
    else throw new PgError('22023', `invalid regular expression option: "${flag}"`)
  }
  const { text, groups } = quoted
    ? { text: Array.from(source, literal).join(''), groups: 0 }
    : translate(source, exact, { stop, anchor })
  let pattern: Pattern
  try {
    pattern = { regex: new RegExp(text, own), groups }
  } catch {
    throw unsupported(`the regular expression "${source}"`)
  }
  if (cache.size > 1000) cache.clear()
  cache.set(key, pattern)
  return pattern
}

/** \1 and \& in a replacement. */
export const expandReplacement = (replacement: string, match: RegExpExecArray): string =>
  replacement.replace(/\\([0-9&\\]|$|.)/gsu, (whole, symbol: string) => {
    if (symbol === '&') return match[0]
    if (symbol === '\\') return '\\'
    if (/^[1-9]$/.test(symbol)) return match[Number(symbol)] ?? ''
    return whole
  })

export const globalRegex = ({ regex }: Pattern): RegExp => new RegExp(regex.source, `${regex.flags}g`)
