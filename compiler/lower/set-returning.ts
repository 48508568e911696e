/** Set-returning functions in the select list. Manual: "SQL Functions Returning Sets". */
import { recordShape } from '../bind/record-shape.ts'
import { fold } from '../evaluate/fold.ts'
import { core, type Select, type Sql, select } from '../sqlite/tree.ts'
import type { Expr } from '../tree/expression.ts'
import type { Query, TableFunction, Target } from '../tree/query.ts'
import { uniqueName } from './alias.ts'
import { refuseAt } from './context.ts'
import { lowerExpression, type Place, stabilityOf } from './expression.ts'
import { functionTable } from './from.ts'
import { orderTerm } from './key.ts'
import { indexAmong, isSetCall, occurs } from './layer.ts'
import { asExpression, lowerSource, type Output, visibleOf } from './query.ts'

/** Set-returning calls in the select list. */
const setCalls = (place: Place, targets: readonly Target[]): Expr[] => {
  const calls: Expr[] = []
  for (const { expr } of targets) {
    occurs(place, expr, (it) => {
      if (isSetCall(it) && !calls.includes(it)) calls.push(it)
      return false
    })
    const isConditional = ({ kind }: Expr): boolean => kind === 'case' || kind === 'coalesce'
    if (occurs(place, expr, (it) => isConditional(it) && occurs(place, it, isSetCall)))
      throw refuseAt('a set-returning function in a conditional', expr.position)
  }
  return calls
}

/**
 * Set-returning functions of the select list become a table beside FROM. They have no others among their arguments, and
 * nothing is grouped or told apart beside them.
 */
export const withSetReturning = (place: Place, query: Query, aliases: readonly string[]): Select => {
  const targets = query.targets.map((target) => ({
    ...target,
    expr: fold(place.env, target.expr, stabilityOf({ target: place.target }), place.keep),
  }))
  const calls = setCalls(place, targets)
  const alias = uniqueName(place, 'set')
  const functions = calls.map((expr): TableFunction => {
    const composite = place.env.catalog.type(expr.type).kind === 'c' || expr.type === 2249
    if (composite && recordShape(place.env.catalog, expr) === undefined)
      throw refuseAt('rows of a set-returning function in the select list', expr.position)
    const columns = [{ name: 'value', type: expr.type, typmod: -1 }]
    return { call: expr, columns, composite: false, ...(composite ? { record: true } : {}) }
  })
  const range = {
    alias,
    columns: functions.flatMap(({ columns }) => columns),
    source: { kind: 'functions', functions, ordinality: false, lateral: true },
    depth: query.depth,
    nullable: false,
  } as const
  const stage = lowerSource(place, query, undefined)
  const table = functionTable(place, functions, alias)
  const from = stage.core.from.reduceRight<typeof table | undefined>(
    (joined, item) => (joined === undefined ? item : { kind: 'join', join: 'CROSS JOIN', left: item, right: joined }),
    undefined,
  )
  const within: Place = {
    ...stage.place,
    substitute: (expr) => {
      const index = indexAmong(calls, expr)
      if (index < 0) return stage.place.substitute?.(expr)
      return lowerExpression(place, { kind: 'column', range, index, type: expr.type, typmod: -1 })
    },
  }
  const outputs = targets.map(
    (target, at): Output => ({ expr: lowerExpression(within, target.expr), alias: aliases[at] ?? '' }),
  )
  const orderBy = query.orderBy.map((key) =>
    orderTerm(place, asExpression(outputs[key.target]?.expr as Sql), query.targets[key.target]?.expr.type ?? 0, key),
  )
  const joined =
    from === undefined ? [table] : [{ kind: 'join', join: 'CROSS JOIN', left: from, right: table } as const]
  return select(core({ ...stage.core, from: joined, targets: visibleOf(query, outputs) }), { orderBy })
}
