/** The settings of a session: the few that change results, and those that are accepted because they do not. */
import type { Settings } from '../../compiler/bind/settings.ts'
import { DEFAULT_SETTINGS, type TransactionModes } from '../../compiler/bind/settings.ts'
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import { currentRole, isSuperuser } from '../../compiler/catalog/role.ts'
import {
  isCustom,
  parameterNamed,
  parseBoolean,
  parseValue,
  requireChangeable,
  unrecognized,
} from '../../compiler/setting/parameter.ts'
import { modeNamed } from '../../compiler/setting/show.ts'
import { isolationLevel } from '../../compiler/statement/transaction.ts'
import { isTimeZone } from '../../compiler/types/time-zone.ts'
import { PgError, unsupported } from '../protocol/error.ts'
import { withRole, withSessionRole, withUserSchema } from './role-setting.ts'

/** Settings that only choose among plans, or tune what orez has not: any value gives the same results. */
const WITHOUT_EFFECT =
  /^(enable_\w+|\w+_page_cost|cpu_\w+_cost|parallel_\w+|max_parallel\w+|min_parallel\w+|work_mem|hash_mem_multiplier|maintenance_work_mem|synchronous_commit|geqo\w*|jit\w*|from_collapse_limit|join_collapse_limit|random_page_cost|debug_parallel_query|constraint_exclusion|plan_cache_mode|cursor_tuple_fraction|client_min_messages|log_\w+|effective_\w+|temp_buffers|allow_in_place_tablespaces|application_name|lock_timeout|statement_timeout|idle_in_transaction_session_timeout|row_security|default_table_access_method|escape_string_warning|restrict_nonsystem_relation_kind|synchronize_seqscans|stats_fetch_consistency|track_\w+|wal_compression|backend_flush_after|commit_delay|vacuum_\w+|default_statistics_target|check_function_bodies)$/

const styleOf = (value: string, before: string): string => {
  let [style = 'ISO', order = 'MDY'] = before.split(', ')
  let hasOrder = false
  for (const word of value.split(/\s*,\s*/)) {
    const lower = word.trim().toLowerCase()
    if (/^iso$/.test(lower)) style = 'ISO'
    else if (/^sql$/.test(lower)) style = 'SQL'
    else if (/^postgres/.test(lower)) style = 'Postgres'
    else if (/^german$/.test(lower)) {
      style = 'German'
      // Germans say the day first, unless another order is asked for (check_datestyle).
      if (!hasOrder) order = 'DMY'
    } else if (/^(ymd|dmy|euro|mdy|us|noneuro)/.test(lower)) {
      order = lower === 'ymd' ? 'YMD' : /^(dmy|euro)/.test(lower) ? 'DMY' : 'MDY'
      hasOrder = true
    } else throw new PgError('22023', `invalid value for parameter "DateStyle": "${value}"`)
  }
  return `${style}, ${order}`
}

/** @throws PgError 22023 */
const modesFrom = (name: string, mode: keyof TransactionModes, value: string): Partial<TransactionModes> =>
  mode === 'isolation' ? { isolation: isolationLevel(name, value) } : { [mode]: parseBoolean(name, value) }

/** The modes that `SET transaction_…` means; undefined for another setting. */
export const modesOfSetting = (name: string, value: string | undefined): Partial<TransactionModes> | undefined => {
  const mode = modeNamed('transaction_', name)
  if (mode === undefined) return undefined
  if (value === undefined) throw unsupported(`RESET of "${name}"`)
  return modesFrom(name, mode, value)
}

/** SET SESSION CHARACTERISTICS. */
export const withDefaultModes = (settings: Settings, modes: Partial<TransactionModes>): Settings => {
  const defaultTransaction = { ...settings.defaultTransaction, ...modes }
  return { ...settings, defaultTransaction }
}

/** Parameters that change nothing here, or nothing beside what an application reads back. */
const withOther = (
  settings: Settings,
  name: string,
  value: string | undefined,
  catalog: Catalog,
): Settings['others'] => {
  const { others } = settings
  const { [name]: _before, ...rest } = others
  const parameter = parameterNamed(name)
  if (parameter === undefined) {
    if (!isCustom(name)) throw unrecognized(name)
    return value === undefined ? rest : { ...rest, [name]: value }
  }
  requireChangeable(parameter)
  if (parameter.context === 'superuser' && !isSuperuser(catalog, currentRole(settings)))
    throw new PgError('42501', `permission denied to set parameter "${parameter.name}"`)
  if (value === undefined) return rest
  const canonical = parseValue(parameter, value)
  if (canonical !== parameter.value && !WITHOUT_EFFECT.test(name)) throw unsupported(`the setting "${name}"`)
  return { ...rest, [name]: canonical }
}

/** The settings of statements outside of a block: the default modes. The same settings stay the same object. */
export const betweenTransactions = (settings: Settings): Settings =>
  settings.transaction === settings.defaultTransaction
    ? settings
    : { ...settings, transaction: settings.defaultTransaction }

/** SET name = value. @throws PgError 22023 for a bad value, 0A000 for a setting that is not supported */
export const applySetting = (
  settings: Settings,
  name: string,
  value: string | undefined,
  catalog: Catalog,
): Settings => {
  switch (name) {
    case 'search_path': {
      const text = value ?? DEFAULT_SETTINGS.searchPathText
      return withUserSchema({ ...settings, searchPathText: text }, catalog)
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
    case 'role':
      return withUserSchema(withRole(settings, value, catalog), catalog)
    case 'session_authorization':
      return withUserSchema(withSessionRole(settings, value, catalog), catalog)
    case 'client_encoding':
      if (value !== undefined && !/^utf-?8$/i.test(value)) throw unsupported(`the encoding ${value}`)
      return settings
    default: {
      const mode = modeNamed('default_transaction_', name)
      if (mode !== undefined)
        return withDefaultModes(
          settings,
          value === undefined ? { [mode]: DEFAULT_SETTINGS.transaction[mode] } : modesFrom(name, mode, value),
        )
      return { ...settings, others: withOther(settings, name, value, catalog) }
    }
  }
}
