/** Which WITH queries refer to which, and where a recursive one may refer to itself. After parse_cte.c. */
import type * as Ast from '@pgsql/types'
import type { PgError } from '../../wire/protocol/error.ts'
import { errorAt, type Scope } from './scope.ts'

/** Where a reference stands: only in some places may it be one of a query to itself. */
type Context = 'here' | 'non-recursive term' | 'subquery' | 'outer join' | 'INTERSECT' | 'EXCEPT'

type Visit = (reference: Ast.RangeVar, context: Context) => void

const namesOf = ({ ctes = [] }: Ast.WithClause): string[] =>
  ctes.map((node) => ('CommonTableExpr' in node ? (node.CommonTableExpr.ctename ?? '') : ''))

/** A walk over references to WITH queries; those to queries of an inner WITH are left out (checkWellFormedRecursionWalker). */
class References {
  readonly #visit: Visit
  readonly #inner: Set<string>[] = []

  constructor(visit: Visit) {
    this.#visit = visit
  }

  walk(node: unknown, context: Context): void {
    if (Array.isArray(node)) for (const item of node) this.walk(item, context)
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return
    const [[kind, value] = []] = Object.entries(node)
    if (kind === 'RangeVar') this.#reference(value, context)
    else if (kind === 'JoinExpr') this.#join(value, context)
    else if (kind === 'SubLink') {
      this.walk(value.subselect, 'subquery')
      this.walk(value.testexpr, context)
    } else if (/^(Select|Insert|Update|Delete|Merge)Stmt$/.test(kind ?? '')) this.statement(value, context)
    else for (const part of Object.values(node)) this.walk(part, context)
  }

  /** @param statement without the name of its kind */
  statement(statement: Ast.SelectStmt, context: Context): void {
    const { withClause, ...rest } = statement
    if (withClause === undefined) return this.#terms(rest, context)
    const { ctes = [], recursive = false } = withClause
    const names = namesOf(withClause)
    const known = new Set(recursive ? names : [])
    this.#inner.push(known)
    for (const [at, node] of ctes.entries()) {
      this.walk('CommonTableExpr' in node ? node.CommonTableExpr.ctequery : undefined, context)
      known.add(names[at] ?? '')
    }
    this.#terms(rest, context)
    this.#inner.pop()
  }

  #reference(reference: Ast.RangeVar, context: Context): void {
    const { schemaname = '', relname = '' } = reference
    if (schemaname === '' && !this.#inner.some((names) => names.has(relname))) this.#visit(reference, context)
  }

  #terms({ larg, rarg, op, all = false, ...rest }: Ast.SelectStmt, context: Context): void {
    const within = (other: Context): Context => (context === 'here' ? other : context)
    const [left, right]: [Context, Context] =
      op === 'SETOP_INTERSECT' && all
        ? [within('INTERSECT'), within('INTERSECT')]
        : op === 'SETOP_EXCEPT'
          ? [all ? within('EXCEPT') : context, within('EXCEPT')]
          : [context, context]
    if (larg !== undefined) this.statement(larg, left)
    if (rarg !== undefined) this.statement(rarg, right)
    for (const part of Object.values(rest)) this.walk(part, context)
  }

  #join({ jointype, larg, rarg, quals }: Ast.JoinExpr, context: Context): void {
    const outer = context === 'here' ? 'outer join' : context
    this.walk(larg, jointype === 'JOIN_RIGHT' || jointype === 'JOIN_FULL' ? outer : context)
    this.walk(rarg, jointype === 'JOIN_LEFT' || jointype === 'JOIN_FULL' ? outer : context)
    this.walk(quals, context)
  }
}

/** Where an expression begins (exprLocation), if it is known. */
const expressionLocation = (node: Ast.Node): number | undefined => {
  const [body] = Object.values(node as Record<string, { location?: number; arg?: Ast.Node; lexpr?: Ast.Node }>)
  const inner = body?.arg ?? body?.lexpr
  return inner === undefined ? body?.location : expressionLocation(inner)
}

