/** INHERITS and PARTITION OF: what a new table has of its parents. Manual: "Inheritance"; after MergeAttributes. */

import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import { errorAt, refuse, type Scope } from '../bind/scope.ts'
import { checkConstraints } from '../catalog/constraint.ts'
import type { CheckConstraint, ColumnInfo, ConstraintInfo, RelationInfo } from '../catalog/entries.ts'
import { checkFree } from './definition.ts'
import { declaredNotNull, inheritedNotNull, oneMoreNotNull, withoutNotNull } from './not-null.ts'
import { physicalColumn } from './physical.ts'
import { qualifiedTree } from './qualified-names.ts'

export interface Inherited {
  readonly columns: readonly ColumnInfo[]
  readonly checks: readonly CheckConstraint[]
}

/** Parse trees that say the same in the same words. */
export const sameTree = (left: unknown, right: unknown): boolean => {
  const shape = (node: unknown): string =>
    JSON.stringify(node, (key, value) =>
      key === 'location' || /^(rexpr_)?list_(start|end)$/.test(key) ? undefined : value,
    ) ?? ''
  return shape(left) === shape(right)
}

/** @throws PgError 42809, 42P07, 42P01, 42P17 */
export const requireParents = (
  scope: Scope,
  nodes: readonly Ast.Node[],
  child: { readonly schema: string; readonly name: string; readonly isPartition: boolean },
): RelationInfo[] => {
  const parents: RelationInfo[] = []
  for (const node of nodes) {
    if (!('RangeVar' in node)) throw refuse(scope, 'this parent')
    const parent = requireRelation(scope, { ...node.RangeVar, location: -1 })
    // the table has been made by then (DefineRelation)
    if (child.isPartition && parent.kind !== 'p') checkFree(scope, child.schema, child.name)
    if (child.isPartition && parent.kind !== 'p')
      throw parent.kind === 'r'
        ? new PgError('42P17', `"${parent.name}" is not partitioned`)
        : refuse(scope, `partitions of "${parent.name}"`)
    if (!child.isPartition) {
      if (parent.kind === 'p') throw new PgError('42809', `cannot inherit from partitioned table "${parent.name}"`)
      if (parent.bound !== undefined) throw new PgError('42809', `cannot inherit from partition "${parent.name}"`)
      if (parent.kind !== 'r')
        throw new PgError('42809', `inherited relation "${parent.name}" is not a table or foreign table`)
    }
    if (parents.includes(parent))
      throw new PgError('42P07', `relation "${parent.name}" would be inherited from more than once`)
    const temporary = child.schema === 'pg_temp_0'
    if (temporary !== (parent.schema === 'pg_temp_0')) {
      if (child.isPartition)
        throw new PgError(
          '42809',
          temporary
            ? `cannot create a temporary relation as partition of permanent relation "${parent.name}"`
            : `cannot create a permanent relation as partition of temporary relation "${parent.name}"`,
        )
      if (!temporary) throw new PgError('42809', `cannot inherit from temporary relation "${parent.name}"`)
    }
    parents.push(parent)
  }
  return parents
}

/** What a child takes over of a column. An identity stays with the parent, unless the child is a partition. */
const inheritedColumn = (parent: RelationInfo, column: ColumnInfo, isPartition: boolean): ColumnInfo => {
  const { identity, sequence, onlyInherited: _only, inherited: _count, statistics: _, ...rest } = withoutNotNull(column)
  const keepsIdentity = identity === undefined || isPartition
  return {
    ...rest,
    ...(identity !== undefined && keepsIdentity ? { identity } : {}),
    ...(sequence !== undefined && keepsIdentity ? { sequence } : {}),
    ...inheritedNotNull(parent, column),
    inherited: 1,
    onlyInherited: true,
  }
}

