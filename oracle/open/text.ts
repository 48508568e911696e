/** A changed tree as SQL. */
import deparser from 'pgsql-deparser'

/** The deparser leaves out the parentheses around an array that a subscript stands behind; those of a subquery stay. */
const withSubqueries = (tree: unknown): unknown => {
  if (Array.isArray(tree)) return tree.map(withSubqueries)
  if (typeof tree !== 'object' || tree === null) return tree
  const node = Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, withSubqueries(value)]))
  const { A_Indirection } = node as { A_Indirection?: { arg?: { A_ArrayExpr?: unknown } } }
  if (A_Indirection?.arg?.A_ArrayExpr === undefined) return node
  const subselect = { SelectStmt: { targetList: [{ ResTarget: { val: A_Indirection.arg } }], op: 'SETOP_NONE' } }
  return { A_Indirection: { ...A_Indirection, arg: { SubLink: { subLinkType: 'EXPR_SUBLINK', subselect } } } }
}

/** @throws Error for what the deparser does not know */
export const textOf = (tag: string, node: unknown): string =>
  deparser.deparseSync({ [tag]: withSubqueries(node) } as never)
