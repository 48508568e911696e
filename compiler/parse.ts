/**
 * Parsing: libpg_query's tree for a text of SQL, PostgreSQL's own grammar and its own errors.
 */
import type { Node } from '@pgsql/types'
import { loadModule, parseSync, scanSync } from 'libpg-query'
import { PgError, unsupported } from '../wire/protocol/error.ts'
import { utf8 } from '../wire/protocol/utf8.ts'

/** One statement of a text. */
export interface ParsedStatement {
  /** The node's tag in libpg_query's tree, such as `SelectStmt`. */
  readonly tag: string
  readonly node: Readonly<Record<string, unknown>>
  /** 1-based character position of the statement in the text. */
  readonly position: number
  /** It was made earlier, and is a part of what is executed now. */
  readonly isStored?: boolean
}

interface RawStatement {
  readonly stmt?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly stmt_location?: number
}

/** Errors of PostgreSQL's grammar and scanner that are no syntax errors; libpg_query does not hand their codes out. */
const CODES: readonly (readonly [start: string, code: string])[] = [
  ['role name "', '42939'],
  ['unsafe use of', '22P06'],
  ['frame start', '42P20'],
  ['frame end', '42P20'],
  ['column number must be in range', '22023'],
  ['precision for type float', '22023'],
  ['unrecognized partitioning strategy', '22023'],
  ['a column list with', '0A000'],
  ['MATCH PARTIAL', '0A000'],
  ['CREATE ASSERTION', '0A000'],
  ['CREATE OR REPLACE CONSTRAINT TRIGGER', '0A000'],
  ['CREATE SCHEMA IF NOT EXISTS', '0A000'],
  ['aggregates cannot have output arguments', '0A000'],
]

const codeOf = (message: string, file: string): string =>
  (message === 'invalid Unicode escape' && file.includes('scan') ? '22025' : undefined) ??
  CODES.find(([start]) => message.startsWith(start))?.[1] ??
  (/constraints cannot be (marked|altered to be) /.test(message) ? '0A000' : '42601')

/** Loads the grammar; must have finished before `parse` is called. */
export const loadGrammar = (): Promise<void> => loadModule()

/** The nodes of a list of expressions, such as the recorded defaults of a function. */
export const parseExpressions = (list: string): Node[] => {
  const [statement] = parse(`select ${list}`)
  const targets = (statement?.node.targetList ?? []) as { ResTarget: { val: Node } }[]
  return targets.map(({ ResTarget }) => ResTarget.val)
}

/** What a SELECT of one expression has, whatever that is. */
const ALWAYS: ReadonlySet<string> = new Set(['targetList', 'limitOption', 'op', 'groupDistinct'])

/** The expression that a SELECT of nothing else consists of. */
export const onlyTarget = ({ tag, node }: Pick<ParsedStatement, 'tag' | 'node'>): Node | undefined => {
  const [target, second] = (node.targetList ?? []) as { ResTarget: { val?: Node } }[]
  const isBare = tag === 'SelectStmt' && second === undefined && Object.keys(node).every((key) => ALWAYS.has(key))
  return isBare ? target?.ResTarget.val : undefined
}

const LONG_WORD = /[A-Za-z0-9_$\u0080-\uffff]{64,}/

/** PostgreSQL cuts names of more than 63 bytes and says so in a notice, which the grammar does not hand on. */
const refuseLongNames = (sql: string): void => {
  if (!LONG_WORD.test(sql)) return
  let tokens: readonly { readonly tokenName?: string; readonly text?: string }[]
  try {
    ;({ tokens } = scanSync(sql) as unknown as { tokens: typeof tokens })
  } catch {
    return
  }
  for (const { tokenName, text = '' } of tokens)
    if (
      (tokenName === 'IDENT' || tokenName === 'UIDENT') &&
      new TextEncoder().encode(text.replaceAll('"', '')).length > 63
    )
      throw unsupported('a name of more than 63 bytes')
}

type Tree = Readonly<Record<string, unknown>>

/** SELECT … INTO is CREATE TABLE AS in other words. */
const selectInto = (parsed: {
  readonly tag: string
  readonly node: Tree
}): { readonly tag: string; readonly node: Tree } => {
  if (parsed.tag !== 'SelectStmt') return parsed
  let into: unknown
  const without = (node: Tree): Tree => {
    if (node.larg !== undefined) return { ...node, larg: without(node.larg as Tree) }
    const { intoClause, ...rest } = node
    into = intoClause
    return rest
  }
  const query = without(parsed.node)
  if (into === undefined) return parsed
  return {
    tag: 'CreateTableAsStmt',
    node: { query: { SelectStmt: query }, into, objtype: 'OBJECT_TABLE', is_select_into: true },
  }
}

/**
 * Parses a text of any number of statements.
 * @throws PgError 42601 with the position of the offending token
 */
export const parse = (sql: string): ParsedStatement[] => {
  const bytes = new TextEncoder().encode(sql)
  if (sql.trim() === '') return []
  refuseLongNames(sql)
  try {
    const { stmts = [] } = parseSync(sql) as unknown as { stmts?: RawStatement[] }
    return stmts.flatMap(({ stmt = {}, stmt_location: at = 0 }) => {
      const [tag, node] = Object.entries(stmt)[0] ?? []
      if (tag === undefined || node === undefined) return []
      const before = utf8(bytes.subarray(0, at))
      const leading = sql.slice(before.length)
      const position = before.length + (leading.length - leading.trimStart().length) + 1
      return [{ ...selectInto({ tag, node }), position }]
    })
  } catch (error) {
    const { message, sqlDetails } = error as {
      message: string
      sqlDetails?: { cursorPosition?: number; fileName?: string }
    }
    const position = sqlDetails?.cursorPosition
    throw new PgError(
      codeOf(message, sqlDetails?.fileName ?? ''),
      message,
      position === undefined ? {} : { position: position + 1 },
    )
  }
}
