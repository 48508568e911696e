/**
 * Constants computed beforehand, as PostgreSQL's planner does (eval_const_expressions): an error in a constant is an
 * error of the statement even when no row would reach it, unless CASE, AND, OR or COALESCE shield it.
 */
import { PgError, Unsupported } from '../../wire/protocol/error.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Const, Expr } from '../tree/expression.ts'
import type { Value } from '../tree/value.ts'
import { children, mapChildren } from '../tree/walk.ts'
import type { Environment } from '../types/environment.ts'
import { evaluate } from './evaluate.ts'
import { NotComputable } from './not-computable.ts'

/** Errors in data that come from computing constants, not from reading literals, which have a position. */
export const isPlanningError = (error: unknown): error is PgError =>
  error instanceof PgError && error.code.startsWith('22') && error.fields.position === undefined

const constant = (expr: Expr, value: Value): Const => ({
  kind: 'const',
  value,
  type: expr.type,
  typmod: expr.typmod,
  position: expr.position,
})

const isConst = (expr: Expr): expr is Const => expr.kind === 'const'
const isTrue = (expr: Expr): boolean => isConst(expr) && expr.value === 1n
const isFalse = (expr: Expr): boolean => isConst(expr) && expr.value === 0n
const isNull = (expr: Expr): boolean => isConst(expr) && expr.value === null

/** Kinds whose value follows from their parts alone. */
const COMPUTABLE: ReadonlySet<Expr['kind']> = new Set([
  'call',
  'not',
  'greatest',
  'least',
  'isNull',
  'isNotNull',
  'booleanTest',
  'distinctFrom',
  'rowComparison',
  'inList',
  'arrayTest',
  'relabel',
  'ioCast',
  'arrayCast',
  'array',
  'subscript',
  'domain',
  'sqlJson',
])

/** Casts by text are immutable where the output function of one type and the input function of the other are. */
export const isImmutableCast = (catalog: Catalog, from: number, to: number): boolean =>
  [catalog.type(from).output, catalog.type(to).input].every((name) =>
    catalog.functionsNamed('pg_catalog', name).every(({ volatility }) => volatility === 'i'),
  )

/** The modifier of what chooses among expressions is the one they share (exprTypmod). */
const withTypmod = (expr: Expr): Expr => {
  const choices =
    expr.kind === 'case'
      ? [...expr.whens.map(({ result }) => result), expr.otherwise]
      : expr.kind === 'coalesce' || expr.kind === 'greatest' || expr.kind === 'least'
        ? expr.args
        : []
  const [first] = choices
  if (first === undefined) return expr
  const shared = choices.every(({ type, typmod }) => type === expr.type && typmod === first.typmod)
  return { ...expr, typmod: shared ? first.typmod : -1 }
}

/**
 * What is computed beforehand: what is constant for ever, or also what is within a statement; `certain` where it is computed in
 * any case.
 */
export type Stability = 'immutable' | 'stable' | 'certain'

const failsInPlan = (env: Environment, expr: Expr): boolean => {
  try {
    fold({ ...env, planningErrors: undefined }, expr)
    return false
  } catch {
    return true
  }
}

/** PostgreSQL's planner leaves out a strict call with NULL, but not with what only turns out to be NULL when it runs. */
const isNullInPlan = (env: Environment, expr: Expr, at: number, stability: Stability): boolean => {
  const arg = expr.kind === 'call' ? expr.args[at] : undefined
  return stability === 'immutable' || (arg !== undefined && isNull(fold(env, arg)))
}

/** Whether PostgreSQL's planner sees that a part of AND or OR decides. */
const decidesInPlan = (env: Environment, arg: Expr, decisive: (expr: Expr) => boolean, stability: Stability): boolean =>
  stability === 'immutable' || decisive(fold(env, arg))

/**
 * @param stability of what is computed
 * @param keep what is to be found again as it is
 */
