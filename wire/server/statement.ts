/**
 * What a statement does to the session it runs in, read from libpg_query's parse tree.
 * A shared PGlite session is handed from connection to connection, so whatever outlives a transaction
 * (settings, prepared statements, temporary tables, LISTEN) must be known to be put away and brought back.
 */
import { loadModule, parseSync } from 'libpg-query'
import { type PgError, unsupported } from '../protocol/error.ts'
import { collectCustomSettings, collectFromBody } from './custom-settings.ts'

export type SessionEffect =
  | { readonly kind: 'listen'; readonly channel: string }
  | { readonly kind: 'unlisten'; readonly channel: string | undefined }
  | { readonly kind: 'savepoint'; readonly name: string }
  | { readonly kind: 'rollback-to'; readonly name: string }
  | { readonly kind: 'release'; readonly name: string }
  | { readonly kind: 'begin' }
  | { readonly kind: 'snapshot'; readonly id: string }
  | { readonly kind: 'set-local'; readonly sql: string }
  /** Leaves something in the transaction that cannot be made again: a cursor or a savepoint. */
  | { readonly kind: 'pin' }
  /** Sets a time limit for the transaction, to a value that is known. */
  | { readonly kind: 'local-timeout'; readonly name: string; readonly value: string }
  /** Sets time limits, or may do so. */
  | { readonly kind: 'timeout' }
  | { readonly kind: 'set-integer'; readonly name: string; readonly value: number }
  | { readonly kind: 'prepare'; readonly name: string; readonly sql: string }
  | { readonly kind: 'deallocate'; readonly name: string | undefined }
  | { readonly kind: 'execute'; readonly name: string }
  /** SESSION AUTHORIZATION goes back to the user who has logged in: not by PGlite, which knows of none. */
  | { readonly kind: 'reset-authorization'; readonly tag: 'SET' | 'RESET' }
  /** COPY FROM STDIN */
  | { readonly kind: 'copy-in' }
  | { readonly kind: 'discard-all' }

export interface StatementShape {
  /** What each statement of the text does, in order. */
  readonly statements: readonly (readonly SessionEffect[])[]
  /** Where SESSION AUTHORIZATION is reset, as indices into the text, and whether for the transaction only. */
  readonly authorizationResets: readonly { readonly from: number; readonly to: number; readonly isLocal: boolean }[]
  /** The TRUNCATEs among the statements, and where each begins, as an index into the text. */
  readonly truncations: readonly { readonly statement: number; readonly from: number }[]
  /** May leave settings, temporary tables or SQL-level prepared statements behind. */
  readonly touchesSession: boolean
  /** Customised options that it mentions. */
  readonly customSettings: readonly string[]
  /** Calls an advisory lock function by name, so it may have to wait for another connection. */
  readonly locks: boolean
  /** What the shared session cannot do: to be refused before it runs. */
  readonly refusal: PgError | undefined
}

type Tree = { readonly [key: string]: unknown }

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** parsenodes.h: CURSOR_OPT_HOLD */
const CURSOR_OPT_HOLD = 0x20

/** What PGlite cannot do, or would do in a place that does not last. */
const REFUSED_STATEMENTS = {
  CreatedbStmt: 'CREATE DATABASE',
  DropdbStmt: 'DROP DATABASE',
  CreateTableSpaceStmt: 'CREATE TABLESPACE',
  CreateSubscriptionStmt: 'CREATE SUBSCRIPTION',
} as const

class ShapeBuilder {
  effects: SessionEffect[] = []
  touchesSession = false
  locks = false
  refusal: PgError | undefined

  refuse(feature: string): void {
    this.refusal ??= unsupported(feature)
  }

