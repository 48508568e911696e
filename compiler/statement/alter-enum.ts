/** ALTER TYPE … ADD VALUE and RENAME VALUE. Rows keep their numbers: a value between two others gets one between theirs. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse } from '../bind/scope.ts'
import { missingType, typeNamed } from '../bind/type-name.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { EnumLabel } from '../catalog/entries.ts'
import { labelAdded } from '../catalog/uncommitted-enum.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import { common, type StatementContext } from './context.ts'
import { definition, scopeOf } from './definition.ts'
import { withRenamedLabel } from './renamed-label.ts'

export const planAlterEnum = (context: StatementContext, node: Ast.AlterEnumStmt): DefinitionPlan | NothingPlan => {
  const {
    typeName = [],
    oldVal = '',
    newVal = '',
    newValNeighbor: neighbour = '',
    newValIsAfter: after = false,
    skipIfNewValExists: skip = false,
  } = node
  const scope = scopeOf(context)
  const { statement } = scope
  const path = typeName.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  const type = typeNamed(statement, path)
  if (type === undefined) throw missingType(statement, path)
  if (type.labels === undefined) throw new PgError('42809', `${type.name} is not an enum`)
  const sorted = type.labels.toSorted((a, b) => a.order - b.order)
  const withLabels = (labels: readonly EnumLabel[]): Catalog => statement.catalog.withType({ ...type, labels })
  if (new TextEncoder().encode(newVal).length > 63)
    throw new PgError('42602', `invalid enum label "${newVal}"`, { detail: 'Labels must be 63 bytes or less.' })
  if (oldVal !== '') {
    if (!sorted.some(({ label }) => label === oldVal))
      throw new PgError('22023', `"${oldVal}" is not an existing enum label`)
    if (sorted.some(({ label }) => label === newVal))
      throw new PgError('42710', `enum label "${newVal}" already exists`)
    const after = withRenamedLabel(scope, type, oldVal, newVal)
    if (after === undefined) throw refuse(scope, 'RENAME VALUE beside an expression that may say it')
    const renamed = sorted.map((each) => (each.label === oldVal ? { ...each, label: newVal } : each))
    return definition(context, 'ALTER TYPE', after.withType({ ...type, labels: renamed }))
  }
  if (sorted.some(({ label }) => label === newVal)) {
    if (!skip) throw new PgError('42710', `enum label "${newVal}" already exists`)
    statement.notice('42710', `enum label "${newVal}" already exists, skipping`)
    return { kind: 'nothing', ...common(context, 'ALTER TYPE') }
  }
  let position = sorted.length
  if (neighbour !== '') {
    const at = sorted.findIndex(({ label }) => label === neighbour)
    if (at < 0) throw new PgError('22023', `"${neighbour}" is not an existing enum label`)
    position = after ? at + 1 : at
  }
  const [below, above] = [sorted[position - 1]?.order, sorted[position]?.order]
  const order = below === undefined ? (above ?? 2) - 1 : above === undefined ? below + 1 : (below + above) / 2
  if (order === below || order === above) throw refuse(scope, 'so many values between two others')
  const label = { label: newVal, order }
  const catalog = withLabels(sorted.toSpliced(position, 0, label))
  return definition(context, 'ALTER TYPE', context.mayRollBack ? labelAdded(catalog, type, label) : catalog)
}
