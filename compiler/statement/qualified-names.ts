/**
 * What the catalog keeps of queries and expressions means what it has meant when it was made, whatever search path it is
 * used under and whatever has been made since. PostgreSQL keeps trees without names; here every name gets its schema.
 */
import type * as Ast from '@pgsql/types'
import { unsupported } from '../../wire/protocol/error.ts'
import { findRelation } from '../bind/relation.ts'
import type { Statement } from '../bind/scope.ts'
import { typeNamed } from '../bind/type-name.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { FunctionInfo, PublicationInfo, RelationInfo, TypeInfo } from '../catalog/entries.ts'
import { OID } from '../catalog/oid.ts'
import { functionSchemasFor } from '../catalog/search-path.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { splitName } from '../types/registered.ts'

type Tree = Readonly<Record<string, unknown>>

const named = (parts: readonly string[]): Ast.Node[] => parts.map((sval) => ({ String: { sval } }))

const textOf = (node: unknown): string | undefined => {
  const { String: text } = (node ?? {}) as { String?: { sval?: string } }
  return text === undefined ? undefined : (text.sval ?? '')
}

/** As names are written: what is temporary has another schema in each session. */
const written = (schema: string): string => (schema === 'pg_temp_0' ? 'pg_temp' : schema)

/** Functions that take the name of a sequence. */
const OF_SEQUENCES: ReadonlySet<string> = new Set(['nextval', 'currval', 'setval'])

/** A node with other parts; the same where they are the same. */
export const mapParts = <Node>(node: Node, change: (part: unknown) => unknown): Node => {
  if (Array.isArray(node)) {
    const list = node.map(change)
    return list.every((each, at) => each === node[at]) ? node : (list as Node)
  }
  if (typeof node !== 'object' || node === null || ArrayBuffer.isView(node)) return node
  const entries = Object.entries(node).map(([key, part]) => [key, change(part)] as const)
  return entries.every(([key, part]) => part === (node as Tree)[key]) ? node : (Object.fromEntries(entries) as Node)
}

/** A change of what the catalog keeps as trees. */
export interface TreeChange {
  /** The same tree where nothing in it changes. */
  tree<Node>(node: Node): Node
}

class Qualifier implements TreeChange {
  readonly #statement: Statement

  constructor(statement: Statement) {
    this.#statement = statement
  }

  /** The same tree where nothing in it needs a schema. @param ctes names of WITH queries that it sees */
  tree<Node>(node: Node, ctes: ReadonlySet<string> = new Set()): Node {
    if (Array.isArray(node)) {
      const list = node.map((each) => this.tree(each, ctes))
      return list.every((each, at) => each === node[at]) ? node : (list as Node)
    }
    if (typeof node !== 'object' || node === null || ArrayBuffer.isView(node)) return node
    return this.#named(this.#parts(node as Tree, ctes), ctes) as Node
  }