/** The columns and checks of all parents, merged. */
export const inheritFrom = (scope: Scope, parents: readonly RelationInfo[], isPartition: boolean): Inherited => {
  const columns: ColumnInfo[] = []
  const checks: CheckConstraint[] = []
  for (const parent of parents) {
    for (const column of parent.columns) {
      const at = columns.findIndex(({ name }) => name === column.name)
      const before = columns[at]
      if (before === undefined) {
        const number = columns.length + 1
        columns.push({
          ...inheritedColumn(parent, column, isPartition),
          number,
          physical: physicalColumn(columns, column.name),
        })
        continue
      }
      scope.statement.notice('00000', `merging multiple inherited definitions of column "${column.name}"`)
      if (before.type !== column.type || before.typmod !== column.typmod)
        throw new PgError('42804', `inherited column "${column.name}" has a type conflict`)
      if (before.generated !== column.generated) throw refuse(scope, 'inheritance of different generated columns')
      if (!sameTree(before.default, column.default) || before.sequence !== column.sequence)
        throw refuse(scope, 'inheritance of different defaults')
      columns[at] = {
        ...(before.notNull && column.notNull
          ? oneMoreNotNull(before)
          : { ...before, ...inheritedNotNull(parent, column) }),
        inherited: (before.inherited ?? 0) + 1,
      }
    }
    for (const check of checkConstraints(parent)) {
      if (check.noInherit) continue
      const at = checks.findIndex(({ name }) => name === check.name)
      const before = checks[at]
      if (before !== undefined) requireSameEnforcement(scope, before, check)
      if (before === undefined) checks.push({ ...check, inherited: 1, onlyInherited: true })
      else if (sameTree(before.expression, check.expression))
        checks[at] = { ...before, inherited: (before.inherited ?? 0) + 1 }
      else
        throw new PgError(
          '42710',
          `check constraint name "${check.name}" appears multiple times but with different expressions`,
        )
    }
  }
  return { columns, checks }
}

/** A column that the table declares itself, put together with the inherited ones. @throws PgError 42804 */
export const mergeColumn = (
  scope: Scope,
  inherited: readonly ColumnInfo[],
  own: ColumnInfo,
  place: number,
): ColumnInfo[] => {
  const at = inherited.findIndex(({ name }) => name === own.name)
  const before = inherited[at]
  if (before === undefined)
    return [...inherited, { ...own, number: inherited.length + 1, physical: physicalColumn(inherited, own.name) }]
  scope.statement.notice(
    '00000',
    at === place
      ? `merging column "${own.name}" with inherited definition`
      : `moving and merging column "${own.name}" with inherited definition`,
  )
  if (before.type !== own.type || before.typmod !== own.typmod)
    throw new PgError('42804', `column "${own.name}" has a type conflict`)
  if (own.generated !== undefined || before.generated !== undefined || own.identity !== undefined)
    throw refuse(scope, 'merging of generated or identity columns')
  const { onlyInherited: _only, ...rest } = before
  return inherited.map((column) =>
    column === before
      ? {
          ...(own.notNull ? declaredNotNull(rest, own.notNullName) : rest),
          ...(own.default === undefined ? {} : { default: own.default }),
        }
      : column,
  )
}

/** Where one of two that become one is enforced and the other is not, PostgreSQL goes by which is the child's. */
export const requireSameEnforcement = (scope: Scope, one: ConstraintInfo, other: CheckConstraint): void => {
  if (one.kind === 'check' && one.notEnforced !== other.notEnforced)
    throw refuse(scope, 'merging of checks of which one is not enforced')
}

/** A check that the table declares itself, put together with the inherited ones. @throws PgError 42710 */
export const mergeCheck = (
  scope: Scope,
  table: string,
  inherited: CheckConstraint,
  own: CheckConstraint,
  isPartition: boolean,
): CheckConstraint => {
  requireSameEnforcement(scope, own, inherited)
  if (!sameTree(inherited.expression, qualifiedTree(scope.statement, own.expression)))
    throw new PgError('42710', `constraint "${own.name}" for relation "${table}" already exists`)
  if (own.noInherit)
    throw errorAt(
      scope,
      undefined,
      '42P17',
      `constraint "${own.name}" conflicts with inherited constraint on relation "${table}"`,
    )
  scope.statement.notice('00000', `merging constraint "${own.name}" with inherited definition`)
  const { onlyInherited: _only, ...rest } = inherited
  return isPartition ? inherited : rest
}
