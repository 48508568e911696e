/** What depends on a type. Manual: "Dependency Tracking". */
import type { Catalog } from '../catalog/catalog.ts'
import type { ColumnInfo, FunctionInfo, RelationInfo, TypeInfo } from '../catalog/entries.ts'

/** Whether a parse tree names a type. */
const namesType = (tree: unknown, name: string): boolean => {
  if (Array.isArray(tree)) return tree.some((item) => namesType(item, name))
  if (typeof tree !== 'object' || tree === null) return false
  const { typeName, TypeName = typeName } = tree as Record<string, { names?: { String?: { sval?: string } }[] }>
  if (TypeName?.names?.at(-1)?.String?.sval === name) return true
  return Object.values(tree).some((value) => namesType(value, name))
}

export interface TypeUsers {
  /** Of tables. */
  readonly columns: readonly { readonly relation: RelationInfo; readonly column: ColumnInfo }[]
  /** That have columns of it, or whose queries name it. */
  readonly views: readonly RelationInfo[]
  /** That take it or return it. */
  readonly functions: readonly FunctionInfo[]
  /** Domains over it, and composite types with fields of it. */
  readonly types: readonly TypeInfo[]
  /** A default, a constraint, an index or the like names it. */
  readonly isNamed: boolean
}

const isView = ({ kind }: RelationInfo): boolean => kind === 'v' || kind === 'm'

export const usersOf = (catalog: Catalog, { oid, array, name }: TypeInfo): TypeUsers => {
  const isOne = (type: number): boolean => type === oid || (array !== 0 && type === array)
  const relations = [...catalog.contents.relations.values()]
  const types = [...catalog.contents.types.values()].filter(
    (each) => each.oid !== oid && each.domain !== undefined && isOne(each.domain.base),
  )
  const functions = [...catalog.contents.functions.values()].filter(
    (fn) => isOne(fn.result) || (fn.allArgs ?? fn.args).some(isOne),
  )
  const composites = relations.flatMap(({ kind, columns, rowType }) =>
    kind === 'c' && columns.some(({ type }) => isOne(type)) ? [catalog.type(rowType)] : [],
  )
  const tables = relations.filter(({ kind }) => kind === 'r' || kind === 'p')
  const inTables = relations.map(({ columns, constraints, indexes, triggers, partitioning }) => [
    columns.map((column) => (isOne(column.type) ? undefined : column.default)),
    constraints.map((each) => (each.kind === 'check' ? each.expression : undefined)),
    indexes.map(({ keys, predicate }) => [keys, predicate]),
    (triggers ?? []).map(({ when }) => when),
    partitioning?.keys,
  ])
  const inFunctions = [...catalog.contents.functions.values()].map((fn) =>
    functions.includes(fn) ? undefined : [fn.defaultNodes, fn.body?.statements],
  )
  const inTypes = [...catalog.contents.types.values()].map(({ domain }) => [domain?.default, domain?.checks])
  return {
    columns: tables.flatMap((relation) =>
      relation.columns.filter(({ type }) => isOne(type)).map((column) => ({ relation, column })),
    ),
    views: relations.filter(
      (each) => isView(each) && (each.columns.some(({ type }) => isOne(type)) || namesType(each.query, name)),
    ),
    functions,
    types: [...types, ...composites],
    isNamed: namesType([inTables, inFunctions, inTypes], name),
  }
}

/** Whether a name can mean another type as well. */
export const isAmbiguous = (catalog: Catalog, { oid, name }: TypeInfo): boolean =>
  [...catalog.contents.types.values()].some((each) => each.name === name && each.oid !== oid)
