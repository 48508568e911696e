/** In which order SQLite joins: left to itself, it computes rows anew for each row of a table that could be looked up. */
import type { Body, From } from '../sqlite/tree.ts'

const readsFunction = (from: From): boolean =>
  from.kind === 'function' ||
  (from.kind === 'subquery' && hasFunctionRows(from.select.body)) ||
  (from.kind === 'join' && (readsFunction(from.left) || readsFunction(from.right)))

const hasFunctionRows = (body: Body): boolean =>
  body.kind === 'core'
    ? body.from.some(readsFunction)
    : body.kind === 'compound' && (hasFunctionRows(body.left) || hasFunctionRows(body.right))

/** A subquery over rows that functions give, which depends on nothing beside it. */
export const isComputed = (from: From): boolean => from.kind === 'subquery' && hasFunctionRows(from.select.body)

/** Computed subqueries before the tables beside them: after a CROSS JOIN, SQLite keeps to the order. */
export const computedFirst = (from: readonly From[]): readonly From[] => {
  if (from.length < 2) return from
  const computed = from.filter(isComputed)
  const others = from.filter((item) => !computed.includes(item))
  const next = others.find(({ kind }) => kind === 'table')
  if (computed.length === 0 || next === undefined) return from
  const chain = [...computed, next].reduce((left, right) => ({ kind: 'join', join: 'CROSS JOIN', left, right }))
  return [chain, ...others.filter((item) => item !== next)]
}
