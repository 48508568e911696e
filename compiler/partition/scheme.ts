/** PARTITION BY. Manual: "CREATE TABLE"; after ComputePartitionAttrs and transformPartitionSpec. */
import type * as Ast from '@pgsql/types'
import { bindExpression } from '../bind/expression.ts'
import { errorAt, refuse, rootScope, type Scope } from '../bind/scope.ts'
import { storedStatement } from '../bind/statement.ts'
import { addOwnRow, rowRange } from '../bind/target-range.ts'
import type { PartitionScheme, RelationInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { SYSTEM_COLUMNS } from '../catalog/system-column.ts'
import { fold } from '../evaluate/fold.ts'
import type { Expr } from '../tree/expression.ts'
import { some } from '../tree/walk.ts'
import { findCodec } from '../types/codec.ts'
import { isHashable } from './hash.ts'

const STRATEGIES = {
  PARTITION_STRATEGY_LIST: 'list',
  PARTITION_STRATEGY_RANGE: 'range',
  PARTITION_STRATEGY_HASH: 'hash',
} as const

/** @throws PgError 42703, 42P17, 42704 */
export const bindScheme = (
  scope: Scope,
  table: Pick<RelationInfo, 'name' | 'columns'> & { readonly schema?: string },
  { strategy: strategyNode, partParams = [], location }: Ast.PartitionSpec,
): PartitionScheme => {
  const strategy = STRATEGIES[strategyNode as keyof typeof STRATEGIES]
  if (strategy === 'list' && partParams.length > 1)
    throw errorAt(scope, undefined, '42P17', 'cannot use "list" partition strategy with more than one column')
  const { statement } = scope
  const types: number[] = []
  const requireType = (type: number): void => {
    types.push(type)
    if (statement.catalog.ordering(type) === undefined) {
      const method = strategy === 'hash' ? 'hash' : 'btree'
      throw errorAt(
        scope,
        undefined,
        '42704',
        `data type ${formatType(statement.catalog, type)} has no default operator class for access method "${method}"`,
        {
          hint: `You must specify a ${method} operator class or define a default ${method} operator class for the data type.`,
        },
      )
    }
    if (findCodec(statement, type) === undefined || (strategy === 'hash' && !isHashable(statement, type)))
      throw refuse(scope, `partitions by ${formatType(statement.catalog, type)}`, location)
  }
  const keys = partParams.map((param) => {
    if (!('PartitionElem' in param)) throw refuse(scope, 'this partition key', location)
    const { name, expr, collation = [], opclass = [], location: at } = param.PartitionElem
    if (opclass.length > 0 || collation.length > 0) throw refuse(scope, 'an operator class of a partition key', at)
    const bare = expr !== undefined && 'ColumnRef' in expr ? expr.ColumnRef.fields?.[0] : undefined
    const column = name ?? (bare !== undefined && 'String' in bare ? bare.String.sval : undefined)
    if (column !== undefined) {
      if (SYSTEM_COLUMNS.has(column))
        throw errorAt(scope, at, '42P17', `cannot use system column "${column}" in partition key`)
      const found = table.columns.find((each) => each.name === column)
      if (found === undefined && name === undefined && column === table.name)
        throw refuse(scope, "a partition key of the table's own row type", at)
      if (found === undefined)
        throw name === undefined
          ? errorAt(scope, undefined, '42703', `column "${column}" does not exist`)
          : errorAt(scope, at, '42703', `column "${column}" named in partition key does not exist`)
      if (found.generated !== undefined)
        throw errorAt(scope, at, '42P17', 'cannot use generated column in partition key')
      requireType(found.type)
      return found.number
    }
    // The table exists already for PostgreSQL when it looks at its key.
    if (JSON.stringify(expr).includes(`"sval":${JSON.stringify(table.name)}`))
      throw refuse(scope, "a partition key of the table's own row type", at)
    const own = rootScope(storedStatement(statement), { clause: 'partition key' })
    addOwnRow(own, rowRange(table as RelationInfo, table.name, 0, []), table)
    const bound = bindExpression(own, expr as Ast.Node)
    if (statement.catalog.type(bound.type).kind === 'p')
      throw errorAt(
        scope,
        undefined,
        '42P16',
        `partition key column ${types.length + 1} has pseudo-type ${formatType(statement.catalog, bound.type)}`,
      )
    requireKeyExpression(scope, bound, table)
    requireType(bound.type)
    return expr as Ast.Node
  })
  return { strategy, keys, types }
}

const requireKeyExpression = (scope: Scope, expr: Expr, table: Pick<RelationInfo, 'columns'>): void => {
  const { catalog, settings, clock } = scope.statement
  if (some(expr, (it) => it.kind === 'call' && it.fn.volatility !== 'i'))
    throw errorAt(scope, undefined, '42P17', 'functions in partition key expression must be marked IMMUTABLE')
  if (some(expr, (it) => it.kind === 'column' && table.columns[it.index]?.generated !== undefined))
    throw errorAt(scope, undefined, '42P17', 'cannot use generated column in partition key')
  if (fold({ catalog, settings, clock }, expr).kind === 'const')
    throw errorAt(scope, undefined, '42P17', 'cannot use constant expression as partition key')
}
