/** The value of a parameter in a session: what SHOW and current_setting() say. */

import { unsupported } from '../../wire/protocol/error.ts'
import type { Settings, TransactionModes } from '../bind/settings.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { currentRole, isSuperuser, roleName } from '../catalog/role.ts'
import { parameterNamed, unrecognized } from './parameter.ts'

const MODES: Readonly<Record<string, keyof TransactionModes>> = {
  isolation: 'isolation',
  read_only: 'readOnly',
  deferrable: 'deferrable',
}

/** The transaction mode that `prefix` and a name are the setting of. */
export const modeNamed = (prefix: string, name: string): keyof TransactionModes | undefined =>
  name.startsWith(prefix) ? MODES[name.slice(prefix.length)] : undefined

const modeText = (value: string | boolean): string => (typeof value === 'string' ? value : value ? 'on' : 'off')

/** Some values are names of roles, which the catalog has. */
export interface Shown {
  readonly settings: Settings
  readonly catalog: Catalog
}

/** Parameters that this server keeps a value of, by lower-case name. */
const own = (roles: Shown, name: string): { readonly name: string; readonly value: string } | undefined => {
  const { settings } = roles
  switch (name) {
    case 'search_path':
      return { name, value: settings.searchPathText }
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
    case 'session_authorization':
      return { name, value: roleName(roles, settings.sessionRole) ?? '' }
    case 'is_superuser':
      return { name, value: isSuperuser(roles.catalog, currentRole(settings)) ? 'on' : 'off' }
    case 'role':
      return { name, value: settings.setRole === undefined ? 'none' : (roleName(roles, settings.setRole) ?? '') }
    default: {
      const mode = modeNamed('transaction_', name)
      if (mode !== undefined) return { name, value: modeText(settings.transaction[mode]) }
      const later = modeNamed('default_transaction_', name)
      return later && { name, value: modeText(settings.defaultTransaction[later]) }
    }
  }
}

/**
 * @param name in any case
 * @throws PgError 42704 for a parameter that there is not; 0A000 for one whose value depends on an installation
 */
export const showSetting = (roles: Shown, name: string): { readonly name: string; readonly value: string } => {
  const { settings } = roles
  const key = name.toLowerCase()
  const parameter = parameterNamed(key)
  const other = settings.others[key]
  const found = own(roles, key)
  if (found !== undefined) return found
  if (other !== undefined) return { name: parameter?.name ?? name, value: other }
  if (parameter !== undefined) return { name: parameter.name, value: parameter.value }
  if (INSTALLED.has(key)) throw unsupported(`the setting "${name}"`)
  throw unrecognized(name)
}

/** Those that say where and how a server is installed; the recording has them not. */
const INSTALLED: ReadonlySet<string> = new Set([
  'config_file',
  'hba_file',
  'ident_file',
  'external_pid_file',
  'data_directory',
  'cluster_name',
  'port',
  'listen_addresses',
  'unix_socket_directories',
  'max_wal_senders',
  'max_replication_slots',
])
