/** CURRENT_DATE and its kin. Manual: "Current Date/Time". They are those of the transaction's start. */
import { currentRole, roleName } from '../catalog/role.ts'
import { literal, type Sql } from '../sqlite/tree.ts'
import type { SqlValue } from '../tree/expression.ts'
import type { Value } from '../tree/value.ts'
import { floorDivide, MICROS_PER_DAY, MICROS_PER_SECOND } from '../types/calendar.ts'
import { applyPrecision, storeTimeTz } from '../types/datetime.ts'
import type { Environment } from '../types/environment.ts'
import { offsetAt } from '../types/time-zone.ts'
import { callUser, type Lowering } from './context.ts'

export const currentValue = (env: Environment, name: string, typmod: number): Value => {
  const { timeZone, sessionRole, database, searchPath } = env.settings
  const zone = offsetAt(timeZone, env.clock.transaction)
  const local = env.clock.transaction + BigInt(zone) * MICROS_PER_SECOND
  const time = local - floorDivide(local, MICROS_PER_DAY) * MICROS_PER_DAY
  switch (name) {
    case 'current_date':
      return floorDivide(local, MICROS_PER_DAY)
    case 'current_time':
      return storeTimeTz({ micros: applyPrecision(time, typmod), zone })
    case 'current_timestamp':
      return applyPrecision(env.clock.transaction, typmod)
    case 'localtime':
      return applyPrecision(time, typmod)
    case 'localtimestamp':
      return applyPrecision(local, typmod)
    case 'current_catalog':
      return database
    case 'current_schema':
      return searchPath.find((schema) => env.catalog.hasSchema(schema)) ?? null
    default:
      return roleName(env, name === 'session_user' ? sessionRole : currentRole(env.settings)) ?? null
  }
}

export const lowerSqlValue = (lowering: Lowering, { name, typmod, position }: SqlValue): Sql => {
  if (!lowering.target.has('functions')) return literal(currentValue(lowering.env, name, typmod))
  return callUser(
    lowering,
    `pg_${name}${typmod < 0 ? '' : `_${typmod}`}`,
    [],
    (env) => currentValue(env, name, typmod),
    { position },
  )
}
