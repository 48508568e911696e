/** Where pretty printing needs no parentheses. After isSimpleNode in ruleutils.c. */
import type { Expr } from '../tree/expression.ts'

/** Whether two binary operators in each other need parentheses: only arithmetic is known not to. */
const isSimpleOperator = (arg: Expr & { kind: 'call' }, parent: Expr & { kind: 'call' }): boolean => {
  const level = ({ operator = '', args }: Expr & { kind: 'call' }): number =>
    args.length !== 2 || operator.length !== 1 ? 0 : '+-'.includes(operator) ? 1 : '*/%'.includes(operator) ? 2 : 0
  const [inner, outer] = [level(arg), level(parent)]
  if (inner === 0 || outer === 0) return false
  return inner > outer || (inner === outer && parent.args[0] === arg)
}

/** What has brackets of its own around it. */
const BRACKETED: ReadonlySet<Expr['kind']> = new Set([
  'array',
  'row',
  'subscript',
  'coalesce',
  'greatest',
  'least',
  'aggregate',
  'grouping',
  'window',
  'case',
])

/** Whether a part needs no parentheses beside what is around it. */
export const isSimple = (arg: Expr, parent: Expr): boolean => {
  const inCall = parent.kind === 'call' && parent.operator === undefined && parent.cast === undefined && !parent.syntax
  const inLogic = parent.kind === 'and' || parent.kind === 'or' || parent.kind === 'not'
  const isHeld = inCall || inLogic || BRACKETED.has(parent.kind)
  switch (arg.kind) {
    case 'const':
    case 'column':
    case 'wholeRow':
    case 'tableoid':
    case 'param':
    case 'placeholder':
    case 'sqlValue':
      return true
    case 'field':
      return parent.kind !== 'field'
    case 'relabel':
    case 'ioCast':
    case 'arrayCast':
      return isSimple(arg.arg, arg)
    case 'and':
    case 'or':
    case 'not':
      if (parent.kind === 'and' || parent.kind === 'or') return arg.kind !== 'or' || parent.kind === 'or'
      return inCall || BRACKETED.has(parent.kind)
    case 'call':
      if (arg.operator === undefined) return true
      if (parent.kind === 'call' && parent.operator !== undefined) return isSimpleOperator(arg, parent)
      return isHeld
    case 'isNull':
    case 'isNotNull':
    case 'booleanTest':
    case 'distinctFrom':
    case 'exists':
    case 'scalar':
    case 'arrayOf':
    case 'subqueryTest':
      return isHeld
    default:
      return BRACKETED.has(arg.kind)
  }
}
