/**
 * Conditions as lists of what must hold: the first part that is not true, NULL or false, ends it (make_ands_implicit). Within an
 * expression NULL does not end an AND.
 */
import type * as Ast from '@pgsql/types'

const mentionsColumn = (node: unknown): boolean =>
  typeof node === 'object' &&
  node !== null &&
  ('ColumnRef' in node || Object.values(node).some((inner) => mentionsColumn(inner)))

const operator = (name: string): Ast.Node[] => [{ String: { sval: name } }]

const itemsOf = (node: Ast.Node | undefined): readonly Ast.Node[] => {
  if (node === undefined) return []
  return 'List' in node ? (node.List.items ?? []) : 'RowExpr' in node ? (node.RowExpr.args ?? []) : []
}

/** The comparisons that one of these stands for, if it is an AND of several. */
const comparisons = ({ kind, name = [], lexpr, rexpr, ...rest }: Ast.A_Expr): Ast.A_Expr[] => {
  const [first] = name
  const symbol = first !== undefined && 'String' in first ? first.String.sval : ''
  const compare = (sign: string, left: Ast.Node | undefined, right: Ast.Node | undefined): Ast.A_Expr => ({
    ...rest,
    kind: 'AEXPR_OP',
    name: operator(sign),
    ...(left === undefined ? {} : { lexpr: left }),
    ...(right === undefined ? {} : { rexpr: right }),
  })
  const [lefts, rights] = [itemsOf(lexpr), itemsOf(rexpr)]
  if (kind === 'AEXPR_BETWEEN') return [compare('>=', lexpr, rights[0]), compare('<=', lexpr, rights[1])]
  // NOT IN of values that differ from row to row.
  if (kind === 'AEXPR_IN' && symbol === '<>' && rights.every(mentionsColumn))
    return rights.map((right) => compare('<>', lexpr, right))
  if (kind === 'AEXPR_OP' && symbol === '=' && lefts.length > 1 && lefts.length === rights.length)
    return lefts.map((left, at) => compare('=', left, rights[at]))
  return []
}

/** The parts of a condition, in order. */
export const conjuncts = (condition: Ast.Node): Ast.Node[] => {
  if ('BoolExpr' in condition && condition.BoolExpr.boolop === 'AND_EXPR')
    return (condition.BoolExpr.args ?? []).flatMap(conjuncts)
  const compared = 'A_Expr' in condition ? comparisons(condition.A_Expr) : []
  return compared.length === 0 ? [condition] : compared.map((each) => ({ A_Expr: each }))
}

const bool = (boolval: boolean): Ast.Node => ({ A_Const: { boolval: { boolval } } })

const notTrue = (condition: Ast.Node): Ast.Node => ({
  BooleanTest: { arg: condition, booltesttype: 'IS_NOT_TRUE' },
})

/** The condition that another one does not hold. */
export const fails = (condition: Ast.Node): Ast.Node => {
  const [first = condition, ...others] = conjuncts(condition)
  return others.length === 0
    ? notTrue(first)
    : {
        CaseExpr: {
          args: [first, ...others].map((part) => ({ CaseWhen: { expr: notTrue(part), result: bool(true) } })),
          defresult: bool(false),
        },
      }
}
