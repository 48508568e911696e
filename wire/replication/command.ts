/**
 * The walsender's command language. PostgreSQL manual, "Streaming Replication Protocol";
 * grammar after repl_gram.y and repl_scanner.l. It is not SQL, so libpg_query does not read it.
 */
import { booleanOption } from '../../compiler/setting/boolean-option.ts'
import { eachOption, type Options, textOption } from '../pgoutput/options.ts'
import { PgError, unsupported } from '../protocol/error.ts'
import { type Lsn, parseLsn } from './lsn.ts'

export type ReplicationCommand =
  | { readonly kind: 'identify-system' }
  | {
      readonly kind: 'create-slot'
      readonly name: string
      readonly temporary: boolean
      readonly plugin: string
      readonly snapshot: 'export' | 'use' | 'nothing'
      readonly failover: boolean
    }
  | { readonly kind: 'drop-slot'; readonly name: string; readonly wait: boolean }
  | { readonly kind: 'read-slot'; readonly name: string }
  | {
      readonly kind: 'start'
      readonly slot: string
      readonly position: Lsn
      readonly options: Options
    }

type Token =
  | { readonly kind: 'word' | 'name' | 'string' | 'number' | 'lsn'; readonly text: string }
  | { readonly kind: 'symbol'; readonly text: string }

const KEYWORDS = new Set([
  'IDENTIFY_SYSTEM',
  'CREATE_REPLICATION_SLOT',
  'DROP_REPLICATION_SLOT',
  'ALTER_REPLICATION_SLOT',
  'READ_REPLICATION_SLOT',
  'START_REPLICATION',
  'TIMELINE_HISTORY',
  'BASE_BACKUP',
  'UPLOAD_MANIFEST',
])

const TOKEN =
  /\s+|(?<lsn>[0-9A-Fa-f]{1,8}\/[0-9A-Fa-f]{1,8})|(?<number>\d+)|(?<word>[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff.]*)|"(?<name>(?:[^"]|"")+)"|'(?<string>(?:[^']|'')*)'|(?<symbol>[(),;])/y

const tokenise = (text: string): Token[] => {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex
    const groups = TOKEN.exec(text)?.groups
    if (groups === undefined) {
      throw new PgError('42601', `syntax error at or near "${text.slice(at, at + 1)}"`, { position: at + 1 })
    }
    if (groups.lsn !== undefined) tokens.push({ kind: 'lsn', text: groups.lsn })
    else if (groups.number !== undefined) tokens.push({ kind: 'number', text: groups.number })
    else if (groups.word !== undefined) tokens.push({ kind: 'word', text: groups.word })
    else if (groups.name !== undefined) tokens.push({ kind: 'name', text: groups.name.replaceAll('""', '"') })
    else if (groups.string !== undefined) tokens.push({ kind: 'string', text: groups.string.replaceAll("''", "'") })
    else if (groups.symbol !== undefined) tokens.push({ kind: 'symbol', text: groups.symbol })
  }
  return tokens
}

class Tokens {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get #next(): Token | undefined {
    return this.#tokens[this.#at]
  }

  error(): PgError {
    const near = this.#next
    return new PgError('42601', near === undefined ? 'syntax error' : `syntax error at or near "${near.text}"`)
  }

  /** Takes a keyword if it comes next. */
  accept(keyword: string): boolean {
    const next = this.#next
    const matches =
      next !== undefined && (next.kind === 'word' || next.kind === 'symbol') && next.text.toUpperCase() === keyword
    if (matches) this.#at++
    return matches
  }

  expect(keyword: string): void {
    if (!this.accept(keyword)) throw this.error()
  }

  take(...kinds: Token['kind'][]): string {
    const next = this.#next
    if (next === undefined || !kinds.includes(next.kind)) throw this.error()
    this.#at++
    return next.text
  }

  /** An identifier: folded to lower case unless quoted. */
  identifier(): string {
    const next = this.#next
    const text = this.take('word', 'name')
    return next?.kind === 'word' ? text.toLowerCase() : text
  }

  get done(): boolean {
    return this.#next === undefined
  }

  end(): void {
    this.accept(';')
    if (!this.done) throw this.error()
  }

  /** `(name [value], …)` */
  options(): Options {
    const options: [string, string | undefined][] = []
    if (!this.accept('(')) return options
    if (this.accept(')')) return options
    do {
      const name = this.identifier()
      const next = this.#next
      const hasValue = next !== undefined && next.kind !== 'symbol'
      options.push([name, hasValue ? this.take('word', 'name', 'string', 'number') : undefined])
    } while (this.accept(','))
    this.expect(')')
    return options
  }
}

