/** What a statement demands of rows, in parts. */

export interface Condition {
  readonly BoolExpr?: { readonly boolop?: string; readonly args?: readonly Condition[] }
  readonly A_Expr?: {
    readonly kind?: string
    readonly name?: readonly { readonly String?: { readonly sval?: string } }[]
    readonly lexpr?: unknown
    readonly rexpr?: unknown
  }
}

export const TRUE = { A_Const: { boolval: { boolval: true } } }
export const FALSE = { A_Const: { boolval: {} } }

/** What a condition demands one after the other. */
export const terms = (condition: Condition): Condition[] => {
  const { BoolExpr, A_Expr } = condition
  if (BoolExpr?.boolop === 'AND_EXPR') return (BoolExpr.args ?? []).flatMap(terms)
  const rows = [A_Expr?.lexpr, A_Expr?.rexpr].map((side) => (side as { RowExpr?: { args?: unknown[] } })?.RowExpr?.args)
  const [lefts, rights] = rows
  if (
    A_Expr?.kind === 'AEXPR_OP' &&
    lefts !== undefined &&
    rights !== undefined &&
    A_Expr.name?.[0]?.String?.sval === '='
  )
    return lefts.map((lexpr, at) => ({ A_Expr: { ...A_Expr, lexpr, rexpr: rights[at] } }))
  if (A_Expr?.kind !== 'AEXPR_BETWEEN') return [condition]
  const [low, high] = (A_Expr.rexpr as { List: { items: readonly unknown[] } }).List.items
  const compare = (operator: string, rexpr: unknown): unknown => ({
    A_Expr: { ...A_Expr, kind: 'AEXPR_OP', name: [{ String: { sval: operator } }], rexpr },
  })
  return [compare('>=', low), compare('<=', high)] as Condition[]
}
