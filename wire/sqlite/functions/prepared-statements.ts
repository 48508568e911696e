/** The view pg_prepared_statements. After pg_prepared_statement() in prepare.c. */
import { bool, type Call, type SetReturning } from '../../../compiler/functions/implementation.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import { arrayOf, storeArray } from '../../../compiler/types/array.ts'
import type { PreparedStatement } from '../../../compiler/types/environment.ts'
import { unsupported } from '../../protocol/error.ts'

const typesOf = (types: readonly number[]): Value => storeArray(arrayOf(types.map(BigInt)))

const row = ({ name, text, made, parameters, results, fromSql, plans }: PreparedStatement): readonly Value[] => {
  if (plans === undefined) throw unsupported(`pg_prepared_statements beside "${name}", whose plans depend on costs,`)
  const { generic, custom } = plans
  return [
    ...[name, text, made, typesOf(parameters), results === undefined ? null : typesOf(results), bool(fromSql)],
    ...[BigInt(generic), BigInt(custom)],
  ]
}

export const preparedRows: Readonly<Record<string, SetReturning>> = {
  pg_prepared_statement: function (this: Call) {
    if (this.prepared === undefined) throw unsupported('pg_prepared_statements here')
    return this.prepared().map(row)
  },
}
