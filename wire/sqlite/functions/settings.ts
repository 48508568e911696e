/** current_setting(), and pg_show_all_settings(), which pg_settings shows. Manual: "pg_settings"; after show_all_settings (guc_funcs.c). */

import type { Statement } from '../../../compiler/bind/scope.ts'
import { OID } from '../../../compiler/catalog/oid.ts'
import type { Call, Scalars, SetReturning } from '../../../compiler/functions/implementation.ts'
import { parameterNamed } from '../../../compiler/setting/parameter.ts'
import { parseQuantity } from '../../../compiler/setting/quantity.ts'
import { showSetting } from '../../../compiler/setting/show.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import { codecOf } from '../../../compiler/types/codec.ts'
import { PgError, unsupported } from '../../protocol/error.ts'
import { applySetting } from '../settings.ts'

/**
 * Of a parameter that the session has given a value, or that was not recorded, its value in its unit; undefined for any
 * other.
 */
const ownValue = (call: Call, name: string, unit: string | null, known: boolean): string | undefined => {
  const value = shown(call, name)
  const parameter = parameterNamed(name)
  if (value === undefined || (known && value === parameter?.value)) return undefined
  return unit === null ? value : String(parseQuantity(value, unit, parameter?.type === 'integer') ?? value)
}

/** Undefined for what says how a server is installed. */
const shown = (call: Call, name: string): string | undefined => {
  try {
    return showSetting(call, name).value
  } catch (error) {
    if (error instanceof PgError) return undefined
    throw error
  }
}

/** current_setting(). */
export const settingFunctions: Scalars = {
  show_config_by_name: function (this: Call, name: string) {
    return showSetting(this, name).value
  },
  show_config_by_name_missing_ok: function (this: Call, name: string, missingOk: bigint) {
    try {
      return showSetting(this, name).value
    } catch (error) {
      if (missingOk === 1n && error instanceof PgError && error.code === '42704') return null
      throw error
    }
  },
}

export const settingRows: Readonly<Record<string, SetReturning>> = {
  show_all_settings: function (this: Call) {
    const recorded = this.recorded?.('pg_settings')
    if (recorded === undefined) throw unsupported('pg_settings here')
    const { columns, rows } = recorded
    const at = (name: string): number => columns.indexOf(name)
    return rows.map((row) => {
      const own = ownValue(this, row[at('name')] ?? '', row[at('unit')] ?? null, row[at('setting')] !== null)
      return row.map((text, index): Value => {
        switch (columns[index]) {
          case 'setting':
            return own ?? text
          case 'source':
            return own === undefined || row[at('setting')] === null ? text : 'session'
          case 'enumvals':
            return text === null ? null : codecOf(this, OID.textArray).input(text, -1, this)
          case 'pending_restart':
            return text === 'true' ? 1n : 0n
          default:
            return text
        }
      })
    })
  },
}

/** Whether a session could be set so. @throws PgError as SET does */
export const checkSetting = ({ settings, catalog }: Statement, name: string, value: string | undefined): void => {
  applySetting(settings, name, value, catalog)
}
