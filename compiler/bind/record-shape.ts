/** What columns a value of type record has, where its expression tells (expandRecordVariable, get_expr_result_type). */
import type { Catalog } from '../catalog/catalog.ts'
import { OID } from '../catalog/oid.ts'
import { resolvedOutputs } from '../routine/sql-function.ts'
import type { Expr } from '../tree/expression.ts'
import type { OutputColumn } from '../tree/query.ts'

export const recordShape = (catalog: Catalog, expr: Expr): readonly OutputColumn[] | undefined => {
  switch (expr.kind) {
    case 'row':
      return expr.fields.map((field, at) => ({
        name: expr.names[at] ?? `f${at + 1}`,
        type: field.type,
        typmod: field.typmod,
      }))
    case 'wholeRow':
      return expr.range.columns
    case 'call': {
      if (expr.type !== OID.record) return catalog.fields(expr.type)
      const columns = resolvedOutputs(
        catalog,
        expr.fn,
        expr.args.map(({ type }) => type),
      )
      return columns.length === 0 ? undefined : columns
    }
    case 'relabel':
      return expr.type === OID.record ? recordShape(catalog, expr.arg) : catalog.fields(expr.type)
    case 'column': {
      const { source } = expr.range
      const query = source.kind === 'subquery' ? source.query : source.kind === 'cte' ? source.cte.query : undefined
      if (expr.type !== OID.record || query === undefined) return catalog.fields(expr.type)
      const target = query.targets.filter(({ hidden }) => !hidden)[expr.index]
      return target && recordShape(catalog, target.expr)
    }
    default:
      return catalog.fields(expr.type)
  }
}
