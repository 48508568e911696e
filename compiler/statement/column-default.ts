/** DEFAULT and GENERATED of columns, as far as they are checked when they are declared. After cookDefault in heap.c. */
import { bindExpression } from '../bind/expression.ts'
import { rootScope, type Scope } from '../bind/scope.ts'
import { addOwnRow, rowRange } from '../bind/target-range.ts'
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import { checkGenerated, checkVirtual } from './generated-column.ts'
import { assigned } from './write.ts'

/**
 * Default and generation expressions are checked when the table is made.
 * @returns the columns, those whose default is just NULL without one
 */
export const checkDefaults = (
  scope: Scope,
  relation: Pick<RelationInfo, 'name' | 'columns'> & { readonly schema?: string },
): ColumnInfo[] =>
  relation.columns.map((column) => {
    if (column.default === undefined) return column
    const own = rootScope(scope.statement, { clause: column.generated === undefined ? 'default' : 'generated column' })
    if (column.generated !== undefined)
      addOwnRow(own, rowRange(relation as RelationInfo, relation.name, 0, []), relation)
    const bound = bindExpression(own, column.default)
    if (column.generated !== undefined) checkGenerated(own, bound, relation.columns)
    if (column.generated === 'v') {
      const written = rootScope({ ...scope.statement, written: true }, { clause: 'generated column' })
      written.items = own.items
      checkVirtual(bindExpression(written, column.default), column, scope.statement.catalog)
    }
    const value = assigned(own, bound, relation as RelationInfo, column)
    if (column.generated !== undefined || value.kind !== 'const' || value.value !== null) return column
    const { default: _none, ...rest } = column
    return rest
  })
