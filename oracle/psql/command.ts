/** psql's backslash commands: which are its own affair, and what the others ask of the server. */
import { describe } from './describe.ts'
import { ask, type Dialogue, type Series } from './dialogue.ts'
import {
  type Listing,
  listDatabases,
  listDomains,
  listFunctions,
  listRelations,
  listRoles,
  listSchemas,
  listTypes,
} from './list.ts'
import { showFunction, showView } from './source.ts'
import { STATE, state } from './state.ts'

/** Only change what psql shows, and how. */
const OWN_AFFAIR: ReadonlySet<string> = new Set([
  ...['a', 'C', 'cd', 'echo', 'encoding', 'errverbose', 'f', 'H', 'html', 'o', 'out', 'p', 'print', 'pset', 'qecho'],
  ...['r', 'reset', 's', 'setenv', 't', 'T', 'timing', 'unset', 'w', 'warn', 'x', 'h', 'help', '?', 'copyright'],
  ...['conninfo', 'drop'],
])

export const nameOf = (meta: string): string => /^\\(\S+?)(?=[\s;]|$)/.exec(meta)?.[1] ?? ''

/** Its arguments; what stands in quotes is one. */
export const argumentsOf = (meta: string): string[] =>
  [...meta.replace(/^\\\S+/, '').matchAll(/'((?:[^']|'')*)'|((?:"(?:[^"]|"")*"|[^\s"])+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll("''", "'") ?? bare ?? '',
  )

export const isOwnAffair = (meta: string): boolean => OWN_AFFAIR.has(nameOf(meta))

const listing = (kind: string, options: Listing): Dialogue | undefined => {
  if (/^[tvmisE]+$/.test(kind)) return listRelations(kind, options)
  const lists: Readonly<Record<string, (options: Listing) => Dialogue>> = {
    n: listSchemas,
    f: listFunctions,
    T: listTypes,
    D: listDomains,
    u: listRoles,
    g: listRoles,
  }
  return lists[kind]?.(options)
}

/**
 * What a command asks of the server; undefined when psql has it and this does not, and for SQL.
 * @param status of the transaction
 */
export const dialogueOf = (meta: string, status: string): Dialogue | undefined => {
  if (!meta.startsWith('\\')) return undefined
  if (meta === STATE) return state(status)
  const name = nameOf(meta)
  // A semicolon at the end of a name is not its own.
  const first = argumentsOf(meta)[0]?.replace(/;+$/, '')
  if (name === 'c' || name === 'connect') return reconnect(status)
  if (name === 'sv' && first !== undefined) return showView(first)
  if (name === 'sf' && first !== undefined) return showFunction(first)
  if (/^l(ist)?\+?$/.test(name)) return listDatabases()
  const family = /^d([A-RT-Za-z]*)([S+]*)$/.exec(name)
  if (family === null) return undefined
  const [, kind = '', flags = ''] = family
  const options = { pattern: first, system: flags.includes('S'), extended: flags.includes('+') }
  if (kind !== '') return listing(kind, options)
  return first === undefined ? listRelations('tvmsE', options) : describe(first, options.extended)
}

/** What a new connection is to a session. There is one database to connect to, whatever it is called. */
function* reconnect(status: string): Series {
  if (status !== 'I') yield* ask('rollback')
  yield* ask('discard all')
}