  /** Looks for constructs that matter anywhere in a statement: function calls and temporary relations. */
  scan(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) this.scan(item)
      return
    }
    if (!isTree(value)) return
    if (value.relpersistence === 't') this.touchesSession = true
    for (const [tag, child] of Object.entries(value)) {
      if (tag === 'FuncCall' && isTree(child)) this.#functionCall(child)
      this.scan(child)
    }
  }

  #functionCall(call: Tree): void {
    const parts = Array.isArray(call.funcname) ? call.funcname : []
    const last: unknown = parts.at(-1)
    const name = isTree(last) && isTree(last.String) ? text(last.String.sval) : ''
    if (name === 'set_config') {
      this.touchesSession = true
      this.effects.push({ kind: 'timeout' })
    }
    if (name.startsWith('pg_advisory') || name.startsWith('pg_try_advisory')) this.locks = true
    if (!builtinFunctions.has(name)) this.touchesSession = true
  }

  statement(tag: string, node: Tree, sql: string): void {
    switch (tag) {
      case 'ListenStmt':
        this.effects.push({ kind: 'listen', channel: text(node.conditionname) })
        break
      case 'UnlistenStmt':
        this.effects.push({
          kind: 'unlisten',
          channel: node.conditionname === undefined ? undefined : text(node.conditionname),
        })
        break
      case 'TransactionStmt':
        this.#transaction(node)
        break
      case 'VariableSetStmt':
        this.#set(node, sql)
        break
      case 'PrepareStmt':
        this.effects.push({ kind: 'prepare', name: text(node.name), sql })
        break
      case 'ExecuteStmt':
        this.effects.push({ kind: 'execute', name: text(node.name) })
        break
      case 'DeallocateStmt':
        this.effects.push({ kind: 'deallocate', name: node.isall === true ? undefined : text(node.name) })
        break
      case 'DiscardStmt':
        this.touchesSession = true
        this.effects.push({ kind: 'timeout' })
        if (node.target === 'DISCARD_ALL') this.effects.push({ kind: 'discard-all' })
        break
      case 'DeclareCursorStmt':
        this.effects.push({ kind: 'pin' })
        if ((Number(node.options ?? 0) & CURSOR_OPT_HOLD) !== 0) this.refuse('DECLARE CURSOR WITH HOLD')
        break
      case 'CreatedbStmt':
      case 'DropdbStmt':
      case 'CreateTableSpaceStmt':
      case 'CreateSubscriptionStmt':
        this.refuse(REFUSED_STATEMENTS[tag])
        break
      case 'CopyStmt':
        if (node.is_from === true) this.effects.push({ kind: 'copy-in' })
        if (node.filename !== undefined) {
          this.refuse(node.is_program === true ? 'COPY with a program' : 'COPY with a file on the server')
        }
        break
      case 'DoStmt':
      case 'CallStmt':
      case 'LoadStmt':
        this.touchesSession = true
        break
    }
  }

  #transaction(node: Tree): void {
    const name = text(node.savepoint_name)
    switch (node.kind) {
      case undefined:
      case 'TRANS_STMT_BEGIN':
      case 'TRANS_STMT_START':
        this.effects.push({ kind: 'begin' })
        break
      case 'TRANS_STMT_SAVEPOINT':
        this.effects.push({ kind: 'savepoint', name }, { kind: 'pin' })
        break
      case 'TRANS_STMT_ROLLBACK_TO':
        this.effects.push({ kind: 'rollback-to', name })
        break
      case 'TRANS_STMT_RELEASE':
        this.effects.push({ kind: 'release', name })
        break
    }
  }

  #set(node: Tree, sql: string): void {
    const name = text(node.name)
    const [first] = Array.isArray(node.args) ? (node.args as unknown[]) : []
    const constant =
      isTree(first) && isTree(first.A_Const) && isTree(first.A_Const.sval) ? text(first.A_Const.sval.sval) : ''
    if (name === 'session_authorization' && (node.kind === 'VAR_RESET' || node.kind === 'VAR_SET_DEFAULT')) {
      this.touchesSession = true
      this.effects.push({ kind: 'reset-authorization', tag: node.kind === 'VAR_RESET' ? 'RESET' : 'SET' })
      return
    }
    if (node.kind === 'VAR_SET_MULTI' && name === 'TRANSACTION SNAPSHOT') {
      this.effects.push({ kind: 'snapshot', id: constant })
    } else if (node.kind !== 'VAR_SET_MULTI' || name !== 'TRANSACTION') {
      if (node.is_local === true) this.effects.push({ kind: 'set-local', sql })
      else this.touchesSession = true
      // libpg_query leaves a zero out
      const value =
        isTree(first) && isTree(first.A_Const) && isTree(first.A_Const.ival)
          ? Number(first.A_Const.ival.ival ?? 0)
          : undefined
      if (name === '' || name.endsWith('_timeout')) {
        const isKnown =
          node.kind === 'VAR_SET_VALUE' && node.is_local === true && (value !== undefined || constant !== '')
        this.effects.push(
          isKnown ? { kind: 'local-timeout', name, value: constant || String(value) } : { kind: 'timeout' },
        )
      }
      if (node.kind === 'VAR_SET_VALUE' && node.is_local !== true && value !== undefined) {
        this.effects.unshift({ kind: 'set-integer', name, value })
      }
      if (name === 'client_encoding' && node.kind === 'VAR_SET_VALUE' && !isUtf8(constant)) {
        this.refuse(`client encoding "${constant}"`)
      }
    }
  }
}