  #parts(node: Tree, ctes: ReadonlySet<string>): Tree {
    const { withClause } = node as { withClause?: Ast.WithClause }
    const inside = withClause === undefined ? ctes : new Set([...ctes, ...cteNames(withClause)])
    let changed: Record<string, unknown> | undefined
    for (const [key, value] of Object.entries(node)) {
      // FOR UPDATE OF names what is in FROM.
      const part =
        key === 'lockedRels'
          ? value
          : key === 'withClause'
            ? this.#with(value as Ast.WithClause, ctes)
            : this.tree(value, inside)
      if (part === value) continue
      changed ??= { ...node }
      changed[key] = part
    }
    return changed ?? node
  }

  /** Each of several WITH queries sees those before it, and with RECURSIVE all of them. */
  #with(clause: Ast.WithClause, outer: ReadonlySet<string>): Ast.WithClause {
    const all = cteNames(clause)
    const ctes = (clause.ctes ?? []).map((each, at) =>
      this.tree(each, new Set([...outer, ...(clause.recursive ? all : all.slice(0, at))])),
    )
    return ctes.every((each, at) => each === clause.ctes?.[at]) ? clause : { ...clause, ctes }
  }

  #named(node: Tree, ctes: ReadonlySet<string>): Tree {
    if (typeof node.relname === 'string') return this.#relation(node as Ast.RangeVar, ctes) as Tree
    if (Array.isArray(node.funcname)) return this.#call(node as Ast.FuncCall) as Tree
    if (Array.isArray(node.names) && 'typemod' in node) return this.#type(node as Ast.TypeName) as Tree
    if ('typeName' in node && 'arg' in node) return this.#cast(node as Ast.TypeCast) as Tree
    return node
  }

  #relation(range: Ast.RangeVar, ctes: ReadonlySet<string>): Ast.RangeVar {
    const { schemaname = '', relname = '' } = range
    if (schemaname !== '' || ctes.has(relname)) return range
    const relation = findRelation(this.#statement, undefined, relname)
    return relation === undefined ? range : { ...range, schemaname: written(relation.schema) }
  }

  #type(type: Ast.TypeName): Ast.TypeName {
    const [name, ...more] = (type.names ?? []).map(textOf)
    if (name === undefined || more.length > 0 || type.pct_type) return type
    const found = typeNamed(this.#statement, [name])
    return found === undefined ? type : { ...type, names: named([written(found.schema), name]) }
  }

  /** @throws PgError 0A000 where it depends on the arguments which schema's function is meant */
  #call(call: Ast.FuncCall): Ast.FuncCall {
    const [name, ...more] = (call.funcname ?? []).map(textOf)
    if (name === undefined) return call
    const args = OF_SEQUENCES.has(more.at(-1) ?? name) ? this.#sequenceName(call.args ?? []) : call.args
    const same = args === call.args ? call : { ...call, args: args ?? [] }
    // Of several arrays it is no function but several of them, and only by this name (transformRangeFunction).
    if (more.length > 0 || (name === 'unnest' && (call.args ?? []).length > 1)) return same
    const { catalog, settings } = this.#statement
    const schemas = functionSchemasFor([name], settings.searchPath).filter(
      (schema) => catalog.functionsNamed(schema, name).length > 0,
    )
    if (schemas.length > 1) throw unsupported(`a stored call of ${name}(), which several schemas have`)
    const schema = schemas[0] ?? typeNamed(this.#statement, [name])?.schema
    return schema === undefined ? same : { ...same, funcname: named([written(schema), name]) }
  }

  #sequenceName(args: readonly Ast.Node[]): Ast.Node[] {
    const [first, ...rest] = args
    const changed = first === undefined ? first : this.#relationName(first)
    return changed === first ? (args as Ast.Node[]) : [changed as Ast.Node, ...rest]
  }

  #cast(cast: Ast.TypeCast): Ast.TypeCast {
    const path = (cast.typeName?.names ?? []).map(textOf) as string[]
    const type = path.length === 0 ? undefined : typeNamed(this.#statement, path)
    if (type?.oid !== OID.regclass || cast.arg === undefined) return cast
    const arg = this.#relationName(cast.arg)
    return arg === cast.arg ? cast : { ...cast, arg }
  }

  /** A literal that names a relation. */
  #relationName(node: Ast.Node): Ast.Node {
    const text = 'A_Const' in node ? node.A_Const.sval?.sval : undefined
    const [name, ...more] = text === undefined ? [] : splitName(text)
    if (name === undefined || more.length > 0 || /^\d+$/.test(name)) return node
    const relation = findRelation(this.#statement, undefined, name)
    if (relation === undefined) return node
    const sval = `${quoteIdentifier(written(relation.schema))}.${quoteIdentifier(name)}`
    return { A_Const: { ...(node as { A_Const: Ast.A_Const }).A_Const, sval: { sval } } }
  }
}

/** A tree as the catalog would keep it. @throws PgError 0A000 */
export const qualifiedTree = <Node>(statement: Statement, tree: Node): Node => new Qualifier(statement).tree(tree)

const cteNames = ({ ctes = [] }: Ast.WithClause): string[] =>
  ctes.flatMap((each) => ('CommonTableExpr' in each ? [each.CommonTableExpr.ctename ?? ''] : []))

/** Columns of a table in an expression over its row, without the name of the table, which may change. */
const ownColumns = <Node>(node: Node, relation: Pick<RelationInfo, 'schema' | 'name'>): Node => {
  const { fields } = (node ?? {}) as { fields?: readonly Ast.Node[] }
  if (Array.isArray(fields) && fields.length > 1) {
    const [column, name, schema] = fields.map(textOf).reverse()
    const isOwn = name === relation.name && (schema === undefined || schema === written(relation.schema))
    return isOwn && column !== undefined && fields.length < 4 ? { ...node, fields: named([column]) } : node
  }
  return mapParts(node, (part) => ownColumns(part, relation))
}