export const fold = (
  env: Environment,
  expr: Expr,
  stability: Stability = 'immutable',
  keep?: (expr: Expr) => boolean,
): Expr => {
  if (keep?.(expr)) return expr
  const again = (inner: Expr): Expr => fold(env, inner, stability, keep)
  switch (expr.kind) {
    case 'and':
    case 'or': {
      const decisive = expr.kind === 'and' ? isFalse : isTrue
      const neutral = expr.kind === 'and' ? isTrue : isFalse
      const args: Expr[] = []
      for (const arg of expr.args) {
        const folded = again(arg)
        if (decisive(folded)) {
          // What decides only when the statement runs comes after what stands before it, and may fail.
          if (args.length === 0 || decidesInPlan(env, arg, decisive, stability)) return folded
          return { ...expr, args: [...args, folded] }
        }
        if (!neutral(folded)) args.push(folded)
      }
      const [only] = args
      if (only === undefined) return constant(expr, expr.kind === 'and' ? 1n : 0n)
      return args.length === 1 || args.every(isNull) ? only : { ...expr, args }
    }
    case 'inList': {
      // It is an OR of its tests, or an AND: one that is certain decides, whatever the others would do.
      const decisive = expr.negated ? isFalse : isTrue
      const tests = expr.tests.map(again)
      const certain = tests.findIndex(decisive)
      const test = expr.tests[certain]
      if (test !== undefined && (certain === 0 || decidesInPlan(env, test, decisive, stability)))
        return tests[certain] as Expr
      if (tests.every(isNull)) return constant(expr, null)
      break
    }
    case 'case': {
      const whens: { when: Expr; result: Expr }[] = []
      for (const { when, result } of expr.whens) {
        const test = again(when)
        if (isFalse(test) || isNull(test)) continue
        if (isTrue(test)) {
          const certain = again(result)
          return whens.length === 0 ? certain : withTypmod({ ...expr, whens, otherwise: certain })
        }
        whens.push({ when: test, result: again(result) })
      }
      const otherwise = again(expr.otherwise)
      return whens.length === 0 ? otherwise : withTypmod({ ...expr, whens, otherwise })
    }
    case 'coalesce': {
      const args: Expr[] = []
      for (const arg of expr.args) {
        const folded = again(arg)
        if (isNull(folded)) continue
        args.push(folded)
        if (isConst(folded)) break
      }
      const [only] = args
      if (only === undefined) return constant({ ...expr, typmod: -1 }, null)
      return args.length === 1 ? only : withTypmod({ ...expr, args })
    }
    default:
  }
  // A comparison of rows computes both sides of a field before it looks for NULL.
  const folded = withTypmod(
    mapChildren(expr, expr.kind === 'rowComparison' ? (test) => mapChildren(test, again) : again),
  )
  if (!COMPUTABLE.has(folded.kind)) return folded
  if (folded.kind === 'call') {
    const { fn } = folded
    if (fn.set || fn.kind !== 'f') return folded
    if (fn.strict && folded.args.some((arg, at) => isNull(arg) && isNullInPlan(env, expr, at, stability)))
      return constant(folded, null)
    if (fn.body !== undefined || fn.volatility === 'v' || (fn.volatility === 's' && stability === 'immutable'))
      return folded
  }
  if (folded.kind === 'ioCast' && isNull(folded.arg)) return constant(folded, null)
  if (
    folded.kind === 'ioCast' &&
    stability === 'immutable' &&
    !isImmutableCast(env.catalog, folded.arg.type, folded.type)
  )
    return folded
  if (!children(folded).every(isConst)) return folded
  try {
    return constant(folded, evaluate(env, folded))
  } catch (error) {
    if (error instanceof NotComputable || error instanceof Unsupported) return folded
    // What is constant only within a statement fails when the statement runs, if a row reaches it.
    if (stability === 'stable' && !failsInPlan(env, expr)) return folded
    if (env.planningErrors === undefined || !(error instanceof PgError) || error.fields.position !== undefined)
      throw error
    env.planningErrors.push(error)
    return constant(folded, null)
  }
}

/** The condition of WHERE, ON or HAVING: of what is joined by AND and OR in it, NULL counts as false (canonicalize_qual). */
export const foldCondition = (
  env: Environment,
  expr: Expr,
  stability: Stability = 'immutable',
  keep?: (expr: Expr) => boolean,
): Expr => {
  const known = (it: Expr): Expr => {
    if (isNull(it)) return constant(it, 0n)
    return it.kind === 'and' || it.kind === 'or' ? fold(env, { ...it, args: it.args.map(known) }, stability, keep) : it
  }
  return known(fold(env, expr, stability, keep))
}
