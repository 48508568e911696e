/**
 * What PostgreSQL's planner computes to estimate how many rows a condition leaves (estimate_expression_value): what a column is
 * compared with, as far as it is constant within the statement. An error there is one of the statement, whatever rows there are.
 */
import { PgError, Unsupported } from '../../wire/protocol/error.ts'
import type { Expr } from '../tree/expression.ts'
import { some } from '../tree/walk.ts'
import type { Environment } from '../types/environment.ts'
import { fold } from './fold.ts'

const hasColumn = (expr: Expr): boolean => some(expr, ({ kind }) => kind === 'column')

/** Whether it is made of constants and of functions that do not change within a statement, some of which are called. */
const isStable = (expr: Expr): boolean =>
  some(expr, (it) => it.kind === 'call' && it.fn.volatility === 's') &&
  !some(
    expr,
    (it) =>
      ['column', 'param', 'scalar', 'exists', 'subqueryTest', 'arrayOf', 'placeholder'].includes(it.kind) ||
      (it.kind === 'call' && (it.fn.volatility === 'v' || it.fn.set || it.fn.body !== undefined)),
  )

/** Adds the error of an estimate to those of planning. @param condition of WHERE */
export const estimate = (env: Environment, condition: Expr): void => {
  if (condition.kind === 'and' || condition.kind === 'or') for (const arg of condition.args) estimate(env, arg)
  else if (condition.kind === 'not') estimate(env, condition.arg)
  else if (condition.kind === 'call' && condition.operator !== undefined) {
    const [left, right] = condition.args
    if (left === undefined || right === undefined) return
    for (const [one, other] of [
      [left, right],
      [right, left],
    ] as const)
      if (isStable(one) && hasColumn(other)) tryOut(env, one)
  }
}

const tryOut = (env: Environment, expr: Expr): void => {
  try {
    fold({ ...env, planningErrors: undefined }, expr, 'certain')
  } catch (error) {
    if (!(error instanceof PgError) || error instanceof Unsupported || error.fields.position !== undefined) throw error
    env.planningErrors?.push(error)
  }
}
