/** SET STATISTICS, STORAGE and COMPRESSION of a column: kept for the catalogs to show. Manual: "ALTER TABLE". */
import type * as Ast from '@pgsql/types'
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { formatType } from '../catalog/format-type.ts'
import { update, type Work } from './alter-family.ts'
import { findColumn } from './altered-table.ts'
import type { StatementContext } from './context.ts'

/** MAX_STATISTICS_TARGET */
const MOST = 10_000

/** @throws PgError 42703, 22023 */
export const setStatistics = (context: StatementContext, work: Work, { name = '', def }: Ast.AlterTableCmd): void => {
  const column = findColumn(work, name)
  const given = def !== undefined && 'Integer' in def ? (def.Integer.ival ?? 0) : -1
  if (given < -1) throw new PgError('22023', `statistics target ${given} is too low`)
  if (given > MOST)
    context.notices.push({ severity: 'WARNING', code: '22023', message: `lowering statistics target to ${MOST}` })
  const { statistics: _before, ...rest } = column
  const changed = given < 0 ? rest : { ...rest, statistics: Math.min(given, MOST) }
  update(work, { columns: work.relation.columns.map((each) => (each === column ? changed : each)) })
}

const STORAGES: Readonly<Record<string, 'p' | 'e' | 'm' | 'x' | undefined>> = {
  plain: 'p',
  external: 'e',
  main: 'm',
  extended: 'x',
  default: undefined,
}

/** @throws PgError 42703, 22023, 0A000 for values that are never stored elsewhere */
export const setStorage = (
  { statement }: StatementContext,
  work: Work,
  { name = '', def }: Ast.AlterTableCmd,
): void => {
  const column = findColumn(work, name)
  const word = def !== undefined && 'String' in def ? (def.String.sval ?? '') : ''
  const lower = word.toLowerCase()
  if (!(lower in STORAGES)) throw new PgError('22023', `invalid storage type "${word}"`)
  const storage = STORAGES[lower]
  const { catalog } = statement
  if (storage !== undefined && storage !== 'p' && catalog.type(catalog.baseType(column.type)).length > 0)
    throw new PgError('0A000', `column data type ${formatType(catalog, column.type)} can only have storage PLAIN`)
  const { storage: _before, ...rest } = column
  const changed = storage === undefined ? rest : { ...rest, storage }
  update(work, { columns: work.relation.columns.map((each) => (each === column ? changed : each)) })
}

/** SET COMPRESSION. @throws PgError 42703, 22023, 0A000 */
export const setCompression = (
  { statement }: StatementContext,
  work: Work,
  { name = '', def }: Ast.AlterTableCmd,
): void => {
  const column = findColumn(work, name)
  const { catalog } = statement
  const word = def !== undefined && 'String' in def ? (def.String.sval ?? '') : ''
  if (catalog.type(catalog.baseType(column.type)).length > 0)
    throw new PgError('0A000', `column data type ${formatType(catalog, column.type)} does not support compression`)
  if (word === 'lz4') throw unsupported('the compression method lz4')
  if (word !== 'pglz' && word !== 'default') throw new PgError('22023', `invalid compression method "${word}"`)
  const { compression: _before, ...rest } = column
  const changed = word === 'pglz' ? { ...rest, compression: 'p' as const } : rest
  update(work, { columns: work.relation.columns.map((each) => (each === column ? changed : each)) })
}
