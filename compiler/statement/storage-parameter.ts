/** WITH (…) of tables and views: `pg_class.reloptions`. Manual: "Storage Parameters"; after reloptions.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { readBoolean } from '../setting/boolean.ts'

/** What a parameter may be: a truth value, an integer between two, or one of some words. */
type Kind = 'bool' | readonly [least: number, most: number] | ReadonlySet<string>

const TABLE: Readonly<Record<string, Kind>> = {
  fillfactor: [10, 100],
  toast_tuple_target: [128, 8160],
  parallel_workers: [0, 1024],
  autovacuum_enabled: 'bool',
  autovacuum_vacuum_threshold: [0, 2_147_483_647],
  autovacuum_analyze_threshold: [0, 2_147_483_647],
  autovacuum_vacuum_cost_limit: [1, 10_000],
  autovacuum_freeze_min_age: [0, 1_000_000_000],
  autovacuum_freeze_max_age: [100_000, 2_000_000_000],
}

const VIEW: Readonly<Record<string, Kind>> = {
  security_barrier: 'bool',
  security_invoker: 'bool',
  check_option: new Set(['local', 'cascaded']),
}

const FILLFACTOR: Readonly<Record<string, Kind>> = { fillfactor: [10, 100] }

/** By access method. */
const INDEX: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  btree: { ...FILLFACTOR, deduplicate_items: 'bool' },
  hash: FILLFACTOR,
  gist: { ...FILLFACTOR, buffering: new Set(['auto', 'on', 'off']) },
  gin: { fastupdate: 'bool', gin_pending_list_limit: [64, 2_147_483_647] },
  brin: { pages_per_range: [1, 131_072], autosummarize: 'bool' },
  spgist: FILLFACTOR,
}

/** The text of a value (defGetString). */
const textOf = ({ arg }: Ast.DefElem): string => {
  if (arg === undefined) return 'true'
  if ('Integer' in arg) return String(arg.Integer.ival ?? 0)
  if ('Float' in arg) return arg.Float.fval ?? ''
  if ('String' in arg) return arg.String.sval ?? ''
  if ('Boolean' in arg) return String(arg.Boolean.boolval ?? false)
  const names = 'TypeName' in arg ? (arg.TypeName.names ?? []) : []
  return names.map((part) => ('String' in part ? (part.String.sval ?? '') : '')).join('.')
}

const check = (name: string, value: string, kind: Kind): void => {
  if (kind === 'bool') {
    if (readBoolean(value) === undefined)
      throw new PgError('22023', `invalid value for boolean option "${name}": ${value}`)
  } else if (kind instanceof Set) {
    if (!kind.has(value.toLowerCase()))
      throw new PgError('22023', `invalid value for enum option "${name}": ${value}`, {
        detail: `Valid values are ${[...kind].map((each) => `"${each}"`).join(' and ')}.`,
      })
  } else {
    const [least, most] = kind as readonly [number, number]
    if (!/^\d+$/.test(value)) throw new PgError('22023', `invalid value for integer option "${name}": ${value}`)
    if (Number(value) < least || Number(value) > most)
      throw new PgError('22023', `value ${value} out of bounds for option "${name}"`, {
        detail: `Valid values are between "${least}" and "${most}".`,
      })
  }
}

/** Oids are columns no more, which can be said. @throws PgError 0A000 */
const requireNoOids = (value: string): void => {
  if (readBoolean(value) !== false) throw new PgError('0A000', 'tables declared WITH OIDS are not supported')
}

/**
 * Parameters as they are kept, `name=value`; those of the TOAST table have its name before them.
 * @param before those that there are already
 * @throws PgError 22023, 0A000
 */
export const storageParameters = (
  scope: Scope,
  nodes: readonly Ast.Node[],
  of: 'table' | 'view' | { readonly index: string },
  before: readonly string[] = [],
): readonly string[] => {
  const known = of === 'table' ? TABLE : of === 'view' ? VIEW : (INDEX[of.index] ?? {})
  const kept = new Map(before.map((each) => [each.slice(0, each.indexOf('=')), each] as const))
  const given = new Set<string>()
  for (const node of nodes) {
    if (!('DefElem' in node)) throw refuse(scope, 'this storage parameter')
    const { defname = '', defnamespace = '' } = node.DefElem
    const isToast = of === 'table' && defnamespace === 'toast' && defname.startsWith('autovacuum')
    if (defnamespace !== '' && !isToast)
      throw refuse(scope, `the storage parameter ${defnamespace}.${defname}`, node.DefElem.location)
    if (of === 'table' && defname === 'oids') {
      requireNoOids(textOf(node.DefElem))
      continue
    }
    const name = isToast ? `toast.${defname}` : defname
    const kind = known[defname]
    if (kind === undefined && (of !== 'table' || !/^(autovacuum|toast|vacuum|log_auto|user_cat)/.test(name)))
      throw new PgError('22023', `unrecognized parameter "${name}"`)
    if (kind === undefined) throw refuse(scope, `the storage parameter ${name}`, node.DefElem.location)
    if (given.has(name)) throw new PgError('22023', `parameter "${name}" specified more than once`)
    given.add(name)
    const value = textOf(node.DefElem)
    check(name, value, kind)
    kept.delete(name)
    kept.set(name, `${name}=${value}`)
  }
  return [...kept.values()]
}

/** Those that RESET leaves. */
export const withoutParameters = (nodes: readonly Ast.Node[], before: readonly string[] = []): readonly string[] => {
  const names = new Set(
    nodes.flatMap((node) => {
      if (!('DefElem' in node)) return []
      const { defname = '', defnamespace = '' } = node.DefElem
      return [defnamespace === '' ? defname : `${defnamespace}.${defname}`]
    }),
  )
  return before.filter((each) => !names.has(each.slice(0, each.indexOf('='))))
}
