/** PostgreSQL's configuration parameters, as recorded, and the values that they take. Manual: "Setting Parameters". */

import { PgError } from '../../wire/protocol/error.ts'
import recorded from '../catalog/data/settings.json' with { type: 'json' }
import { type Recorded, rowsOf } from '../catalog/recorded.ts'
import { readBoolean } from './boolean.ts'
import { parseQuantity, showQuantity } from './quantity.ts'

export interface Parameter {
  readonly name: string
  /** What it may be; only known of what a session may change. */
  readonly type: 'bool' | 'integer' | 'real' | 'string' | 'enum'
  readonly unit: string | null
  readonly min: string | null
  readonly max: string | null
  readonly values: readonly string[] | null
  /** Who may change it, and when. */
  readonly context: 'internal' | 'postmaster' | 'sighup' | 'superuser-backend' | 'backend' | 'superuser' | 'user'
  /** As SHOW prints it in a new session. */
  readonly value: string
}

const parameters: ReadonlyMap<string, Parameter> = new Map(
  rowsOf<Parameter>(recorded as Recorded).map((parameter) => [parameter.name.toLowerCase(), parameter]),
)

/** @param name in any case */
export const parameterNamed = (name: string): Parameter | undefined => parameters.get(name.toLowerCase())

/** Parameters with a dot in their names are whatever an application makes of them. */
export const isCustom = (name: string): boolean => /^[a-z_][\w$]*(\.[a-z_][\w$]*)+$/i.test(name)

export const unrecognized = (name: string): PgError =>
  new PgError('42704', `unrecognized configuration parameter "${name}"`)

/** @throws PgError 22023 */
export const parseBoolean = (name: string, value: string): boolean => {
  const read = readBoolean(value)
  if (read !== undefined) return read
  throw new PgError('22023', `parameter "${name}" requires a Boolean value`)
}

const parseNumber = (parameter: Parameter, value: string): string => {
  const { name, type, unit, min, max } = parameter
  const number = parseQuantity(value, unit, type === 'integer')
  if (number === undefined) throw new PgError('22023', `invalid value for parameter "${name}": "${value}"`)
  const [low, high] = [Number(min), Number(max)]
  if (number < low || number > high) {
    const within = (bound: number | string): string => `${bound}${unit === null ? '' : ` ${unit}`}`
    const [shown, from, to] = [number, min ?? '', max ?? ''].map(within)
    throw new PgError('22023', `${shown} is outside the valid range for parameter "${name}" (${from} .. ${to})`)
  }
  return showQuantity(number, unit)
}

/** A value as SHOW would print it. @throws PgError 22023 */
export const parseValue = (parameter: Parameter, value: string): string => {
  const { name, type, values } = parameter
  switch (type) {
    case 'bool':
      return parseBoolean(name, value) ? 'on' : 'off'
    case 'integer':
    case 'real':
      return parseNumber(parameter, value)
    case 'enum': {
      const found = values?.find((each) => each.toLowerCase() === value.toLowerCase())
      if (found === undefined)
        throw new PgError('22023', `invalid value for parameter "${name}": "${value}"`, {
          hint: `Available values: ${values?.join(', ')}.`,
        })
      return found
    }
    case 'string':
      return value
    default:
      return type satisfies never
  }
}

/** @throws PgError 55P02 for what a session cannot set (set_config_with_handle) */
export const requireChangeable = ({ name, context }: Parameter): void => {
  const cannot = (when: string): never => {
    throw new PgError('55P02', `parameter "${name}" cannot be ${when}`)
  }
  if (context === 'internal') cannot('changed')
  if (context === 'postmaster') cannot('changed without restarting the server')
  if (context === 'sighup') cannot('changed now')
  if (context === 'backend' || context === 'superuser-backend') cannot('set after connection start')
}
