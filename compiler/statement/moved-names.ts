/**
 * What the catalog keeps as trees when objects that they name go to another schema, or get another name. PostgreSQL keeps trees
 * without names; here all names have schemas (see `qualified-names.ts`), so each can be replaced.
 */
import type * as Ast from '@pgsql/types'
import { unsupported } from '../../wire/protocol/error.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { splitName } from '../types/registered.ts'
import { mapParts, type TreeChange, withChangedTrees } from './qualified-names.ts'

export interface Name {
  readonly schema: string
  readonly name: string
}

/** What an object of a name is called from now on; undefined where it keeps it. */
export interface NameChange {
  readonly relation?: (name: Name) => Name | undefined
  readonly type?: (name: Name) => Name | undefined
  readonly function?: (name: Name) => Name | undefined
}

type Tree = Readonly<Record<string, unknown>>

const textOf = (node: unknown): string | undefined => (node as { String?: { sval?: string } }).String?.sval

const named = ({ schema, name }: Name): Ast.Node[] => [schema, name].map((sval) => ({ String: { sval } }))

/** Literals of these types name what the catalog has. */
const REGISTERED: ReadonlySet<string> = new Set(['regclass', 'regtype', 'regproc', 'regprocedure', 'regnamespace'])

class Mover implements TreeChange {
  readonly #change: NameChange

  constructor(change: NameChange) {
    this.#change = change
  }

  tree<Node>(node: Node): Node {
    const changed = mapParts(node, (part) => this.tree(part))
    const isTree = typeof changed === 'object' && changed !== null && !Array.isArray(changed)
    return isTree && !ArrayBuffer.isView(changed) ? (this.#named(changed as Tree) as Node) : changed
  }

  #named(node: Tree): Tree {
    if (typeof node.relname === 'string') return this.#relation(node)
    if (Array.isArray(node.funcname)) return this.#call(node)
    if (Array.isArray(node.names) && 'typemod' in node) return this.#path(node, 'names', this.#change.type)
    if (Array.isArray(node.fields)) return this.#column(node)
    if ('typeName' in node && 'arg' in node) return this.#cast(node)
    return node
  }

  #relation(range: Tree): Tree {
    const { schemaname: schema = '', relname: name = '' } = range as Ast.RangeVar
    const next = schema === '' ? undefined : this.#change.relation?.({ schema, name })
    return next === undefined ? range : { ...range, schemaname: next.schema, relname: next.name }
  }

  #path(node: Tree, key: 'names' | 'funcname', change: ((name: Name) => Name | undefined) | undefined): Tree {
    const [schema, name, more] = (node[key] as unknown[]).map(textOf)
    if (schema === undefined || name === undefined || more !== undefined) return node
    const next = change?.({ schema, name })
    return next === undefined ? node : { ...node, [key]: named(next) }
  }

  #call(call: Tree): Tree {
    const moved = this.#path(call, 'funcname', (name) => this.#change.function?.(name) ?? this.#change.type?.(name))
    const [first, ...rest] = (moved.args ?? []) as Ast.Node[]
    const last = textOf((call.funcname as unknown[]).at(-1))
    if (first === undefined || !['nextval', 'currval', 'setval'].includes(last ?? '')) return moved
    const arg = this.#literal(first, 'regclass')
    return arg === first ? moved : { ...moved, args: [arg, ...rest] }
  }

  /** `schema.table.column`. */
  #column(node: Tree): Tree {
    const fields = node.fields as unknown[]
    const [schema, name] = fields.map(textOf)
    if (fields.length < 3 || schema === undefined || name === undefined) return node
    const next = this.#change.relation?.({ schema, name })
    return next === undefined ? node : { ...node, fields: [...named(next), ...fields.slice(2)] }
  }

  #cast(cast: Tree): Tree {
    const { arg, typeName } = cast as Ast.TypeCast
    const type = textOf((typeName?.names ?? []).at(-1)) ?? ''
    if (arg === undefined || !REGISTERED.has(type)) return cast
    const literal = this.#literal(arg, type)
    return literal === arg ? cast : { ...cast, arg: literal }
  }

  /** @throws PgError 0A000 for the name of a function or a type that would have to be replaced */
  #literal(node: Ast.Node, type: string): Ast.Node {
    const text = 'A_Const' in node ? node.A_Const.sval?.sval : undefined
    const [schema, name, more] = text === undefined ? [] : splitName(text)
    if (schema === undefined || name === undefined || more !== undefined) return node
    if (type !== 'regclass') {
      const isMoved = [this.#change.relation, this.#change.type, this.#change.function].some((change) =>
        change?.({ schema, name: name.replace(/[([].*/s, '') }),
      )
      if (isMoved) throw unsupported(`another name for what the ${type} '${text}' names`)
      return node
    }
    const next = this.#change.relation?.({ schema, name })
    if (next === undefined) return node
    const sval = `${quoteIdentifier(next.schema)}.${quoteIdentifier(next.name)}`
    return { A_Const: { ...(node as { A_Const: Ast.A_Const }).A_Const, sval: { sval } } }
  }
}

/** The catalog with other names in all that it keeps as trees. @throws PgError 0A000 */
export const withMovedNames = (catalog: Catalog, change: NameChange): Catalog =>
  withChangedTrees(catalog, new Mover(change))
