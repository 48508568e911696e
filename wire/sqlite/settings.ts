/** The settings of a session: the few that change results, and those that are accepted because they do not. */
import type { Settings } from '../../compiler/bind/settings.ts'
import { DEFAULT_SETTINGS, type TransactionModes } from '../../compiler/bind/settings.ts'
import { isolationLevel } from '../../compiler/statement/transaction.ts'
import { isTimeZone } from '../../compiler/types/time-zone.ts'
import { PgError, unsupported } from '../protocol/error.ts'

/** Settings that only choose among plans, or tune what orez has not: any value gives the same results. */
const WITHOUT_EFFECT =
  /^(enable_\w+|\w+_page_cost|cpu_\w+_cost|parallel_\w+|max_parallel\w+|min_parallel\w+|work_mem|hash_mem_multiplier|maintenance_work_mem|synchronous_commit|geqo\w*|jit\w*|from_collapse_limit|join_collapse_limit|random_page_cost|debug_parallel_query|constraint_exclusion|plan_cache_mode|cursor_tuple_fraction|client_min_messages|log_\w+|effective_\w+|temp_buffers|allow_in_place_tablespaces|application_name|lock_timeout|statement_timeout|idle_in_transaction_session_timeout|row_security|default_table_access_method|stats_fetch_consistency|track_\w+|wal_compression|backend_flush_after|commit_delay|vacuum_\w+|default_statistics_target|check_function_bodies)$/

const styleOf = (value: string, before: string): string => {
  let [style = 'ISO', order = 'MDY'] = before.split(', ')
  for (const word of value.split(/\s*,\s*/)) {
    const lower = word.trim().toLowerCase()
    if (/^iso$/.test(lower)) style = 'ISO'
    else if (/^sql$/.test(lower)) style = 'SQL'
    else if (/^postgres/.test(lower)) style = 'Postgres'
    else if (/^german$/.test(lower)) style = 'German'
    else if (/^ymd$/.test(lower)) order = 'YMD'
    else if (/^(dmy|euro)/.test(lower)) order = 'DMY'
    else if (/^(mdy|us|noneuro)/.test(lower)) order = 'MDY'
    else throw new PgError('22023', `invalid value for parameter "DateStyle": "${value}"`)
  }
  return `${style}, ${order}`
}

/** Settings of one transaction, and those that the next ones begin with. */
const MODE_SETTINGS: Readonly<Record<string, keyof TransactionModes>> = {
  isolation: 'isolation',
  read_only: 'readOnly',
  deferrable: 'deferrable',
}

const modeOf = (prefix: string, name: string): keyof TransactionModes | undefined =>
  name.startsWith(prefix) ? MODE_SETTINGS[name.slice(prefix.length)] : undefined

/** @throws PgError 22023 */
const modesFrom = (name: string, mode: keyof TransactionModes, value: string): Partial<TransactionModes> =>
  mode === 'isolation' ? { isolation: isolationLevel(name, value) } : { [mode]: booleanOf(name, value) }

/** @throws PgError 22023 */
const booleanOf = (name: string, value: string): boolean => {
  const word = value.trim().toLowerCase()
  const matches = (full: string, least: number): boolean => word.length >= least && full.startsWith(word)
  if (word === '1' || matches('on', 2) || matches('true', 1) || matches('yes', 1)) return true
  if (word === '0' || matches('off', 2) || matches('false', 1) || matches('no', 1)) return false
  throw new PgError('22023', `parameter "${name}" requires a Boolean value`)
}

/** The modes that `SET transaction_…` means; undefined for another setting. */
export const modesOfSetting = (name: string, value: string | undefined): Partial<TransactionModes> | undefined => {
  const mode = modeOf('transaction_', name)
  if (mode === undefined) return undefined
  if (value === undefined) throw unsupported(`RESET of "${name}"`)
  return modesFrom(name, mode, value)
}

/** SET SESSION CHARACTERISTICS. */
export const withDefaultModes = (settings: Settings, modes: Partial<TransactionModes>): Settings => {
  const defaultTransaction = { ...settings.defaultTransaction, ...modes }
  return { ...settings, defaultTransaction }
}