/** Whether a tree refers to a WITH query. */
export const refersTo = (tree: unknown, name: string): boolean => {
  let found = false
  new References(({ relname }) => {
    found ||= relname === name
  }).walk(tree, 'here')
  return found
}

/** Whether a term refers to a WITH query in its own FROM, rather than in a query below. */
export const standsInFrom = ({ op, fromClause = [], withClause }: Ast.SelectStmt, name: string): boolean => {
  if (withClause !== undefined && namesOf(withClause).includes(name)) return false
  const isIn = (node: Ast.Node | undefined): boolean => {
    if (node === undefined) return false
    if ('JoinExpr' in node) return isIn(node.JoinExpr.larg) || isIn(node.JoinExpr.rarg)
    return 'RangeVar' in node && refersTo(node, name)
  }
  return (op === undefined || op === 'SETOP_NONE') && fromClause.some(isIn)
}

/** The queries of a WITH RECURSIVE, each behind those that it refers to (TopologicalSort). @throws PgError 0A000 */
export const inOrder = (scope: Scope, definitions: readonly Ast.CommonTableExpr[]): Ast.CommonTableExpr[] => {
  const left = [...definitions]
  const sorted: Ast.CommonTableExpr[] = []
  const isReady = (definition: Ast.CommonTableExpr): boolean =>
    !left.some((other) => other !== definition && refersTo(definition.ctequery, other.ctename ?? ''))
  while (left.length > 0) {
    const at = left.findIndex(isReady)
    const next = left[at]
    if (next === undefined)
      throw errorAt(scope, left[0]?.location, '0A000', 'mutual recursion between WITH items is not implemented')
    // The first that is not ready changes places with it.
    left[at] = left[0] as Ast.CommonTableExpr
    left.shift()
    sorted.push(next)
  }
  return sorted
}

/**
 * A query that refers to itself: a UNION whose right side does it once (checkWellFormedRecursion).
 * @throws PgError 42P19, 0A000
 */
export const requireWellFormed = (scope: Scope, { ctename = '', ctequery, location }: Ast.CommonTableExpr): void => {
  const wrong = (at: number | undefined, message: string): PgError => errorAt(scope, at, '42P19', message)
  const select = ctequery !== undefined && 'SelectStmt' in ctequery ? ctequery.SelectStmt : undefined
  if (select === undefined)
    throw wrong(location, `recursive query "${ctename}" must not contain data-modifying statements`)
  const { larg, rarg, withClause, op, sortClause = [], limitOffset, limitCount, lockingClause = [] } = select
  if (op !== 'SETOP_UNION' || larg === undefined || rarg === undefined)
    throw wrong(
      location,
      `recursive query "${ctename}" does not have the form non-recursive-term UNION [ALL] recursive-term`,
    )
  let count = 0
  const references = new References(({ relname, location: at }, context) => {
    if (relname !== ctename) return
    const wrongly = (where: string): PgError =>
      wrong(at, `recursive reference to query "${ctename}" must not appear ${where}`)
    if (context === 'non-recursive term') throw wrongly('within its non-recursive term')
    if (context === 'subquery') throw wrongly('within a subquery')
    if (context === 'outer join') throw wrongly('within an outer join')
    if (context !== 'here') throw wrongly(`within ${context}`)
    if (++count > 1) throw wrongly('more than once')
  })
  references.statement(larg, 'non-recursive term')
  references.statement(rarg, 'here')
  references.walk(withClause?.ctes, 'subquery')
  const [sort] = sortClause
  const sortedBy = sort !== undefined && 'SortBy' in sort ? sort.SortBy.node : undefined
  const decorated: readonly [Ast.Node | undefined, string][] = [
    [sortedBy, 'ORDER BY'],
    [limitOffset, 'OFFSET'],
    [limitCount, 'LIMIT'],
    [lockingClause[0], 'FOR UPDATE/SHARE'],
  ]
  for (const [node, what] of decorated)
    if (node !== undefined)
      throw errorAt(scope, expressionLocation(node), '0A000', `${what} in a recursive query is not implemented`)
}
