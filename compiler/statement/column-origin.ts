/** The column of a table that a column of a result is, as a client is told of it. After markTargetListOrigin (parse_target.c). */
import { rangeRelation } from '../bind/range-relation.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import type { Expr } from '../tree/expression.ts'
import type { ColumnOrigin, Query } from '../tree/query.ts'

const ofRelation = ({ oid, columns }: RelationInfo, index: number): ColumnOrigin | undefined => {
  const column = columns[index]?.number
  return column === undefined ? undefined : { relation: oid, column }
}

const ofQuery = (catalog: Catalog, query: Query | undefined, index: number): ColumnOrigin | undefined => {
  const expr = query?.targets.filter(({ hidden }) => !hidden)[index]?.expr
  return expr && originOf(catalog, expr)
}

/** Undefined for what is computed; a view's columns are its own. */
export const originOf = (catalog: Catalog, expr: Expr): ColumnOrigin | undefined => {
  if (expr.kind === 'wholeRow') {
    const { source: whole } = expr.range
    const relation = whole.kind === 'table' ? whole.relation : whole.kind === 'subquery' ? whole.view : undefined
    return relation && { relation: relation.oid, column: 0 }
  }
  if (expr.kind !== 'column') return undefined
  const { index, range } = expr
  const { source } = range
  switch (source.kind) {
    case 'table':
    case 'row': {
      const relation = rangeRelation(catalog, range)
      return relation && ofRelation(relation, index)
    }
    case 'subquery':
      return source.view === undefined ? ofQuery(catalog, source.query, index) : ofRelation(source.view, index)
    case 'cte':
      return source.cte.recursive ? undefined : ofQuery(catalog, source.cte.query, index)
    case 'functions':
      return source.sequence && { relation: source.sequence.oid, column: index + 1 }
    default:
      return undefined
  }
}
