/** WITH: common table expressions, recursive ones too. Manual: "WITH Queries"; after parse_cte.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { formatType } from '../catalog/format-type.ts'
import { type Cte, type OutputColumn, outputColumns, type Query, type RangeEntry } from '../tree/query.ts'
import { innerQueries } from '../tree/walk-query.ts'
import { requireSameCollations } from './collation.ts'
import { columnOf } from './column.ts'
import { childScope, errorAt, nothingElse, refuse, type Scope, uniqueAlias } from './scope.ts'
import { bindSearchCycle, type Extension } from './search-cycle.ts'
import { bindSelect } from './select.ts'

/** Whether a parse tree names a table, anywhere in it. */
const mentions = (tree: unknown, name: string): boolean => {
  if (Array.isArray(tree)) return tree.some((item) => mentions(item, name))
  if (typeof tree !== 'object' || tree === null) return false
  const { RangeVar } = tree as { RangeVar?: Ast.RangeVar }
  if (RangeVar?.relname === name && (RangeVar.schemaname ?? '') === '') return true
  return Object.values(tree).some((value) => mentions(value, name))
}

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
  return definitions.map((definition, at) => {
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
    if (recursive && definitions.slice(at + 1).some((later) => mentions(select, later.ctename ?? '')))
      throw refuse(scope, 'a WITH query that refers to a later one', location)
    const self = recursive && mentions(select, ctename)
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

const containsAggregate = (query: Query): boolean =>
  innerQueries(query).some((inner) => inner.aggregated || containsAggregate(inner))

const countMentions = (tree: unknown, name: string): number => {
  if (Array.isArray(tree)) return tree.reduce<number>((sum, item) => sum + countMentions(item, name), 0)
  if (typeof tree !== 'object' || tree === null) return 0
  const { RangeVar } = tree as { RangeVar?: Ast.RangeVar }
  if (RangeVar !== undefined) return mentions(tree, name) ? 1 : 0
  return Object.values(tree).reduce<number>((sum, value) => sum + countMentions(value, name), 0)
}

/** Whether a name stands in a subquery, or on a side of an outer join. */
const hidden = (tree: unknown, name: string): boolean => {
  if (Array.isArray(tree)) return tree.some((item) => hidden(item, name))
  if (typeof tree !== 'object' || tree === null) return false
  const { SubLink, RangeSubselect, JoinExpr, WithClause, withClause } = tree as Record<string, unknown>
  for (const inner of [SubLink, RangeSubselect, WithClause, withClause])
    if (inner !== undefined && mentions(inner, name)) return true
  if (JoinExpr !== undefined && (JoinExpr as Ast.JoinExpr).jointype !== 'JOIN_INNER' && mentions(JoinExpr, name))
    return true
  return Object.values(tree).some((value) => hidden(value, name))
}

/** Whether a name stands in a query in FROM or WITH, and not in FROM itself. */
const isBelow = ({ fromClause = [], withClause }: Ast.SelectStmt, name: string): boolean =>
  (withClause !== undefined && mentions(withClause, name)) ||
  fromClause.some((item) => 'RangeSubselect' in item && mentions(item, name))

const bindRecursive = (
  scope: Scope,
  cte: Cte,
  select: Ast.SelectStmt,
  names: readonly string[],
  location: number | undefined,
  clauses: Parameters<typeof bindSearchCycle>[3] | undefined,
): void => {
  const { catalog } = scope.statement
  if (select.op !== 'SETOP_UNION' || select.larg === undefined || select.rarg === undefined)
    throw refuse(scope, 'a recursive query of this form', location)
  const { larg, rarg, sortClause = [], limitCount, limitOffset, lockingClause = [], withClause } = select
  if (withClause !== undefined) throw refuse(scope, 'WITH inside a recursive query', location)
  if (sortClause.length > 0) throw errorAt(scope, location, '0A000', 'ORDER BY in a recursive query is not implemented')
  if (limitOffset !== undefined)
    throw errorAt(scope, location, '0A000', 'OFFSET in a recursive query is not implemented')
  if (limitCount !== undefined) throw errorAt(scope, location, '0A000', 'LIMIT in a recursive query is not implemented')
  if (lockingClause.length > 0)
    throw errorAt(scope, location, '0A000', 'FOR UPDATE/SHARE in a recursive query is not implemented')
  if (mentions(larg, cte.name)) throw refuse(scope, 'a recursive reference in the non-recursive term', location)
  if (clauses !== undefined && isBelow(rarg, cte.name))
    throw new PgError(
      '0A000',
      `with a SEARCH or CYCLE clause, the recursive reference to WITH query "${cte.name}" must be at the top level of its right-hand SELECT`,
    )
  if (countMentions(rarg, cte.name) !== 1 || hidden(rarg, cte.name))
    throw refuse(scope, 'this kind of recursive reference', location)
  const first = bindSelect(childScope(scope), larg as Ast.SelectStmt)
  cte.first = first
  const own = named(scope, cte, outputColumns(first), names, location)
  const extension = clauses && bindSearchCycle(scope, cte, own, clauses)
  cte.columns = [...own, ...(extension?.columns ?? [])]
  scope.ctes.set(cte.name, cte)
  cte.unexpanded = extension?.columns.length ?? 0
  const whole = bindSelect(childScope(scope), select)
  cte.unexpanded = 0
  if (containsAggregate(whole)) throw refuse(scope, 'aggregates in a recursive query', location)
  const firstTargets = (larg as { targetList?: { ResTarget?: { location?: number } }[] } | undefined)?.targetList
  const locationOf = (column: number): number | undefined => firstTargets?.[column]?.ResTarget?.location
  if (scope.statement.collations.areOfInterest)
    requireSameCollations(scope.statement, cte.name, first, whole, (column) =>
      scope.statement.position(locationOf(column)),
    )
  for (const [at, { type, typmod }] of outputColumns(whole).entries()) {
    const declared = cte.columns[at]
    if (declared !== undefined && (declared.type !== type || declared.typmod !== typmod)) {
      if (declared.type === type)
        throw refuse(scope, 'a recursive query whose terms differ in length or precision', location)
      throw errorAt(
        scope,
        locationOf(at),
        '42804',
        `recursive query "${cte.name}" column ${at + 1} has type ${formatType(catalog, declared.type)} in non-recursive term but type ${formatType(catalog, type)} overall`,
        { hint: 'Cast the output of the non-recursive term to the correct type.' },
      )
    }
  }
  if (rarg !== undefined && rarg.op !== 'SETOP_NONE' && rarg.op !== undefined)
    throw refuse(scope, 'set operations in a recursive term', location)
  extension?.check()
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
