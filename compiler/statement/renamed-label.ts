/**
 * ALTER TYPE … RENAME VALUE: what the catalog keeps as trees says values of an enum by their labels, where PostgreSQL keeps
 * the oids of the labels.
 */
import type { Scope } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { TypeInfo } from '../catalog/entries.ts'
import type { Environment } from '../types/environment.ts'
import { environmentOf } from './definition.ts'
import { mapParts, qualifiedTree, type TreeChange, withChangedTrees } from './qualified-names.ts'
import { rereadCheck, rereadIndex } from './reread.ts'
import { rewrittenQuery } from './rewrite-views.ts'

type Tree = Readonly<Record<string, unknown>>

interface TypeName {
  readonly names?: readonly { readonly String?: { readonly sval?: string } }[]
  readonly arrayBounds?: readonly unknown[]
}

/** The text of a string literal. */
const literalOf = (node: unknown): string | undefined =>
  (node as { A_Const?: { sval?: { sval?: string } } } | undefined)?.A_Const?.sval?.sval

const literal = (text: string): Tree => ({ A_Const: { sval: { sval: text } } })

class Relabelling implements TreeChange {
  readonly #type: TypeInfo
  readonly #from: string
  readonly #to: string
  /** Literals of which it is known what type they have: the new ones instead of them. */
  readonly #known: ReadonlyMap<unknown, unknown>
  /** A literal has been found that may be the label, or have it in it. */
  isUnclear = false

  constructor(type: TypeInfo, from: string, to: string, known: ReadonlyMap<unknown, unknown>) {
    this.#type = type
    this.#from = from
    this.#to = to
    this.#known = known
  }

  tree<Node>(node: Node): Node {
    if (this.#known.has(node)) return this.#known.get(node) as Node
    const { arg, typeName } = (node ?? {}) as { readonly arg?: unknown; readonly typeName?: TypeName }
    const text = literalOf(arg)
    if (text !== undefined && typeName !== undefined && !this.#mayHold(typeName))
      return text === this.#from && this.#isMeant(typeName) ? ({ ...node, arg: literal(this.#to) } as Node) : node
    this.isUnclear ||= literalOf(node)?.includes(this.#from) === true
    return mapParts(node, (part) => this.tree(part))
  }

  #isMeant({ names = [], arrayBounds }: TypeName): boolean {
    const [schema, name, more] = names.map((each) => each.String?.sval)
    return arrayBounds === undefined && schema === this.#type.schema && name === this.#type.name && more === undefined
  }

  /** Whether literals of a type can have the label in them: those of its arrays, and of composite types. */
  #mayHold({ names = [], arrayBounds }: TypeName): boolean {
    return arrayBounds !== undefined || (names[0]?.String?.sval !== 'pg_catalog' && !this.#isMeant({ names }))
  }
}

/** What defaults say that are mere literals: of columns, domains and arguments. */
const defaults = (catalog: Catalog, type: TypeInfo, from: string, to: string): Map<unknown, unknown> => {
  const known = new Map<unknown, unknown>()
  const note = (node: unknown, of: number): void => {
    const text = literalOf(node)
    if (text === undefined) return
    const base = catalog.baseType(of)
    if (base === type.oid) known.set(node, text === from ? literal(to) : node)
    else if (catalog.type(base).schema === 'pg_catalog' && catalog.elementType(base) === 0) known.set(node, node)
  }
  const { relations, types, functions } = catalog.contents
  for (const { columns } of relations.values()) for (const column of columns) note(column.default, column.type)
  for (const { domain } of types.values()) if (domain !== undefined) note(domain.default, domain.base)
  for (const { args, defaultNodes = [] } of functions.values())
    for (const [at, node] of defaultNodes.toReversed().entries()) note(node, args.at(-1 - at) ?? 0)
  return known
}

/** Checks, indexes and queries that say a text, as they were understood: with the types of their literals. */
const spelledOut = (scope: Scope, env: Environment, text: string): Catalog => {
  const says = (tree: unknown): boolean => JSON.stringify(tree).includes(JSON.stringify(text))
  const qualified = <Node>(tree: Node): Node => qualifiedTree(scope.statement, tree)
  let { catalog } = env
  for (const relation of env.catalog.contents.relations.values()) {
    const { constraints, indexes, query } = relation
    if (!says([constraints, indexes, query])) continue
    catalog = catalog.withRelation({
      ...relation,
      constraints: constraints.map((each) =>
        each.kind === 'check' && says(each.expression)
          ? { ...each, expression: qualified(rereadCheck(scope, env, relation, each.expression)) }
          : each,
      ),
      indexes: indexes.map((index) =>
        says([index.keys, index.predicate])
          ? { ...index, ...qualified(rereadIndex(scope, env, relation, index)) }
          : index,
      ),
      ...(query !== undefined && says(query) ? { query: qualified(rewrittenQuery(env, env.catalog, relation)) } : {}),
    })
  }
  return catalog
}

/**
 * A catalog whose trees say a new label.
 * @returns undefined where it cannot be told whether a literal is the label
 * @throws PgError 0A000 for an expression that cannot be written down
 */
export const withRenamedLabel = (scope: Scope, type: TypeInfo, from: string, to: string): Catalog | undefined => {
  const env = environmentOf(scope)
  const renamed = (catalog: Catalog): Catalog | undefined => {
    const change = new Relabelling(type, from, to, defaults(catalog, type, from, to))
    const after = withChangedTrees(catalog, change)
    return change.isUnclear ? undefined : after
  }
  return renamed(env.catalog) ?? renamed(spelledOut(scope, env, from))
}
