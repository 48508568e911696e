/** A changed tree as SQL. */
import deparser from 'pgsql-deparser'

/** The deparser leaves out the parentheses around an array that a subscript stands behind; those of a call stay. */
const withCalls = (tree: unknown): unknown => {
  if (Array.isArray(tree)) return tree.map(withCalls)
  if (typeof tree !== 'object' || tree === null) return tree
  const node = Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, withCalls(value)]))
  const { A_Indirection } = node as { A_Indirection?: { arg?: { A_ArrayExpr?: unknown } } }
  if (A_Indirection?.arg?.A_ArrayExpr === undefined) return node
  return { A_Indirection: { ...A_Indirection, arg: { CoalesceExpr: { args: [A_Indirection.arg] } } } }
}

/** @throws Error for what the deparser does not know */
export const textOf = (tag: string, node: unknown): string => deparser.deparseSync({ [tag]: withCalls(node) } as never)