/** SET name = value. @throws PgError 22023 for a bad value, 0A000 for a setting that is not supported */
export const applySetting = (settings: Settings, name: string, value: string | undefined): Settings => {
  switch (name) {
    case 'search_path': {
      if (value === undefined) return { ...settings, searchPath: DEFAULT_SETTINGS.searchPath }
      const path = value.split(/\s*,\s*/).filter((schema) => schema !== '' && schema !== '$user')
      return { ...settings, searchPath: path }
    }
    case 'timezone': {
      const zone = value ?? DEFAULT_SETTINGS.timeZone
      if (!isTimeZone(zone)) throw unsupported(`the time zone "${zone}"`)
      return { ...settings, timeZone: zone }
    }
    case 'datestyle':
      return {
        ...settings,
        dateStyle: value === undefined ? DEFAULT_SETTINGS.dateStyle : styleOf(value, settings.dateStyle),
      }
    case 'intervalstyle': {
      const style = (value ?? DEFAULT_SETTINGS.intervalStyle).toLowerCase()
      if (!['postgres', 'postgres_verbose', 'sql_standard', 'iso_8601'].includes(style))
        throw new PgError('22023', `invalid value for parameter "IntervalStyle": "${value}"`, {
          hint: 'Available values: postgres, postgres_verbose, sql_standard, iso_8601.',
        })
      return { ...settings, intervalStyle: style }
    }
    case 'extra_float_digits': {
      const digits = Number(value ?? DEFAULT_SETTINGS.extraFloatDigits)
      if (!Number.isInteger(digits))
        throw new PgError('22023', `invalid value for parameter "extra_float_digits": "${value}"`)
      if (digits < -15 || digits > 3)
        throw new PgError('22023', `${digits} is outside the valid range for parameter "extra_float_digits" (-15 .. 3)`)
      return { ...settings, extraFloatDigits: digits }
    }
    case 'bytea_output': {
      const format = value ?? 'hex'
      if (format !== 'hex' && format !== 'escape')
        throw new PgError('22023', `invalid value for parameter "bytea_output": "${value}"`)
      return { ...settings, byteaOutput: format }
    }
    case 'client_encoding':
      if (value !== undefined && !/^utf-?8$/i.test(value)) throw unsupported(`the encoding ${value}`)
      return settings
    default: {
      const mode = modeOf('default_transaction_', name)
      if (mode !== undefined)
        return withDefaultModes(
          settings,
          value === undefined ? { [mode]: DEFAULT_SETTINGS.transaction[mode] } : modesFrom(name, mode, value),
        )
      if (WITHOUT_EFFECT.test(name)) return settings
      throw unsupported(`the setting "${name}"`)
    }
  }
}

/** SHOW name. */
export const showSetting = (settings: Settings, name: string): { readonly name: string; readonly value: string } => {
  switch (name) {
    case 'search_path':
      return {
        name: 'search_path',
        value: settings.searchPath.join(', ') === 'public' ? '"$user", public' : settings.searchPath.join(', '),
      }
    case 'timezone':
      return { name: 'TimeZone', value: settings.timeZone }
    case 'datestyle':
      return { name: 'DateStyle', value: settings.dateStyle }
    case 'intervalstyle':
      return { name: 'IntervalStyle', value: settings.intervalStyle }
    case 'extra_float_digits':
      return { name, value: String(settings.extraFloatDigits) }
    case 'bytea_output':
      return { name, value: settings.byteaOutput }
    case 'client_encoding':
      return { name, value: 'UTF8' }
    case 'standard_conforming_strings':
      return { name, value: 'on' }
    default: {
      const own = modeOf('transaction_', name)
      const mode = own ?? modeOf('default_transaction_', name)
      if (mode === undefined) throw unsupported(`SHOW ${name}`)
      const value = (own === undefined ? settings.defaultTransaction : settings.transaction)[mode]
      return { name, value: typeof value === 'boolean' ? (value ? 'on' : 'off') : value }
    }
  }
}
