/**
 * What a connection has in its session beyond a transaction, and the SQL that swaps one connection's
 * belongings for another's in the one session that PGlite has.
 */
import type { Row } from './engine.ts'

/** Settings that say who a session is. */
const IDENTITY: readonly string[] = ['session_authorization', 'role']

/** PGlite's own superuser, as which every engine is opened. */
export const SUPERUSER = 'postgres'

/**
 * SQL that makes a session its opener's again. RESET SESSION AUTHORIZATION would change nothing: in single-user
 * mode there is no value to go back to.
 */
export const RESET_IDENTITY = `SET SESSION AUTHORIZATION ${SUPERUSER}; RESET ROLE`

export class SessionState {
  /** Process id as the client sees it. */
  readonly pid: number
  /** Settings that the client sent at start-up: what RESET goes back to. */
  readonly startup: ReadonlyMap<string, string>
  /** Session-level settings that differ from the server's. */
  settings: ReadonlyMap<string, string>
  /** Statements made with SQL's PREPARE: their text by name. */
  readonly prepared = new Map<string, string>()
  /** Has temporary tables that outlive the transaction. */
  hasTemporary = false

  constructor(pid: number, startup: ReadonlyMap<string, string>) {
    this.pid = pid
    this.startup = startup
    this.settings = startup
  }

  /** Runs as another role than the session was opened with. */
  get hasIdentity(): boolean {
    return IDENTITY.some((name) => this.settings.has(name))
  }

  /** The same belongings as the role that the session was opened with: after `RESET_IDENTITY`. */
  withoutIdentity(): SessionState {
    return this.with(new Map([...this.settings].filter(([name]) => !IDENTITY.includes(name))))
  }

  /** The same belongings under other settings. */
  with(settings: ReadonlyMap<string, string>): SessionState {
    const copy = new SessionState(this.pid, this.startup)
    copy.settings = settings
    copy.hasTemporary = this.hasTemporary
    for (const [name, sql] of this.prepared) copy.prepared.set(name, sql)
    return copy
  }
}

/** Named like another backend's temporary schema; real ones count from 0. */
const parkedSchema = (state: SessionState): string => `pg_temp_${1_000_000 + state.pid}`

export const literal = (value: string): string => {
  const quoted = `'${value.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`
  return value.includes('\\') ? ` E${quoted}` : quoted
}

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

const resetSql = (name: string): string => `RESET ${name.split('.').map(identifier).join('.')}`

/**
 * SQL that takes `present`'s belongings out of the session and puts `next`'s in; '' when nothing differs.
 * Without `present` the session's settings are taken as unknown.
 */
export const restoreSql = (present: SessionState | undefined, next: SessionState): string => {
  const sql: string[] = []
  const before = present?.settings ?? new Map<string, string>()
  const changed = [...next.settings].filter(([name, value]) => before.get(name) !== value)
  const gone = [...before.keys()].filter((name) => !next.settings.has(name))
  const isSame = present?.pid === next.pid
  const identityChanges =
    (!isSame && present?.hasIdentity === true) ||
    [...changed.map(([name]) => name), ...gone].some((name) => IDENTITY.includes(name))
  if (present === undefined) sql.push(RESET_IDENTITY, 'RESET ALL')
  else if (identityChanges) sql.push(RESET_IDENTITY)
  if (present !== undefined && !isSame) {
    for (const name of present.prepared.keys()) sql.push(`DEALLOCATE ${identifier(name)}`)
    if (present.hasTemporary) sql.push(`SELECT pg_orez.park_temporary('${parkedSchema(present)}')`)
  }
  if (next.hasTemporary && !isSame) sql.push(`SELECT pg_orez.unpark_temporary('${parkedSchema(next)}')`)
  for (const name of gone) if (!IDENTITY.includes(name)) sql.push(resetSql(name))
  const set = ([name, value]: readonly [string, string]): string =>
    `SELECT pg_catalog.set_config(${literal(name)}, ${literal(value)}, false)`
  for (const entry of changed) if (!IDENTITY.includes(entry[0])) sql.push(set(entry))
  if (!isSame) for (const text of next.prepared.values()) sql.push(text)
  if (identityChanges || present === undefined) {
    for (const name of IDENTITY) {
      const value = next.settings.get(name)
      if (value !== undefined) sql.push(set([name, value]))
    }
  }
  return sql.join('; ')
}

/** SQL that destroys the belongings of a connection that is gone. */
export const discardSql = (state: SessionState, isPresent: boolean): string => {
  const sql: string[] = []
  if (isPresent) {
    for (const name of state.prepared.keys()) sql.push(`DEALLOCATE ${identifier(name)}`)
    if (state.hasTemporary) sql.push('DISCARD TEMP')
  }
  if (state.hasTemporary) sql.push(`SELECT pg_orez.drop_parked('${parkedSchema(state)}')`)
  return sql.join('; ')
}

/** SQL for `collectState`. Roles come first: another role may not see all settings. */
export const collectSql = (customSettings: Iterable<string>): string => `
  SELECT 'role', current_setting('role') UNION ALL SELECT 'session_authorization', session_user::text;
  ${RESET_IDENTITY};
  SELECT '', session_user::text UNION ALL
  SELECT 'temporary', (pg_my_temp_schema() <> 0 AND EXISTS (
    SELECT FROM pg_catalog.pg_class WHERE relnamespace = pg_my_temp_schema()))::text;
  SELECT 'set', name, setting FROM pg_catalog.pg_settings WHERE source = 'session'
    AND name <> 'session_authorization' AND NOT 'NO_RESET' = ANY (pg_settings_get_flags(name)) UNION ALL
  SELECT 'set', name, current_setting(name, true)
  FROM unnest(ARRAY[${[...customSettings].map(literal).join(', ')}]::text[]) AS name
  WHERE current_setting(name, true) <> ''`

/**
 * Reads what is in the session after a transaction that may have changed it.
 * @returns the settings as they are in the session now, which differ from `state.settings` in the role
 *   and in what RESET must bring back
 */
export const collectState = (state: SessionState, rows: readonly Row[]): ReadonlyMap<string, string> => {
  const current = new Map<string, string>()
  const wanted = new Map(state.startup)
  const single = new Map(rows.filter((row) => row.length === 2).map(([key, value]) => [key ?? '', value ?? '']))
  for (const [kind, name, value] of rows) {
    if (kind === 'set' && name !== null && name !== undefined) {
      current.set(name, value ?? '')
      wanted.set(name, value ?? '')
    }
  }
  if (single.get('role') !== 'none') wanted.set('role', single.get('role') ?? 'none')
  if (single.get('session_authorization') !== single.get('')) {
    wanted.set('session_authorization', single.get('session_authorization') ?? '')
  }
  state.hasTemporary = single.get('temporary') === 'true'
  state.settings = wanted
  return current
}
