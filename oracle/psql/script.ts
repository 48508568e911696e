/**
 * Scripts as psql reads them: statements up to their semicolon, variables, meta-commands, and the data behind
 * `COPY … FROM STDIN`. Manual: "psql", sections "Meta-Commands" and "SQL Interpolation".
 */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { argumentsOf, nameOf } from './command.ts'
import { copyOf } from './copy.ts'

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
  /** Its values are statements themselves, to be executed one by one. */
  readonly gexec?: boolean
}

export interface MetaStep {
  readonly kind: 'meta'
  readonly text: string
  readonly line: number
}

export type Step = SqlStep | MetaStep

const QUOTES = new Set(["'", '"'])

/** Where a script is run. */
export interface Surroundings {
  readonly variables?: Readonly<Record<string, string>>
  /** For `\\getenv`. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Where the files that it names are looked for. */
  readonly folder?: string
}

/** Reads a script step by step, because `\gset` and `\set` decide what later steps say. */
export class Script {
  readonly variables = new Map<string, string>()
  #text: string
  #at = 0
  #line = 1
  readonly #environment: Readonly<Record<string, string | undefined>>
  readonly #folder: string
  /** `\if` branches around: being read, skipped, or over as another has been read. */
  readonly #branches: ('read' | 'skipped' | 'over')[] = []

  constructor(text: string, { variables = {}, environment = {}, folder = '.' }: Surroundings = {}) {
    this.#text = text
    this.#environment = environment
    this.#folder = folder
    for (const [name, value] of Object.entries(variables)) this.variables.set(name, value)
  }

  /** The line that is read next, from 1. */
  get line(): number {
    return this.#line
  }

  next(): Step | undefined {
    for (;;) {
      const step = this.#read()
      if (step === undefined) return undefined
      if (step.kind === 'meta' && this.#condition(step.text)) continue
      if (this.#branches.some((branch) => branch !== 'read')) continue
      if (step.kind === 'sql') return step
      if (nameOf(step.text) === 'q') return undefined
      if (this.#perform(step.text)) continue
      const copy = copyOf(step.text)
      return copy === undefined ? step : this.#copy(copy, step)
    }
  }

  #condition(text: string): boolean {
    const truth = (): boolean => /^(t|tr|tru|true|1|on|y|ye|yes)$/i.test(argumentsOf(text).join(' '))
    const branches = this.#branches
    switch (nameOf(text)) {
      case 'if':
        branches.push(truth() ? 'read' : 'skipped')
        return true
      case 'elif':
        branches.push(branches.pop() === 'skipped' ? (truth() ? 'read' : 'skipped') : 'over')
        return true
      case 'else':
        branches.push(branches.pop() === 'skipped' ? 'read' : 'over')
        return true
      case 'endif':
        branches.pop()
        return true
      default:
        return false
    }
  }

  /** Commands that are about the script itself. */
  #perform(text: string): boolean {
    const [first, ...rest] = argumentsOf(text)
    switch (nameOf(text)) {
      case 'set':
        if (first !== undefined) this.variables.set(first, rest.join(''))
        return true
      case 'unset':
        this.variables.delete(first ?? '')
        return true
      case 'getenv': {
        const value = this.#environment[rest[0] ?? '']
        if (value !== undefined) this.variables.set(first ?? '', value)
        return true
      }
      case 'i':
      case 'ir':
      case 'include':
      case 'include_relative': {
        const path = resolve(this.#folder, first ?? '')
        if (existsSync(path)) this.#insert(`${readFileSync(path, 'utf8')}\n`)
        return true
      }
      default:
        return false
    }
  }

  #insert(text: string): void {
    this.#text = this.#text.slice(0, this.#at) + text + this.#text.slice(this.#at)
  }

  #copy({ text, file }: { readonly text: string; readonly file: string | undefined }, { line }: MetaStep): SqlStep {
    const path = file === undefined ? undefined : resolve(this.#folder, file)
    if (path === undefined || !existsSync(path)) return this.#statement(text, line)
    return { kind: 'sql', text, line, copyData: readFileSync(path, 'utf8') }
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
      if (pair === '\\;') {
        // A semicolon that does not send: several statements go in one query.
        this.#advance()
        sql += this.#advance()
        continue
      }
      if (character === '\\') {
        const meta = this.#meta()
        if (sql.trim() === '') return { kind: 'meta', text: this.#interpolated(meta.text), line: meta.line }
        return this.#withMeta(sql, line, meta.text)
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
    while (this.#text[this.#at - 1] !== '\n' && this.#at < this.#text.length) this.#advance()
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

  /** A statement that is sent by a command behind it. */
  #withMeta(sql: string, line: number, meta: string): Step {
    const text = sql.trim()
    switch (nameOf(meta)) {
      case 'g':
      case 'gx':
      case 'crosstabview':
        return { kind: 'sql', text, line }
      case 'gexec':
        return { kind: 'sql', text, line, gexec: true }
      case 'gset':
        return { kind: 'sql', text, line, gset: argumentsOf(meta)[0] ?? '' }
      default: {
        const bind = /^\\bind\s([\s\S]*)\\g$/.exec(meta)
        return bind === null
          ? { kind: 'meta', text: meta, line }
          : { kind: 'sql', text, line, parameters: boundValues(bind[1] ?? '') }
      }
    }
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

/** A server-side COPY of a file as one from the client, with the file's contents. */
export const withFileData = (step: SqlStep): SqlStep => {
  const match = /^(copy\b[\s\S]*?\bfrom\s+)'([^']+)'([\s\S]*)$/i.exec(step.text)
  if (match === null || !existsSync(match[2] ?? '')) return step
  return { ...step, text: `${match[1]}stdin${match[3]}`, copyData: readFileSync(match[2] ?? '', 'utf8') }
}
