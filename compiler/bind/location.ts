/** Where an expression begins in the text, as it is written: exprLocation (nodeFuncs.c) of a parse tree. */
import type { Node } from '@pgsql/types'

interface Body {
  /** Of the node's own token; 0 is not written down. */
  readonly location?: number
  readonly arg?: Node
  readonly lexpr?: Node
  readonly testexpr?: Node
  readonly args?: readonly Node[]
  readonly typeName?: { readonly location?: number }
}

/** Nodes that have no token of their own. */
const WITHOUT: ReadonlySet<string> = new Set(['A_Indirection', 'List', 'SortBy'])

/** @returns a 0-based byte offset, as the grammar gives them; undefined where nothing is known */
export const locationOf = (node: Node | undefined): number | undefined => {
  if (node === undefined) return undefined
  const [[tag, body] = ['', {}]] = Object.entries(node) as [string, Body][]
  const { location = 0, arg, lexpr, testexpr, args = [], typeName } = body
  const all = [
    WITHOUT.has(tag) ? undefined : location,
    typeName && (typeName.location ?? 0),
    ...[arg, lexpr, testexpr, ...args].map(locationOf),
  ].filter((each) => each !== undefined && each >= 0) as number[]
  return all.length === 0 ? undefined : Math.min(...all)
}