/** An entry with other parts; itself where they are the same. */
const withParts = <Entry extends object>(entry: Entry, parts: Partial<Entry>): Entry =>
  (Object.keys(parts) as (keyof Entry)[]).every((key) => parts[key] === entry[key]) ? entry : { ...entry, ...parts }

/** A list of other entries; itself where they are the same. */
const each = <Entry>(list: readonly Entry[], change: (entry: Entry) => Entry): readonly Entry[] => {
  const result = list.map(change)
  return result.every((entry, at) => entry === list[at]) ? list : result
}

const ofRelation = (names: TreeChange, relation: RelationInfo): RelationInfo => {
  const { query, partitioning, triggers } = relation
  const own = <Node>(node: Node): Node => ownColumns(names.tree(node), relation)
  return withParts(relation, {
    columns: each(relation.columns, (column) =>
      column.default === undefined ? column : withParts(column, { default: own(column.default) }),
    ),
    constraints: each(relation.constraints, (constraint) =>
      constraint.kind === 'check' ? withParts(constraint, { expression: own(constraint.expression) }) : constraint,
    ),
    indexes: each(relation.indexes, (index) =>
      withParts(index, {
        keys: own(index.keys),
        ...(index.predicate === undefined ? {} : { predicate: own(index.predicate) }),
      }),
    ),
    ...(query === undefined ? {} : { query: names.tree(query) }),
    ...(partitioning === undefined ? {} : { partitioning: withParts(partitioning, { keys: own(partitioning.keys) }) }),
    ...(triggers === undefined
      ? {}
      : {
          triggers: each(triggers, (trigger) =>
            trigger.when === undefined ? trigger : withParts(trigger, { when: names.tree(trigger.when) }),
          ),
        }),
  })
}

const ofType = (names: TreeChange, type: TypeInfo): TypeInfo =>
  type.domain === undefined
    ? type
    : {
        ...type,
        domain: {
          ...type.domain,
          ...(type.domain.default === undefined ? {} : { default: names.tree(type.domain.default) }),
          checks: type.domain.checks.map((check) => ({ ...check, expression: names.tree(check.expression) })),
        },
      }

const ofFunction = (names: TreeChange, fn: FunctionInfo): FunctionInfo =>
  withParts(fn, {
    ...(fn.defaultNodes === undefined ? {} : { defaultNodes: names.tree(fn.defaultNodes) }),
    ...(fn.body?.statements === undefined
      ? {}
      : { body: withParts(fn.body, { statements: names.tree(fn.body.statements) }) }),
  })

const ofPublication = (names: TreeChange, catalog: Catalog, publication: PublicationInfo): PublicationInfo => ({
  ...publication,
  tables: publication.tables.map((each) =>
    each.filter === undefined
      ? each
      : { ...each, filter: ownColumns(names.tree(each.filter), catalog.relation(each.relation)) },
  ),
})

const changed = <Entry>(
  before: ReadonlyMap<number, Entry>,
  after: ReadonlyMap<number, Entry>,
  change: (entry: Entry) => Entry,
): ReadonlyMap<number, Entry> => {
  if (before === after) return after
  let result: Map<number, Entry> | undefined
  for (const [oid, entry] of after) {
    if (before.get(oid) === entry) continue
    const next = change(entry)
    if (next === entry) continue
    result ??= new Map(after)
    result.set(oid, next)
  }
  return result ?? after
}

/** A catalog with other trees in what is not in another one. */
const withTrees = (names: TreeChange, before: Catalog['contents'] | undefined, after: Catalog): Catalog => {
  const { relations, types, functions, publications } = after.contents
  const none = new Map()
  const next = {
    relations: changed(before?.relations ?? none, relations, (each) => ofRelation(names, each)),
    types: changed(before?.types ?? none, types, (each) => ofType(names, each)),
    functions: changed(before?.functions ?? none, functions, (each) => ofFunction(names, each)),
    publications: changed(before?.publications ?? none, publications, (each) => ofPublication(names, after, each)),
  }
  const same =
    next.relations === relations &&
    next.types === types &&
    next.functions === functions &&
    next.publications === publications
  return same ? after : after.with(next)
}

/**
 * The catalog after a schema change, with the names in what it has brought as the statement means them.
 * @throws PgError 0A000 where that cannot be told from the name
 */
export const withQualifiedNames = (statement: Statement, after: Catalog): Catalog =>
  withTrees(new Qualifier(statement), statement.catalog.contents, after)

/** A catalog with all of its trees changed. */
export const withChangedTrees = (catalog: Catalog, change: TreeChange): Catalog => withTrees(change, undefined, catalog)
