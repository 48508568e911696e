/**
 * Scripts as psql reads them: statements up to their semicolon, variables, meta-commands, and the data behind
 * `COPY … FROM STDIN`. Manual: "psql", sections "Meta-Commands" and "SQL Interpolation".
 */
import { readFileSync } from 'node:fs'

export interface SqlStep {
  readonly kind: 'sql'
  readonly text: string
  /** 1-based line of its beginning. */
  readonly line: number
  readonly copyData?: string
  /** What a `\bind` behind it gives its parameters. */
  readonly parameters?: readonly (string | null)[]
  /** The names that a `\gset` behind it gives its columns' values. */
  readonly gset?: string
}

export interface MetaStep {
  readonly kind: 'meta'
  readonly text: string
  readonly line: number
}

export type Step = SqlStep | MetaStep

const QUOTES = new Set(["'", '"'])

/** Reads a script step by step, because `\gset` and `\set` decide what later steps say. */
export class Script {
  readonly variables = new Map<string, string>()
  #text: string
  #at = 0
  #line = 1
  /** `\if` branches that are being skipped. */
  #skip: boolean[] = []

  constructor(text: string, variables: Readonly<Record<string, string>> = {}) {
    this.#text = text
    for (const [name, value] of Object.entries(variables)) this.variables.set(name, value)
  }

  next(): Step | undefined {
    for (;;) {
      const step = this.#read()
      if (step === undefined) return undefined
      if (step.kind === 'meta' && this.#condition(step.text)) continue
      if (!this.#skip.includes(true)) return step
    }
  }

  #condition(text: string): boolean {
    const [command = '', ...rest] = text.split(/\s+/)
    if (command === '\\if') this.#skip.push(!/^(t|true|1|on|yes)$/i.test(rest.join(' ')))
    else if (command === '\\else') this.#skip.push(!this.#skip.pop())
    else if (command === '\\endif') this.#skip.pop()
    else return false
    return true
  }

  #advance(): string {
    const character = this.#text[this.#at++] ?? ''
    if (character === '\n') this.#line++
    return character
  }

