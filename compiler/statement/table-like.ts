/** LIKE in CREATE TABLE. Manual: "CREATE TABLE"; after transformTableLikeClause and expandTableLikeClause. */
import type * as Ast from '@pgsql/types'
import { requireRelation } from '../bind/relation.ts'
import { errorAt, refuse, type Scope } from '../bind/scope.ts'
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import { commentKey } from '../system/comments.ts'
import type { Pending } from './constraint-attribute.ts'
import type { PendingSequence } from './create-table.ts'
import { isSchemaMissing, notNullName } from './definition.ts'
import { physicalColumn } from './physical.ts'

/** The bits of INCLUDING. */
const COMMENTS = 1
const CONSTRAINTS = 4
const DEFAULTS = 8
const GENERATED = 16
const IDENTITY = 32
const INDEXES = 64
const STORAGE = 256

const string = (sval: string): Ast.Node => ({ String: { sval } })

const columnsOf = (source: RelationInfo, numbers: readonly number[]): Ast.Node[] =>
  numbers.map((number) => string(source.columns.find((column) => column.number === number)?.name ?? ''))

/**
 * Adds the columns of another relation, and what INCLUDING says of it.
 * @throws PgError 42P01, 42701
 */
export const likeColumns = (
  scope: Scope,
  { relation: range, options = 0 }: Ast.TableLikeClause,
  columns: ColumnInfo[],
  pending: Pending[],
  sequences: PendingSequence[],
): void => {
  // the schema is looked for first, as in other commands
  const schema = range?.schemaname
  if (schema !== undefined && isSchemaMissing(scope.statement.catalog, schema))
    throw errorAt(scope, range?.location, '3F000', `schema "${schema}" does not exist`)
  const source = requireRelation(scope, range as Ast.RangeVar)
  const has = (bit: number): boolean => (options & bit) !== 0
  if (!'rpvmc'.includes(source.kind)) throw refuse(scope, `LIKE of "${source.name}"`, range?.location)
  const { comments, relations } = scope.statement.catalog.contents
  if (has(COMMENTS) && source.columns.some(({ number }) => comments.has(commentKey('pg_class', source.oid, number))))
    throw refuse(scope, 'INCLUDING COMMENTS of what has comments', range?.location)
  for (const column of source.columns) {
    if (columns.some(({ name }) => name === column.name))
      throw errorAt(scope, undefined, '42701', `column "${column.name}" specified more than once`)
    const number = columns.length + 1
    const { default: value, generated, identity, sequence, storage, ...rest } = column
    const { inherited: _count, onlyInherited: _only, statistics: _statistics, ...plain } = rest
    const keepsValue = value !== undefined && (generated === undefined ? has(DEFAULTS) : has(GENERATED))
    columns.push({
      ...plain,
      number,
      physical: physicalColumn(columns, column.name),
      ...(column.notNull ? { notNullName: notNullName(source, column) } : {}),
      ...(storage !== undefined && has(STORAGE) ? { storage } : {}),
      ...(keepsValue ? { default: value } : {}),
      ...(keepsValue && generated !== undefined ? { generated } : {}),
      ...(identity !== undefined && has(IDENTITY) ? { identity } : {}),
      // The default of a serial column draws from the sequence of the source.
      ...(identity === undefined && sequence !== undefined && has(DEFAULTS) ? { sequence } : {}),
    })
    const info = relations.get(sequence ?? 0)?.sequence
    if (identity !== undefined && has(IDENTITY) && info !== undefined) {
      const { ownedBy: _owner, ...options_ } = info
      sequences.push({ column: number, info: options_ })
    }
  }
  for (const constraint of source.constraints) {
    if (constraint.kind === 'check' && has(CONSTRAINTS))
      pending.push({
        node: {
          contype: 'CONSTR_CHECK',
          conname: constraint.name,
          raw_expr: constraint.expression,
          is_enforced: constraint.notEnforced !== true,
          ...(constraint.noInherit ? { is_no_inherit: true } : {}),
        },
        column: undefined,
      })
    if ((constraint.kind === 'primary' || constraint.kind === 'unique') && has(INDEXES))
      pending.push({
        node: {
          contype: constraint.kind === 'primary' ? 'CONSTR_PRIMARY' : 'CONSTR_UNIQUE',
          keys: columnsOf(source, constraint.columns),
          ...(constraint.deferrable ? { deferrable: true, initdeferred: constraint.deferred ?? false } : {}),
        },
        column: undefined,
      })
  }
  if (has(INDEXES) && source.indexes.length > 0)
    throw refuse(scope, 'INCLUDING INDEXES of plain indexes', range?.location)
}
