/**
 * UNION, INTERSECT and EXCEPT. SQLite has no ALL for the latter two, and compares stored values; where either matters,
 * the copies of each row are counted by window functions.
 */
import { call, column, core, infix, literal, type Over, type Select, type Sql, select } from '../sqlite/tree.ts'
import type { Query, SetNode } from '../tree/query.ts'
import { uniqueName } from './alias.ts'
import { distinctNames } from './column-name.ts'
import { refuseAt } from './context.ts'
import type { Place } from './expression.ts'
import { isAmbiguous, isNative, keyOf } from './key.ts'
import { lowerQuery } from './query.ts'

const lowerBranch = (place: Place, branch: SetNode | Query, names: readonly string[]): Select =>
  branch.kind === 'set' ? lowerSet(place, branch, names) : lowerQuery(place, branch, names)

/** A query as one term of a compound: what it sorts, cuts or names on its own goes into a subquery. */
const asTerm = (place: Place, query: Select, names: readonly string[]): Select['body'] => {
  const simple =
    query.with.length === 0 && query.orderBy.length === 0 && query.limit === undefined && query.offset === undefined
  if (simple && query.body.kind === 'core') return query.body
  const alias = uniqueName(place, 'term')
  return core({
    targets: names.map((name) => ({ expr: column(alias, name), alias: name })),
    from: [{ kind: 'subquery', select: query, alias }],
  })
}

const OPERATORS = { union: 'UNION', intersect: 'INTERSECT', except: 'EXCEPT' } as const

/** Counts the copies of each row on both sides. */
const counted = (place: Place, set: SetNode, names: readonly string[], left: Select, right: Select): Select => {
  const tagged = (query: Select, side: bigint): Select['body'] => {
    const alias = uniqueName(place, 'side')
    return core({
      targets: [
        ...names.map((name) => ({ expr: column(alias, name), alias: name })),
        { expr: literal(side), alias: 'side$' },
      ],
      from: [{ kind: 'subquery', select: query, alias }],
    })
  }
  const both = select({ kind: 'compound', operator: 'UNION ALL', left: tagged(left, 0n), right: tagged(right, 1n) })
  const rows = uniqueName(place, 'rows')
  const keys = names.map((name, at) => keyOf(place, column(rows, name), set.columns[at]?.type ?? 0))
  const over: Over = { partitionBy: keys, orderBy: [] }
  const side = column(rows, 'side$')
  const windowed = (name: string, arg: Sql | undefined, window: Over): Sql => ({
    kind: 'call',
    name,
    args: arg === undefined ? [] : [arg],
    over: window,
  })
  const numbered = select(
    core({
      targets: [
        ...names.map((name) => ({ expr: column(rows, name), alias: name })),
        {
          expr: windowed('row_number', undefined, {
            ...over,
            orderBy: [{ expr: side, descending: false, nullsFirst: true }],
          }),
          alias: 'copy$',
        },
        { expr: windowed('sum', infix('=', side, literal(0n)), over), alias: 'left$' },
        { expr: windowed('sum', side, over), alias: 'right$' },
      ],
      from: [{ kind: 'subquery', select: both, alias: rows }],
    }),
  )
  const outer = uniqueName(place, 'counted')
  const [copy, lefts, rights] = ['copy$', 'left$', 'right$'].map((name) => column(outer, name)) as [Sql, Sql, Sql]
  const keep = {
    union: infix('=', copy, literal(1n)),
    intersect: set.all
      ? infix('<=', copy, call('min', lefts, rights))
      : infix('AND', infix('=', copy, literal(1n)), infix('>', lefts, literal(0n)), infix('>', rights, literal(0n))),
    except: set.all
      ? infix('<=', copy, infix('-', lefts, rights))
      : infix('AND', infix('=', copy, literal(1n)), infix('=', rights, literal(0n))),
  }[set.operator]
  return select(
    core({
      targets: names.map((name) => ({ expr: column(outer, name), alias: name })),
      from: [{ kind: 'subquery', select: numbered, alias: outer }],
      where: keep,
    }),
  )
}

/** @param names of the result's columns */
export const lowerSet = (place: Place, set: SetNode, names: readonly string[] = distinctNames(set.columns)): Select => {
  const left = lowerBranch(place, set.left, names)
  const right = lowerBranch(place, set.right, names)
  const open = set.columns.some((each) => isAmbiguous(place, each))
  if (open && (set.operator === 'intersect' || (set.operator === 'except' && set.all)))
    throw refuseAt(`${set.operator.toUpperCase()} of values that can be equal and look different`, undefined)
  const native = !open && set.columns.every(({ type }) => isNative(place, type))
  const plain = (set.operator === 'union' && (set.all || native)) || (!set.all && native)
  if (!plain) return counted(place, set, names, left, right)
  const operator = set.operator === 'union' && set.all ? 'UNION ALL' : OPERATORS[set.operator]
  return select({ kind: 'compound', operator, left: asTerm(place, left, names), right: asTerm(place, right, names) })
}