  #read(): Step | undefined {
    let sql = ''
    let line = 0
    let depth = 0
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] ?? ''
      const pair = this.#text.slice(this.#at, this.#at + 2)
      if (pair === '--') {
        while (this.#at < this.#text.length && this.#text[this.#at] !== '\n') this.#advance()
        continue
      }
      if (line === 0 && !/\s/.test(character)) line = this.#line
      if (pair === '/*') {
        sql += this.#comment()
        continue
      }
      if (character === '\\') {
        const meta = this.#meta()
        if (sql.trim() === '') return { kind: 'meta', text: this.#interpolated(meta.text), line: meta.line }
        const step = this.#withMeta(sql, line, meta.text)
        if (step !== undefined) return step
        sql = ''
        continue
      }
      if (QUOTES.has(character)) {
        sql += this.#quoted(character, character === "'" && /(^|[^A-Za-z0-9_$])[eE]$/.test(sql))
        continue
      }
      if (character === '$' && !/[A-Za-z0-9_$\u0080-\uffff]$/.test(sql)) {
        const tag = /^\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/.exec(
          this.#text.slice(this.#at, this.#at + 80),
        )?.[0]
        if (tag !== undefined) {
          const end = this.#text.indexOf(tag, this.#at + tag.length)
          const stop = end < 0 ? this.#text.length : end + tag.length
          while (this.#at < stop) sql += this.#advance()
          continue
        }
      }
      if (character === ':') {
        const variable = this.#variable()
        if (variable !== undefined) {
          sql += variable
          continue
        }
      }
      if (character === '(') depth++
      if (character === ')') depth--
      if (character === ';' && depth <= 0) {
        this.#advance()
        const text = sql.trim()
        sql = ''
        if (text === '') continue
        return this.#statement(text, line)
      }
      sql += this.#advance()
    }
    const text = sql.trim()
    return text === '' ? undefined : { kind: 'sql', text, line }
  }

  /** A statement; when data follows it, with that. */
  #statement(text: string, line: number): SqlStep {
    if (!/^copy\b[\s\S]*\bfrom\s+stdin\b/i.test(text)) return { kind: 'sql', text, line }
    while (this.#at < this.#text.length && this.#advance() !== '\n');
    let copyData = ''
    while (this.#at < this.#text.length) {
      const end = this.#text.indexOf('\n', this.#at)
      const row = this.#text.slice(this.#at, end < 0 ? undefined : end)
      while (this.#at < (end < 0 ? this.#text.length : end + 1)) this.#advance()
      if (row === '\\.') break
      copyData += `${row}\n`
    }
    return { kind: 'sql', text, line, copyData }
  }

  #withMeta(sql: string, line: number, meta: string): Step | undefined {
    const text = sql.trim()
    const gset = /^\\gset\s*(\S*)/.exec(meta)
    if (gset !== null) return { kind: 'sql', text, line, gset: gset[1] ?? '' }
    const bind = /^\\bind\s([\s\S]*)\\g$/.exec(meta)
    if (bind !== null) return { kind: 'sql', text, line, parameters: boundValues(bind[1] ?? '') }
    return { kind: 'sql', text, line }
  }

  #comment(): string {
    let depth = 0
    let text = ''
    while (this.#at < this.#text.length) {
      const pair = this.#text.slice(this.#at, this.#at + 2)
      if (pair === '/*') depth++
      if (pair === '*/') depth--
      if (pair === '/*' || pair === '*/') {
        text += this.#advance() + this.#advance()
        if (depth === 0) break
      } else text += this.#advance()
    }
    return text
  }

  #quoted(quote: string, escapes: boolean): string {
    let text = this.#advance()
    while (this.#at < this.#text.length) {
      const character = this.#advance()
      text += character
      if (escapes && character === '\\') text += this.#advance()
      else if (character === quote) {
        if (this.#text[this.#at] !== quote) break
        text += this.#advance()
      }
    }
    return text
  }

  #meta(): { readonly text: string; readonly line: number } {
    const line = this.#line
    const end = this.#text.indexOf('\n', this.#at)
    const text = this.#text.slice(this.#at, end < 0 ? undefined : end)
    while (this.#at < (end < 0 ? this.#text.length : end + 1)) this.#advance()
    return { text: text.trim(), line }
  }

  #variable(): string | undefined {
    const rest = this.#text.slice(this.#at, this.#at + 100)
    const previous = this.#text[this.#at - 1]
    if (previous === ':' || rest.startsWith('::')) return undefined
    const match = /^:(?:'(\w+)'|"(\w+)"|(\w+))/.exec(rest)
    const name = match?.[1] ?? match?.[2] ?? match?.[3]
    const value = name === undefined ? undefined : this.variables.get(name)
    if (match === null || value === undefined) return undefined
    const quote = match[1] !== undefined ? "'" : match[2] !== undefined ? '"' : undefined
    const end = this.#at + match[0].length
    if (quote !== undefined) {
      while (this.#at < end) this.#advance()
      return quote + value.replaceAll(quote, quote + quote) + quote
    }
    // A bare variable is read as if it stood in the script, semicolons and all.
    this.#text = this.#text.slice(0, this.#at) + value + this.#text.slice(end)
    return ''
  }

  #interpolated(meta: string): string {
    return meta.replace(/:'(\w+)'|:"(\w+)"|:(\w+)/g, (whole, a, b, c) => {
      const value = this.variables.get(a ?? b ?? c)
      return value === undefined ? whole : a !== undefined ? `'${value}'` : value
    })
  }
}

/** A value of `\bind`. NULL without quotes is NULL, which psql itself cannot say. */
export const bindValue = (value: string | null): string =>
  value === null
    ? 'NULL'
    : `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

const boundValues = (text: string): (string | null)[] =>
  [...text.matchAll(/'((?:[^'\\]|''|\\.)*)'|(\S+)/gs)].map(([, quoted, bare = '']) =>
    quoted === undefined
      ? bare === 'NULL'
        ? null
        : bare
      : quoted.replaceAll(/''|\\(.)/gs, (_, escaped?: string) =>
          escaped === undefined ? "'" : (ESCAPES[escaped] ?? escaped),
        ),
  )

/** `\set name value…`: its pieces joined, quotes taken off. */
export const applySet = (script: Script, meta: string): boolean => {
  const match = /^\\set\s+(\w+)\s*(.*)$/.exec(meta)
  if (match === null) return false
  const pieces = (match[2] ?? '').match(/'(?:[^']|'')*'|\S+/g) ?? []
  script.variables.set(
    match[1] ?? '',
    pieces.map((piece) => (piece.startsWith("'") ? piece.slice(1, -1).replaceAll("''", "'") : piece)).join(''),
  )
  return true
}

/** A server-side COPY of a file as one from the client, with the file's contents. */
export const withFileData = (step: SqlStep): SqlStep => {
  const match = /^(copy\b[\s\S]*?\bfrom\s+)'([^']+)'([\s\S]*)$/i.exec(step.text)
  if (match === null) return step
  return { ...step, text: `${match[1]}stdin${match[3]}`, copyData: readFileSync(match[2] ?? '', 'utf8') }
}
