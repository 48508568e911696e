/** WITH: common table expressions, recursive ones too. Manual: "WITH Queries"; after parse_cte.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { formatType } from '../catalog/format-type.ts'
import type { Expr } from '../tree/expression.ts'
import { type Cte, type OutputColumn, outputColumns, type Query, type RangeEntry } from '../tree/query.ts'
import { some } from '../tree/walk.ts'
import { requireSameCollations } from './collation.ts'
import { columnOf } from './column.ts'
import { inOrder, refersTo, requireWellFormed, standsInFrom } from './recursion.ts'
import { childScope, errorAt, nothingElse, refuse, type Scope, uniqueAlias } from './scope.ts'
import { bindSearchCycle, type Extension } from './search-cycle.ts'
import { bindSelect } from './select.ts'

const named = (
  scope: Scope,
  cte: Cte,
  columns: readonly OutputColumn[],
  names: readonly string[],
  location?: number,
): OutputColumn[] => {
  if (names.length > columns.length)
    throw errorAt(
      scope,
      location,
      '42P10',
      `WITH query "${cte.name}" has ${columns.length} columns available but ${names.length} columns specified`,
    )
  return columns.map((column, at) => ({ ...column, name: names[at] ?? column.name }))
}

const MATERIALIZED: Readonly<Record<string, Cte['materialized']>> = {
  CTEMaterializeDefault: 'default',
  CTEMaterializeAlways: 'always',
  CTEMaterializeNever: 'never',
}

/** Binds the list and makes its names known in the scope. */
export const bindWith = (scope: Scope, clause: Ast.WithClause | undefined): Cte[] => {
  if (clause === undefined) return []
  const { ctes = [], recursive = false } = clause
  const definitions = ctes.map((node) => {
    if (!('CommonTableExpr' in node)) throw refuse(scope, 'this WITH')
    return node.CommonTableExpr
  })
  const seen = new Set<string>()
  for (const { ctename = '', location } of definitions) {
    if (seen.has(ctename))
      throw errorAt(scope, location, '42712', `WITH query name "${ctename}" specified more than once`)
    seen.add(ctename)
  }
  const sorted = recursive ? inOrder(scope, definitions) : definitions
  const isRecursive = ({ ctename = '', ctequery }: Ast.CommonTableExpr): boolean =>
    recursive && refersTo(ctequery, ctename)
  for (const definition of sorted) if (isRecursive(definition)) requireWellFormed(scope, definition)
  return sorted.map((definition) => {
    const {
      ctename = '',
      aliascolnames = [],
      ctematerialized = 'CTEMaterializeDefault',
      ctequery,
      location,
      search_clause: search,
      cycle_clause: cycle,
      ...rest
    } = definition
    nothingElse(scope, 'WITH', rest)
    if (ctequery === undefined || !('SelectStmt' in ctequery))
      throw refuse(scope, 'a data-modifying WITH query', location)
    const names = aliascolnames.map((name) => ('String' in name ? (name.String.sval ?? '') : ''))
    const select = ctequery.SelectStmt as Ast.SelectStmt
    const self = isRecursive(definition)
    const cte: Cte = {
      name: ctename,
      alias: uniqueAlias(scope.statement, ctename),
      materialized: MATERIALIZED[ctematerialized] ?? 'default',
      recursive: self,
      columns: [],
      uses: 0,
      given: names,
    }
    const isExtended = search !== undefined || cycle !== undefined
    if (isExtended && scope.statement.written) throw refuse(scope, 'the text of SEARCH and CYCLE', location)
    if (!self) {
      const { withQueries } = scope.statement
      withQueries.push(cte)
      try {
        cte.query = bindSelect(childScope(scope), select)
      } finally {
        withQueries.pop()
      }
      cte.columns = named(scope, cte, outputColumns(cte.query), names, location)
      if (isExtended) throw errorAt(scope, location, '42601', 'WITH query is not recursive')
      scope.ctes.set(ctename, cte)
      return cte
    }
    bindRecursive(scope, cte, select, names, location, isExtended ? { search, cycle } : undefined)
    return cte
  })
}

/** An aggregate of a query itself. */
const aggregateOf = ({ targets, having }: Query): Expr | undefined => {
  let found: Expr | undefined
  for (const expr of [...targets.map((target) => target.expr), ...(having ? [having] : [])])
    some(expr, (it) => {
      if (it.kind === 'aggregate') found ??= it
      return found !== undefined
    })
  return found
}

