/** UNION, INTERSECT, EXCEPT, and the types that their branches agree on. After transformSetOperationTree. */
import type { SelectStmt } from '@pgsql/types'
import { OID } from '../catalog/oid.ts'
import type { Expr } from '../tree/expression.ts'
import { type OutputColumn, outputColumns, type Query, type SetNode } from '../tree/query.ts'
import { coerceToCommon, coerceType, commonType, commonTypmod } from './coerce.ts'
import { requireSetCollations } from './collation.ts'
import { columnOf } from './column.ts'
import { addRange } from './from.ts'
import { requireEquality } from './operator.ts'
import { childScope, errorAt, type Scope } from './scope.ts'
import { bindSelect } from './select.ts'

const OPERATORS = { SETOP_UNION: 'union', SETOP_INTERSECT: 'intersect', SETOP_EXCEPT: 'except' } as const

type Branch = SetNode | Query

const columnsOf = (branch: Branch): readonly OutputColumn[] =>
  branch.kind === 'set' ? branch.columns : outputColumns(branch)

/** Expressions that stand for a branch's columns: literals themselves, so that they can take on the common type. */
const representatives = (branch: Branch): Expr[] => {
  if (branch.kind === 'query') {
    const visible = branch.targets.filter(({ hidden }) => !hidden)
    return visible.map(({ expr }) => expr)
  }
  return branch.columns.map(({ type, typmod }, index) => ({ kind: 'placeholder', index, type, typmod }))
}

/** What is unknown and no literal has its conversion left to the planner, which has one to text. */
const coerceBranch = ({ statement }: Scope, expr: Expr, type: number, construct: string): Expr =>
  expr.type === OID.unknown && expr.kind !== 'const' && expr.kind !== 'param'
    ? coerceType(statement, expr, type, -1, 'assignment')
    : coerceToCommon(statement, expr, type, construct)

/** A branch whose columns have been made into other types. */
const converted = (scope: Scope, branch: Branch, types: readonly OutputColumn[], construct: string): Branch => {
  const columns = columnsOf(branch)
  if (columns.every(({ type }, at) => type === types[at]?.type)) return branch
  const simple =
    branch.kind === 'query' &&
    branch.distinct === undefined &&
    branch.orderBy.length === 0 &&
    branch.group === undefined &&
    !branch.targets.some(({ hidden }) => hidden)
  if (simple) {
    const targets = branch.targets.map((target, at) => ({
      ...target,
      expr: coerceBranch(scope, target.expr, types[at]?.type ?? 0, construct),
    }))
    return { ...branch, targets }
  }
  const inner = childScope(scope)
  const source =
    branch.kind === 'set'
      ? ({ kind: 'set', set: branch } as const)
      : ({ kind: 'subquery', query: branch, lateral: false } as const)
  const { range } = addRange(inner, 'branch', columns, source)
  return {
    kind: 'query',
    depth: inner.depth,
    ctes: [],
    from: [{ kind: 'range', range }],
    windows: [],
    targets: columns.map(({ name }, at) => ({
      name,
      hidden: false,
      expr: coerceBranch(scope, columnOf(range, at), types[at]?.type ?? 0, construct),
    })),
    orderBy: [],
    withTies: false,
    aggregated: false,
    windowed: false,
    setReturning: false,
    locking: false,
  }
}

/** A branch as it was given, but for its literals, which have become of the common type. */
const withLiterals = (branch: Branch, converted: Branch): Branch =>
  branch.kind === 'query' && converted.kind === 'query' && branch.targets.length === converted.targets.length
    ? {
        ...branch,
        targets: branch.targets.map((target, at) =>
          target.expr.type === OID.unknown ? (converted.targets[at] ?? target) : target,
        ),
      }
    : branch

const bindBranch = (scope: Scope, select: SelectStmt): Branch => {
  const isSet = select.op !== undefined && select.op !== 'SETOP_NONE'
  const plain =
    (select.sortClause ?? []).length === 0 &&
    select.limitCount === undefined &&
    select.limitOffset === undefined &&
    (select.lockingClause ?? []).length === 0 &&
    select.withClause === undefined
  if (isSet && plain) return bindSetOperation(scope, select)
  return bindSelect(childScope(scope), select, { keepUnknown: true })
}

export const bindSetOperation = (scope: Scope, select: SelectStmt): SetNode => {
  const { op, all = false, larg, rarg } = select
  const operator = OPERATORS[op as keyof typeof OPERATORS]
  const construct = operator.toUpperCase()
  const left = bindBranch(scope, larg as SelectStmt)
  const right = bindBranch(scope, rarg as SelectStmt)
  const [lefts, rights] = [representatives(left), representatives(right)]
  if (lefts.length !== rights.length)
    throw errorAt(scope, undefined, '42601', `each ${construct} query must have the same number of columns`, {
      ...(rights[0]?.position === undefined ? {} : { position: rights[0].position }),
    })
  const names = columnsOf(left)
  const columns = lefts.map((expr, at): OutputColumn => {
    const pair = [expr, rights[at] as Expr]
    const type = commonType(scope.statement, pair, construct)
    if (!(operator === 'union' && all))
      requireEquality(scope.statement.catalog, type, (pair.find((side) => side.type === type) ?? expr).position)
    const known = pair.map((side) => (side.type === OID.unknown ? coerceBranch(scope, side, type, construct) : side))
    return { name: names[at]?.name ?? '?column?', type, typmod: commonTypmod(known, type) }
  })
  const branches = {
    left: converted(scope, left, columns, construct),
    right: converted(scope, right, columns, construct),
  }
  const given = scope.statement.written && {
    left: withLiterals(left, branches.left),
    right: withLiterals(right, branches.right),
  }
  const set: SetNode = { kind: 'set', operator, all, ...branches, columns, ...(given ? { given } : {}) }
  if (scope.statement.collations.areOfInterest) requireSetCollations(scope.statement, set)
  return set
}