/**
 * Reads a command sent on a replication connection.
 * @returns undefined when it is not a replication command, and so must be SQL
 * @throws PgError 42601 on a syntax error, 0A000 on what orez does not offer
 */
export const parseReplicationCommand = (text: string): ReplicationCommand | undefined => {
  const [first = ''] = text.trimStart().split(/[\s;("]/, 1)
  if (!KEYWORDS.has(first.toUpperCase())) return undefined
  const tokens = new Tokens(tokenise(text))
  const keyword = tokens.take('word').toUpperCase()
  const command = read(keyword, tokens)
  tokens.end()
  return command
}

const read = (keyword: string, tokens: Tokens): ReplicationCommand => {
  switch (keyword) {
    case 'IDENTIFY_SYSTEM':
      return { kind: 'identify-system' }
    case 'CREATE_REPLICATION_SLOT':
      return createSlot(tokens)
    case 'DROP_REPLICATION_SLOT':
      return { kind: 'drop-slot', name: tokens.identifier(), wait: tokens.accept('WAIT') }
    case 'READ_REPLICATION_SLOT':
      return { kind: 'read-slot', name: tokens.identifier() }
    case 'START_REPLICATION': {
      if (!tokens.accept('SLOT')) throw unsupported('physical replication')
      const slot = tokens.identifier()
      if (!tokens.accept('LOGICAL')) throw unsupported('physical replication')
      const position = parseLsn(tokens.take('lsn'))
      return { kind: 'start', slot, position, options: tokens.options() }
    }
    default:
      throw unsupported(keyword)
  }
}

const createSlot = (tokens: Tokens): ReplicationCommand => {
  const name = tokens.identifier()
  const temporary = tokens.accept('TEMPORARY')
  if (tokens.accept('PHYSICAL')) throw unsupported('physical replication')
  tokens.expect('LOGICAL')
  const plugin = tokens.identifier()
  let snapshot: 'export' | 'use' | 'nothing' = 'export'
  let failover = false
  // the grammar before version 15 had bare keywords
  for (;;) {
    if (tokens.accept('EXPORT_SNAPSHOT')) snapshot = 'export'
    else if (tokens.accept('NOEXPORT_SNAPSHOT')) snapshot = 'nothing'
    else if (tokens.accept('USE_SNAPSHOT')) snapshot = 'use'
    else if (tokens.accept('TWO_PHASE')) throw unsupported('two-phase decoding')
    else break
  }
  for (const [option, value] of eachOption(tokens.options())) {
    switch (option) {
      case 'snapshot': {
        const action = textOption(option, value)
        if (action !== 'export' && action !== 'use' && action !== 'nothing') {
          throw new PgError('22023', `unrecognized value for CREATE_REPLICATION_SLOT option "snapshot": "${action}"`)
        }
        snapshot = action
        break
      }
      case 'failover':
        failover = booleanOption(option, value)
        break
      case 'two_phase':
        if (booleanOption(option, value)) throw unsupported('two-phase decoding')
        break
      default:
        throw new PgError('XX000', `unrecognized option: ${option}`)
    }
  }
  return { kind: 'create-slot', name, temporary, plugin, snapshot, failover }
}