/** Where the recursive term reads the working table, it sees rows rather than all of them (parseCheckAggregates). */
const requireNoAggregate = (scope: Scope, whole: Query): void => {
  const [from] = whole.from
  const set = from?.kind === 'range' && from.range.source.kind === 'set' ? from.range.source.set : undefined
  const aggregate = set?.right.kind === 'query' ? aggregateOf(set.right) : undefined
  if (aggregate === undefined) return
  const { position } = aggregate
  const message = "aggregate functions are not allowed in a recursive query's recursive term"
  throw errorAt(scope, undefined, '42P19', message, position === undefined ? {} : { position })
}

const bindRecursive = (
  scope: Scope,
  cte: Cte,
  select: Ast.SelectStmt,
  names: readonly string[],
  location: number | undefined,
  clauses: Parameters<typeof bindSearchCycle>[3] | undefined,
): void => {
  const { catalog } = scope.statement
  const { larg, rarg, withClause } = select
  const isDirect = rarg !== undefined && standsInFrom(rarg, cte.name)
  if (clauses !== undefined && rarg?.op === 'SETOP_NONE' && !isDirect)
    throw new PgError(
      '0A000',
      `with a SEARCH or CYCLE clause, the recursive reference to WITH query "${cte.name}" must be at the top level of its right-hand SELECT`,
    )
  const inner = childScope(scope)
  bindWith(inner, withClause)
  const first = bindSelect(childScope(inner), larg as Ast.SelectStmt)
  cte.first = first
  const own = named(scope, cte, outputColumns(first), names, location)
  const extension = clauses && bindSearchCycle(scope, cte, own, clauses)
  cte.columns = [...own, ...(extension?.columns ?? [])]
  scope.ctes.set(cte.name, cte)
  cte.unexpanded = extension?.columns.length ?? 0
  const whole = bindSelect(childScope(scope), select)
  cte.unexpanded = 0
  if (isDirect) requireNoAggregate(scope, whole)
  const firstTargets = (larg as { targetList?: { ResTarget?: { location?: number } }[] } | undefined)?.targetList
  const locationOf = (column: number): number | undefined => firstTargets?.[column]?.ResTarget?.location
  if (scope.statement.collations.areOfInterest)
    requireSameCollations(scope.statement, cte.name, first, whole, (column) =>
      scope.statement.position(locationOf(column)),
    )
  for (const [at, { type, typmod }] of outputColumns(whole).entries()) {
    const declared = cte.columns[at]
    if (declared !== undefined && (declared.type !== type || declared.typmod !== typmod)) {
      throw errorAt(
        scope,
        locationOf(at),
        '42804',
        `recursive query "${cte.name}" column ${at + 1} has type ${formatType(catalog, declared.type, declared.typmod)} in non-recursive term but type ${formatType(catalog, type, typmod)} overall`,
        { hint: 'Cast the output of the non-recursive term to the correct type.' },
      )
    }
  }
  extension?.check()
  if (!isDirect) throw refuse(scope, 'a recursive reference within another query', location)
  cte.query = extension === undefined ? whole : extended(scope, whole, extension, location)
}

/** A recursive query whose terms compute further columns. */
const extended = (scope: Scope, whole: Query, extension: Extension, location: number | undefined): Query => {
  const [from] = whole.from
  const source = from?.kind === 'range' ? from.range.source : undefined
  if (from?.kind !== 'range' || source?.kind !== 'set') throw refuse(scope, 'SEARCH or CYCLE of this query', location)
  const { set } = source
  if (set.left.kind !== 'query' || set.right.kind !== 'query')
    throw errorAt(
      scope,
      undefined,
      '0A000',
      `with a SEARCH or CYCLE clause, the ${set.left.kind === 'query' ? 'right' : 'left'} side of the UNION must be a SELECT`,
    )
  const columns = [...set.columns, ...extension.columns]
  const terms = extension.extend(set.left, set.right)
  const range: RangeEntry = { ...from.range, columns, source: { kind: 'set', set: { ...set, ...terms, columns } } }
  const targets = columns.map(({ name }, index) => ({ expr: columnOf(range, index), name, hidden: false }))
  return { ...whole, from: [{ kind: 'range', range }], targets }
}
