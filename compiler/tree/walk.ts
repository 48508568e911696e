/** Walking and rebuilding typed expressions. */
import type { Call, Expr } from './expression.ts'
import type { RangeEntry } from './query.ts'

/** What belongs to a row of a range: its columns, all of them as one value, the table that it is in. */
export const rangeOf = (expr: Expr): RangeEntry | undefined =>
  expr.kind === 'column' || expr.kind === 'wholeRow' || expr.kind === 'tableoid' ? expr.range : undefined

/** The expressions directly inside one. Subqueries are not entered, only what is compared with them. */
export const children = (expr: Expr): readonly Expr[] => {
  switch (expr.kind) {
    case 'const':
    case 'param':
    case 'column':
    case 'placeholder':
    case 'wholeRow':
    case 'tableoid':
    case 'sqlValue':
    case 'default':
    case 'exists':
    case 'scalar':
    case 'arrayOf':
      return []
    case 'call':
    case 'and':
    case 'or':
    case 'coalesce':
    case 'greatest':
    case 'least':
    case 'grouping':
    case 'sqlJson':
      return expr.args
    case 'aggregate':
      return [
        ...expr.direct,
        ...expr.args,
        ...expr.orderBy.map((item) => item.expr),
        ...(expr.filter ? [expr.filter] : []),
      ]
    case 'window':
      return [...expr.args, ...(expr.filter ? [expr.filter] : [])]
    case 'not':
    case 'isNull':
    case 'isNotNull':
    case 'booleanTest':
    case 'field':
    case 'relabel':
    case 'ioCast':
    case 'arrayCast':
    case 'domain':
      return [expr.arg]
    case 'case':
      return [...expr.whens.flatMap(({ when, result }) => [when, result]), expr.otherwise]
    case 'distinctFrom':
      return [expr.left, expr.right]
    case 'rowComparison':
      return [...expr.fields.map(({ less }) => less), expr.last]
    case 'inList':
      return [expr.left, ...expr.items]
    case 'arrayTest':
      return [expr.left, expr.array]
    case 'subqueryTest':
      return expr.lefts
    case 'row':
      return expr.fields
    case 'array':
      return expr.elements
    case 'subscript':
      return [
        expr.base,
        ...[...expr.lower, ...expr.upper].filter((bound) => bound !== undefined),
        ...(expr.assign ? [expr.assign] : []),
      ]
    default:
      return expr satisfies never
  }
}

/** The expression with `change` applied to everything directly inside it. */
export const mapChildren = (expr: Expr, change: (child: Expr) => Expr): Expr => {
  switch (expr.kind) {
    case 'const':
    case 'param':
    case 'column':
    case 'placeholder':
    case 'wholeRow':
    case 'tableoid':
    case 'sqlValue':
    case 'default':
    case 'exists':
    case 'scalar':
    case 'arrayOf':
      return expr
    case 'call':
    case 'and':
    case 'or':
    case 'coalesce':
    case 'greatest':
    case 'least':
    case 'grouping':
    case 'sqlJson':
      return { ...expr, args: expr.args.map(change) }
    case 'aggregate':
      return {
        ...expr,
        direct: expr.direct.map(change),
        args: expr.args.map(change),
        orderBy: expr.orderBy.map((item) => ({ ...item, expr: change(item.expr) })),
        filter: expr.filter && change(expr.filter),
      }
    case 'window':
      return { ...expr, args: expr.args.map(change), filter: expr.filter && change(expr.filter) }
    case 'not':
    case 'isNull':
    case 'isNotNull':
    case 'booleanTest':
    case 'field':
    case 'relabel':
    case 'ioCast':
    case 'arrayCast':
    case 'domain':
      return { ...expr, arg: change(expr.arg) }
    case 'case':
      return {
        ...expr,
        whens: expr.whens.map(({ when, result }) => ({ when: change(when), result: change(result) })),
        otherwise: change(expr.otherwise),
      }
    case 'distinctFrom':
      return { ...expr, left: change(expr.left), right: change(expr.right), equal: change(expr.equal) }
    case 'rowComparison':
      return {
        ...expr,
        fields: expr.fields.map(({ less, equal }) => ({ less: change(less), equal: change(equal) })),
        last: change(expr.last),
      }
    case 'inList':
      return { ...expr, left: change(expr.left), items: expr.items.map(change), tests: expr.tests.map(change) }
    case 'arrayTest':
      return { ...expr, left: change(expr.left), array: change(expr.array) }
    case 'subqueryTest':
      return { ...expr, lefts: expr.lefts.map(change), test: change(expr.test) }
    case 'row':
      return { ...expr, fields: expr.fields.map(change) }
    case 'array':
      return { ...expr, elements: expr.elements.map(change) }
    case 'subscript':
      return {
        ...expr,
        base: change(expr.base),
        lower: expr.lower.map((bound) => bound && change(bound)),
        upper: expr.upper.map((bound) => bound && change(bound)),
        ...(expr.assign ? { assign: change(expr.assign) } : {}),
      }
    default:
      return expr satisfies never
  }
}

/** Whether something in an expression (not in its subqueries) is as `test` says. */
export const some = (expr: Expr, test: (expr: Expr) => boolean): boolean =>
  test(expr) || children(expr).some((child) => some(child, test))

/** Whether an expression calls a function whose results differ within one statement, or that has effects. */
export const isVolatile = (expr: Expr): expr is Call => expr.kind === 'call' && expr.fn.volatility === 'v'

/** Whether an expression or a part of it, subqueries apart, is such a call. */
export const hasVolatile = (expr: Expr): boolean => some(expr, isVolatile)

/** Where an expression begins, for errors about it: PostgreSQL's exprLocation. */
export const positionOf = (expr: Expr): number | undefined => {
  let first = expr.position
  const leftmost =
    expr.kind === 'call' ||
    expr.kind === 'and' ||
    expr.kind === 'or' ||
    expr.kind === 'not' ||
    expr.kind === 'arrayTest' ||
    expr.kind === 'inList' ||
    expr.kind === 'relabel' ||
    expr.kind === 'ioCast' ||
    expr.kind === 'arrayCast' ||
    expr.kind === 'domain' ||
    expr.kind === 'distinctFrom' ||
    expr.kind === 'rowComparison' ||
    expr.kind === 'field' ||
    expr.kind === 'subscript' ||
    expr.kind === 'subqueryTest'
  if (leftmost)
    for (const child of children(expr)) {
      const position = positionOf(child)
      if (position !== undefined && (first === undefined || position < first)) first = position
    }
  return first
}
