/** Conversion of a value to another type while a routine runs: as in an assignment, else by text (exec_cast_value). */
import { coerceToTarget } from '../../../compiler/bind/coerce.ts'
import { makeStatement } from '../../../compiler/bind/statement.ts'
import { formatType } from '../../../compiler/catalog/format-type.ts'
import { OID } from '../../../compiler/catalog/oid.ts'
import { evaluate } from '../../../compiler/evaluate/evaluate.ts'
import { NotComputable } from '../../../compiler/evaluate/not-computable.ts'
import type { Expr } from '../../../compiler/tree/expression.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import type { Environment } from '../../../compiler/types/environment.ts'
import { unsupported } from '../../protocol/error.ts'

const casts = new WeakMap<object, Map<string, Expr>>()

/** @throws PgError of class 22 for a value that the type cannot hold */
export const castValue = (env: Environment, value: Value, from: number, to: number, typmod = -1): Value => {
  if (from === to && typmod < 0 && env.catalog.type(to).domain === undefined) return value
  const known = casts.get(env.catalog) ?? new Map<string, Expr>()
  casts.set(env.catalog, known)
  const key = `${from} ${to} ${typmod}`
  const cast = known.get(key) ?? makeCast(env, from, to, typmod)
  known.set(key, cast)
  try {
    return evaluate(env, cast, [value])
  } catch (error) {
    if (!(error instanceof NotComputable)) throw error
    const { catalog } = env
    throw unsupported(`the conversion of ${formatType(catalog, from)} to ${formatType(catalog, to)} in a routine`)
  }
}

const makeCast = (env: Environment, from: number, to: number, typmod: number): Expr => {
  const statement = makeStatement('', env.catalog, env.settings, env.clock, undefined, [])
  const source: Expr = { kind: 'placeholder', index: 0, type: from === OID.unknown ? OID.text : from, typmod: -1 }
  const assigned = coerceToTarget(statement, source, to, typmod, 'assignment')
  if (assigned !== undefined) return assigned
  const byText: Expr = { kind: 'ioCast', arg: source, explicit: false, type: to, typmod: -1 }
  return coerceToTarget(statement, byText, to, typmod, 'assignment') ?? byText
}
