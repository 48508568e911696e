/** FOR UPDATE and its kin. Manual: "The Locking Clause"; after transformLockingClause in analyze.c. */
import type * as Ast from '@pgsql/types'
import type { PgError } from '../../wire/protocol/error.ts'
import type { Query, RangeEntry } from '../tree/query.ts'
import { queryRanges } from '../tree/walk-query.ts'
import { needRelation } from './permission.ts'
import { errorAt, type LockedTable, type Scope } from './scope.ts'

type Lockable = Omit<Query, 'locking'>

const LOCKS: Readonly<Record<string, string>> = {
  LCS_FORUPDATE: 'FOR UPDATE',
  LCS_FORNOKEYUPDATE: 'FOR NO KEY UPDATE',
  LCS_FORSHARE: 'FOR SHARE',
  LCS_FORKEYSHARE: 'FOR KEY SHARE',
}

/** What a query must not have for its rows to be those of tables (CheckSelectLocking). @throws PgError 0A000 */
const requirePlain = (scope: Scope, lock: string, query: Lockable): void => {
  const deny = (what: string): never => {
    throw errorAt(scope, undefined, '0A000', `${lock} is not allowed with ${what}`)
  }
  if (query.from.some((from) => from.kind === 'range' && from.range.source.kind === 'set'))
    deny('UNION/INTERSECT/EXCEPT')
  if (query.distinct !== undefined) deny('DISTINCT clause')
  if (query.group !== undefined) deny('GROUP BY clause')
  if (query.having !== undefined) deny('HAVING clause')
  if (query.aggregated) deny('aggregate functions')
  if (query.windowed) deny('window functions')
  if (query.setReturning) deny('set-returning functions in the target list')
}

/** @throws PgError 0A000 */
const lockRows = (scope: Scope, { source, nullable }: RangeEntry, lock: string, waits: boolean): void => {
  if (nullable && (source.kind === 'table' || source.kind === 'subquery'))
    throw errorAt(scope, undefined, '0A000', `${lock} cannot be applied to the nullable side of an outer join`)
  if (source.kind === 'functions' && source.sequence !== undefined)
    throw errorAt(scope, undefined, '42809', `cannot lock rows in sequence "${source.sequence.name}"`)
  const relation = source.kind === 'table' ? source.relation : source.kind === 'subquery' ? source.view : undefined
  if (relation !== undefined) {
    scope.statement.locked.push({ lock, waits, relation })
    needRelation(scope, relation, 'w')
  }
  if (source.kind !== 'subquery' || relation !== undefined) return
  requirePlain(scope, lock, source.query)
  for (const range of queryRanges(source.query)) lockRows(scope, range, lock, waits)
}

/** The FROM item that OF names. @throws PgError 42P01, 42601, 0A000 */
const lockedRange = (scope: Scope, named: Ast.RangeVar, lock: string): RangeEntry => {
  const { relname: name = '', schemaname, catalogname, location } = named
  if ((schemaname ?? '') !== '' || (catalogname ?? '') !== '')
    throw errorAt(scope, location, '42601', `${lock} must specify unqualified relation names`)
  const item = scope.items.find((each) => each.nameVisible && each.name === name)
  if (item === undefined)
    throw errorAt(scope, location, '42P01', `relation "${name}" in ${lock} clause not found in FROM clause`)
  const deny = (what: string): PgError => errorAt(scope, location, '0A000', `${lock} cannot be applied to ${what}`)
  const { range } = item
  if (range === undefined) throw deny('a join')
  if (range.source.kind === 'functions') throw deny('a function')
  if (range.source.kind === 'values') throw deny('VALUES')
  if (range.source.kind === 'cte') throw deny('a WITH query')
  return range
}

/** @returns whether rows are locked; the statement is told which @throws PgError 0A000, 42P01, 42601 */
export const checkLocking = (scope: Scope, nodes: readonly Ast.Node[], query: Lockable): boolean => {
  const clauses = nodes.flatMap((node) => ('LockingClause' in node ? [node.LockingClause] : []))
  for (const { strength, waitPolicy, lockedRels = [] } of clauses) {
    const waits = waitPolicy !== 'LockWaitError'
    const lock = LOCKS[strength as string] ?? 'FOR UPDATE'
    requirePlain(scope, lock, query)
    const named = lockedRels.flatMap((each) => ('RangeVar' in each ? [lockedRange(scope, each.RangeVar, lock)] : []))
    const all = scope.items.flatMap(({ range }) => (range === undefined ? [] : [range]))
    for (const range of lockedRels.length === 0 ? all : named) lockRows(scope, range, lock, waits)
  }
  return clauses.length > 0
}

/** What a statement locks of tables that are not temporary, if it locks any; first what must not wait. */
export const permanentLock = ({ locked }: Pick<Scope['statement'], 'locked'>): LockedTable | undefined => {
  const permanent = locked.filter(({ relation }) => relation.schema !== 'pg_temp_0')
  return permanent.find(({ waits }) => !waits) ?? permanent[0]
}
