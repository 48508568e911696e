/** What the query of a view stands on. */
import type * as Ast from '@pgsql/types'
import { findRelation } from '../bind/relation.ts'
import type { Statement } from '../bind/scope.ts'
import { type Catalog, FIRST_USER_OID } from '../catalog/catalog.ts'
import { OID } from '../catalog/oid.ts'
import type { Query } from '../tree/query.ts'
import { visitQuery } from '../tree/walk-query.ts'

/** Relations that a parse tree names. */
const namedRelations = (tree: unknown, into: Ast.RangeVar[] = []): Ast.RangeVar[] => {
  if (Array.isArray(tree)) for (const item of tree) namedRelations(item, into)
  else if (typeof tree === 'object' && tree !== null) {
    const { RangeVar } = tree as { RangeVar?: Ast.RangeVar }
    if (RangeVar !== undefined) into.push(RangeVar)
    for (const value of Object.values(tree)) namedRelations(value, into)
  }
  return into
}

/** The relations whose rows functions in a query return, and those that its literals name: sequences, mostly. */
const mentionedRelations = (catalog: Catalog, query: Query): number[] => {
  const found: number[] = []
  visitQuery(query, (expr) => {
    const named = expr.kind === 'const' && expr.type === OID.regclass && expr.value !== null
    const relation = named
      ? Number(expr.value)
      : expr.kind === 'call'
        ? catalog.findType(expr.type)?.relation
        : undefined
    if (relation !== undefined && relation >= FIRST_USER_OID) found.push(relation)
  })
  return found
}

export interface ViewSource {
  /** Oids of the relations that it reads. */
  readonly dependsOn: readonly number[]
  readonly readsTemporary: boolean
}

/** @param bound the query, as it has been bound */
export const viewSource = (statement: Statement, query: Ast.Node, bound: Query): ViewSource => {
  const used = namedRelations(query).flatMap(({ schemaname, relname = '' }) => {
    const relation = findRelation(statement, schemaname === '' ? undefined : schemaname, relname)
    return relation === undefined ? [] : [relation]
  })
  return {
    dependsOn: [...new Set([...used.map(({ oid }) => oid), ...mentionedRelations(statement.catalog, bound)])],
    readsTemporary: used.some((relation) => relation.schema === 'pg_temp_0'),
  }
}
