/** The declarations of a PL/pgSQL body, as libpg_query's parser must be shown them, and what it does not tell of them. */
import { scanSync } from 'libpg-query'
import { unsupported } from '../../wire/protocol/error.ts'
import { utf8 } from '../../wire/protocol/utf8.ts'
import type { Expression } from './tree.ts'

export interface Token {
  readonly start: number
  readonly end: number
  readonly text: string
  readonly tokenName: string
  readonly keywordKind: number
}

export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

const encoder = new TextEncoder()

export interface Prepared {
  readonly text: string
  /** The composite types of variables, by name and line: the parser takes these for scalars. */
  readonly types: ReadonlyMap<string, string>
  /** What records are initialised with, in the same way: libpg_query does not tell. */
  readonly defaults: ReadonlyMap<string, Expression>
}

/**
 * Puts every word on a line of its own, so that a line tells a declaration from all others, and declares variables of
 * a table's row type as records, as PL/pgSQL itself treats them.
 */
export const prepare = (text: string, kindOf: (path: readonly string[]) => string | undefined): Prepared => {
  const bytes = encoder.encode(text)
  let code: readonly Token[]
  try {
    const { tokens } = scanSync(text) as unknown as { tokens: readonly Token[] }
    code = tokens.filter(({ tokenName }) => tokenName !== 'SQL_COMMENT' && tokenName !== 'C_COMMENT')
  } catch {
    return { text, types: new Map(), defaults: new Map() }
  }
  const word = (at: number): string => code[at]?.text.toLowerCase() ?? ''
  const types = new Map<string, string>()
  const defaults = new Map<string, Expression>()
  let output = ''
  let copied = 0
  let declaring = false
  const copyTo = (end: number): void => {
    output += utf8(bytes.subarray(copied, end))
    copied = end
  }
  for (let at = 0; at < code.length; at++) {
    const token = code[at] as Token
    if (!isName(token)) continue
    copyTo(token.start)
    output += '\n'
    if (word(at) === 'declare') declaring = true
    else if (word(at) === 'begin') declaring = false
    const opens = [';', 'declare', '>>', '>'].includes(word(at - 1))
    if (!declaring || !opens) continue
    const first = word(at + 1) === 'constant' ? at + 2 : at + 1
    const { path, last } = readPath(code, first)
    const rowType = word(last + 1) === '%' && word(last + 2) === 'rowtype'
    const ends = word(last + (rowType ? 3 : 1)) || ';'
    if (path.length === 0) continue
    const isAnyRecord = path.length === 1 && word(first) === 'record'
    const kind = isAnyRecord ? undefined : kindOf(path)
    const record = isAnyRecord || rowType || (kind === 'c' && [';', ':=', '=', 'default', 'not'].includes(ends))
    // What is no type of PostgreSQL's own, the parser would take for a record.
    if (!record && (kind === undefined || kind === 'c' || ends === '%' || ends === '.')) continue
    const key = `${nameOf(token)}:${output.split('\n').length}`
    if (!isAnyRecord) types.set(key, path.map(quote).join('.'))
    if (record) {
      if (first > at + 1 || ends === 'not') throw unsupported('a record that is CONSTANT or NOT NULL')
      const given = readDefault(code, last + (rowType ? 3 : 1))
      if (given !== undefined) {
        const query = utf8(bytes.subarray(given.start, given.end))
        defaults.set(key, { query, parseMode: EXPRESSION })
      }
    }
    copyTo((code[first] as Token).start)
    output += record ? 'record' : 'text'
    copied = (code[rowType ? last + 2 : last] as Token).end
    at = rowType ? last + 2 : last
  }
  copyTo(bytes.length)
  return { text: output, types, defaults }
}

const isName = (token: Token | undefined): token is Token =>
  token !== undefined && (token.tokenName === 'IDENT' || token.tokenName === 'UIDENT' || token.keywordKind !== 0)

const nameOf = ({ text }: Token): string =>
  text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase()

/** A possibly qualified name among tokens, and where it ends. */
const readPath = (code: readonly Token[], first: number): { readonly path: string[]; readonly last: number } => {
  const path: string[] = []
  let at = first
  for (; isName(code[at]); at += 2) {
    path.push(nameOf(code[at] as Token))
    if (code[at + 1]?.text !== '.') break
  }
  return { path, last: at }
}

/** `parseMode` of an expression. */
const EXPRESSION = 2

/** Where the expression behind `:=`, `=` or DEFAULT stands, up to the end of the declaration. */
const readDefault = (
  code: readonly Token[],
  at: number,
): { readonly start: number; readonly end: number } | undefined => {
  if (![':=', '=', 'default'].includes(code[at]?.text.toLowerCase() ?? '')) return undefined
  const end = code.findIndex(({ text }, index) => index > at && text === ';')
  const [first, last] = [code[at + 1], code[end - 1]]
  return first === undefined || last === undefined || end < 0 ? undefined : { start: first.start, end: last.end }
}