/** Whether an encoding name means UTF-8 to PostgreSQL (clean_encoding_name drops what is not alphanumeric). */
export const isUtf8 = (encoding: string): boolean =>
  ['utf8', 'unicode'].includes([...encoding.toLowerCase()].filter((c) => /[a-z0-9]/.test(c)).join(''))

const builtinFunctions = new Set<string>()
const CACHE_SIZE = 2000
const cache = new Map<string, StatementShape>()
/** Longer texts are rarely seen twice. */
const CACHED_TEXT_LIMIT = 20_000

/** Loads the parser; must have finished before `shapeOf` is called. */
export const loadParser = (): Promise<void> => loadModule()

/** Names of pg_catalog's own functions. Calls to any other may do anything to the session. */
export const setBuiltinFunctions = (names: Iterable<string>): void => {
  for (const name of names) builtinFunctions.add(name)
  cache.clear()
}

const NOTHING: StatementShape = {
  statements: [],
  authorizationResets: [],
  truncations: [],
  touchesSession: false,
  customSettings: [],
  locks: false,
  refusal: undefined,
}

/** Reads the shape of a query string. Text that does not parse has none: PostgreSQL will report its error. */
export const shapeOf = (sql: string): StatementShape => {
  const known = cache.get(sql)
  if (known !== undefined) return known
  const shape = parseShape(sql)
  if (sql.length <= CACHED_TEXT_LIMIT) {
    if (cache.size >= CACHE_SIZE) {
      const oldest = cache.keys().next()
      if (oldest.done !== true) cache.delete(oldest.value)
    }
    cache.set(sql, shape)
  }
  return shape
}

const parseShape = (sql: string): StatementShape => {
  let tree: unknown
  try {
    tree = parseSync(sql)
  } catch {
    return NOTHING
  }
  const statements = isTree(tree) && Array.isArray(tree.stmts) ? (tree.stmts as unknown[]) : []
  const builder = new ShapeBuilder()
  const effects: SessionEffect[][] = []
  const authorizationResets: { from: number; to: number; isLocal: boolean }[] = []
  const truncations: { statement: number; from: number }[] = []
  const customSettings = new Set<string>()
  collectCustomSettings(statements, customSettings)
  const bytes = Buffer.from(sql)
  const indexAt = (byte: number): number => bytes.toString('utf8', 0, byte).length
  for (const statement of statements) {
    if (!isTree(statement) || !isTree(statement.stmt)) continue
    const start = Number(statement.stmt_location ?? 0)
    const length = Number(statement.stmt_len ?? 0)
    const own = bytes.toString('utf8', start, length === 0 ? bytes.length : start + length)
    builder.effects = []
    for (const [tag, node] of Object.entries(statement.stmt)) {
      if (!isTree(node)) continue
      builder.statement(tag, node, own)
      builder.scan({ [tag]: node })
      if (tag === 'CreateFunctionStmt' || tag === 'DoStmt') collectFromBody(node, own, customSettings)
    }
    if (statement.stmt.TruncateStmt !== undefined) truncations.push({ statement: effects.length, from: indexAt(start) })
    if (builder.effects.some((effect) => effect.kind === 'reset-authorization')) {
      const from = indexAt(start)
      const { is_local: isLocal } = statement.stmt.VariableSetStmt as { is_local?: boolean }
      authorizationResets.push({ from, to: from + own.length, isLocal: isLocal === true })
    }
    effects.push(builder.effects)
  }
  return {
    authorizationResets,
    truncations,
    statements: effects,
    touchesSession: builder.touchesSession,
    customSettings: [...customSettings],
    locks: builder.locks,
    refusal: builder.refusal,
  }
}
