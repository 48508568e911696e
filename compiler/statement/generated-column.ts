/** What a generated column may be made of. Manual: "Generated Columns". */
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { type Catalog, FIRST_USER_OID } from '../catalog/catalog.ts'
import type { ColumnInfo } from '../catalog/entries.ts'
import { OID } from '../catalog/oid.ts'
import type { Expr } from '../tree/expression.ts'
import { some } from '../tree/walk.ts'

/** Types that are read from text and written as text by immutable functions. */
const PLAIN_TEXT: ReadonlySet<number> = new Set([
  ...[OID.text, OID.varchar, OID.bpchar, OID.name, OID.int2, OID.int4, OID.int8, OID.float4, OID.float8, OID.numeric],
  ...[OID.bool, OID.uuid, OID.json, OID.jsonb, OID.bytea, OID.bit, OID.varbit, OID.inet, OID.cidr],
])

/** @throws PgError 42P17 (cookDefault, check_nested_generated_walker) */
export const checkGenerated = (scope: Scope, expr: Expr, columns: readonly ColumnInfo[]): void => {
  const wrong = (it: Expr, message: string, detail: string): PgError =>
    new PgError('42P17', message, { detail, ...(it.position === undefined ? {} : { position: it.position }) })
  some(expr, (it) => {
    if (it.kind === 'wholeRow')
      throw wrong(
        it,
        'cannot use whole-row variable in column generation expression',
        'This would cause the generated column to depend on its own value.',
      )
    const column = it.kind === 'column' ? columns[it.index] : undefined
    if (column?.generated !== undefined)
      throw wrong(
        it,
        `cannot use generated column "${column.name}" in column generation expression`,
        'A generated column cannot reference another generated column.',
      )
    return false
  })
  if (some(expr, (it) => (it.kind === 'call' && it.fn.volatility !== 'i') || it.kind === 'sqlValue'))
    throw new PgError('42P17', 'generation expression is not immutable')
  const cast = (it: Expr): boolean => it.kind === 'ioCast' && !(PLAIN_TEXT.has(it.type) && PLAIN_TEXT.has(it.arg.type))
  if (some(expr, cast)) throw refuse(scope, 'this cast in a generation expression')
}

/**
 * Readers would execute it: what users have made is no part of it (check_virtual_generated_security).
 * @param expr as it was written
 * @throws PgError 0A000
 */
export const checkVirtual = (expr: Expr, { name, type }: ColumnInfo, catalog: Catalog): void => {
  if (catalog.type(type).domain !== undefined)
    throw new PgError('0A000', `virtual generated column "${name}" cannot have a domain type`)
  if (type >= FIRST_USER_OID)
    throw new PgError('0A000', `virtual generated column "${name}" cannot have a user-defined type`, {
      detail: 'Virtual generated columns that make use of user-defined types are not yet supported.',
    })
  some(expr, (it) => {
    const what =
      it.kind === 'call' && it.fn.oid >= FIRST_USER_OID ? 'function' : it.type >= FIRST_USER_OID ? 'type' : undefined
    if (what !== undefined)
      throw new PgError('0A000', `generation expression uses user-defined ${what}`, {
        detail: `Virtual generated columns that make use of user-defined ${what}s are not yet supported.`,
        ...(it.position === undefined ? {} : { position: it.position }),
      })
    return false
  })
}
