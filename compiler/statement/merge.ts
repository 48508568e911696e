/**
 * MERGE as the UPDATE, DELETE and INSERT statements that its WHEN clauses stand for, all computed over the tables as they
 * were. Manual: "MERGE"; after parse_merge.c.
 */

import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { locationOf } from '../bind/location.ts'
import { needMerge } from '../bind/permission.ts'
import { requireRelation } from '../bind/relation.ts'
import { errorAt, nothingElse, open, refuse, rootScope, type Scope } from '../bind/scope.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import type { WithWritesPlan, WritePlan } from '../plan.ts'
import type { StatementContext } from './context.ts'
import { planInsert } from './insert.ts'
import { refuseVolatile } from './modifying-with.ts'
import { planSelect } from './select.ts'
import { planDelete, planUpdate } from './update.ts'

type When = Ast.MergeWhenClause

/** That a condition does not hold. A query has one that ends at the first part that is not true, as WHEN has. */
const fails = (condition: Ast.Node): Ast.Node => ({
  BoolExpr: {
    boolop: 'NOT_EXPR',
    args: [
      {
        SubLink: {
          subLinkType: 'EXISTS_SUBLINK',
          subselect: { SelectStmt: { op: 'SETOP_NONE', whereClause: condition } },
        },
      },
    ],
  },
})

const all = (conditions: readonly Ast.Node[]): Ast.Node =>
  conditions.length === 1 ? (conditions[0] as Ast.Node) : { BoolExpr: { boolop: 'AND_EXPR', args: [...conditions] } }

const without = (from: Ast.Node, on: Ast.Node): Ast.Node => ({
  BoolExpr: {
    boolop: 'NOT_EXPR',
    args: [
      {
        SubLink: {
          subLinkType: 'EXISTS_SUBLINK',
          subselect: { SelectStmt: { targetList: [], fromClause: [from], whereClause: on, op: 'SETOP_NONE' } },
        },
      },
    ],
  },
})

/** What holds for the rows that a clause is for: its own condition, and that of none before it. */
const conditionsOf = (scope: Scope, clauses: readonly When[], at: number): Ast.Node[] => {
  const own = clauses[at] as When
  const earlier = clauses.slice(0, at).filter(({ matchKind }) => matchKind === own.matchKind)
  return [
    ...earlier.map(({ condition }) => {
      if (condition === undefined)
        throw errorAt(scope, undefined, '42601', 'unreachable WHEN clause specified after unconditional WHEN clause')
      return fails(condition)
    }),
    ...(own.condition === undefined ? [] : [own.condition]),
  ]
}

/** The columns and values of an INSERT; a column whose value is DEFAULT is left out. */
const inserted = ({ targetList = [], values = [] }: When): Pick<Ast.InsertStmt, 'cols'> & { targets: Ast.Node[] } => {
  const kept = values.map((value, at) => ({ value, at })).filter(({ value }) => !('SetToDefault' in value))
  return {
    cols: targetList.length === 0 ? [] : kept.map(({ at }) => targetList[at] as Ast.Node),
    targets: kept.map(({ value }) => ({ ResTarget: { val: value } })),
  }
}

/** An expression with WHEN's action in the place of merge_action(). */
const withAction = <Tree>(tree: Tree, action: string): Tree => {
  if (Array.isArray(tree)) return tree.map((item) => withAction(item, action)) as Tree
  if (typeof tree !== 'object' || tree === null) return tree
  if ('MergeSupportFunc' in tree)
    return {
      TypeCast: {
        arg: { A_Const: { sval: { sval: action }, location: -1 } },
        typeName: { names: [{ String: { sval: 'pg_catalog' } }, { String: { sval: 'text' } }], typemod: -1 },
        location: -1,
      },
    } as Tree
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, withAction(value, action)])) as Tree
}

const star = (name: string): Ast.Node => ({
  ColumnRef: { fields: [{ String: { sval: name } }, { A_Star: {} }], location: -1 },
})

/** How source and target are called in RETURNING. */
interface Names {
  readonly source: string
  readonly target: string
}

const isStar = (node: Ast.Node | undefined): boolean =>
  node !== undefined && 'ColumnRef' in node && 'A_Star' in (node.ColumnRef.fields?.[0] ?? {})

/** RETURNING for one action. A lone star stands for the columns of the source, then those of the target. */
const returningOf = (clause: Ast.ReturningClause, { source, target }: Names, action: string): Ast.ReturningClause => ({
  ...clause,
  exprs: (clause.exprs ?? []).flatMap((node): Ast.Node[] => {
    if (!('ResTarget' in node)) return [node]
    const { val, name } = node.ResTarget
    if (isStar(val)) return [source, target].map((each) => ({ ResTarget: { val: star(each) } }))
    const title = name ?? (val !== undefined && 'MergeSupportFunc' in val ? 'merge_action' : undefined)
    const shown = withAction(node.ResTarget, action)
    return [{ ResTarget: title === undefined ? shown : { ...shown, name: title } }]
  }),
})

/** The name by which RETURNING knows the source. */
const nameOfSource = (scope: Scope, source: Ast.Node): string => {
  const [tag, body] = open(source)
  const { alias, relname } = body as { alias?: Ast.Alias; relname?: string }
  const name = alias?.aliasname ?? relname
  if (name === undefined || tag === 'JoinExpr') throw refuse(scope, 'RETURNING of MERGE from this source')
  return name
}

/** The source beside rows of the target that none of its rows matches: NULLs. */
const absent = (source: Ast.Node): Ast.Node => ({
  JoinExpr: {
    jointype: 'JOIN_LEFT',
    larg: {
      RangeSubselect: {
        subquery: { SelectStmt: { op: 'SETOP_NONE', limitOption: 'LIMIT_OPTION_DEFAULT' } },
        alias: { aliasname: 'merge$row' },
      },
    },
    rarg: source,
    quals: FALSE,
  },
})

const FALSE: Ast.Node = { A_Const: { boolval: {}, location: -1 } }

/** @throws PgError 0A000 */
const requireMergeable = (
  scope: Scope,
  { name, kind, triggers = [] }: RelationInfo,
  clauses: readonly When[],
  location?: number,
): void => {
  if (kind === 'v' && triggers.length > 0) throw refuse(scope, 'MERGE into a view with triggers', location)
  // what columns such a trigger is fired for is asked of all UPDATEs together
  if (
    triggers.some(({ columns }) => columns.length > 0) &&
    clauses.filter(({ commandType }) => commandType === 'CMD_UPDATE').length > 1
  )
    throw refuse(scope, 'MERGE with several UPDATEs beside triggers of columns', location)
  if (kind !== 'r' && kind !== 'p' && kind !== 'v')
    throw errorAt(scope, location, '0A000', `cannot execute MERGE on relation "${name}"`)
}

/** DELETE stands for DO NOTHING, which can be done to what nothing can be deleted from. */
const orRefuse = (scope: Scope, { kind }: RelationInfo, plan: () => WritePlan): WritePlan => {
  try {
    return plan()
  } catch (error) {
    if (kind === 'v' && error instanceof PgError && error.code === '55000')
      throw refuse(scope, 'DO NOTHING for rows of a view that cannot be changed')
    throw error
  }
}

export const planMerge = (context: StatementContext, node: Ast.MergeStmt): WithWritesPlan => {
  const {
    relation: target,
    sourceRelation: source,
    joinCondition: on,
    mergeWhenClauses = [],
    returningClause,
    withClause,
    ...rest
  } = node
  const scope = rootScope(context.statement)
  nothingElse(scope, 'MERGE', rest)
  if (withClause?.recursive)
    throw errorAt(scope, withClause.location, '42601', 'WITH RECURSIVE is not supported for MERGE statement')
  if (target === undefined || source === undefined || on === undefined) throw refuse(scope, 'this MERGE')
  const relation = requireRelation(scope, target)
  needMerge(scope, relation)
  refuseVolatile(scope, { ctequery: source })
  const clauses = mergeWhenClauses.flatMap((clause) => ('MergeWhenClause' in clause ? [clause.MergeWhenClause] : []))
  requireMergeable(scope, relation, clauses, target.location)
  const withs = withClause === undefined ? {} : { withClause }
  const table: Ast.Node = { RangeVar: target }
  const names = returningClause && {
    source: nameOfSource(scope, source),
    target: target.alias?.aliasname ?? relation.name,
  }
  const returns = (action: string): { returningClause?: Ast.ReturningClause } =>
    returningClause === undefined || names === undefined
      ? {}
      : { returningClause: returningOf(returningClause, names, action) }

  /** A clause for rows of the target. */
  const change = (clause: When, conditions: readonly Ast.Node[], command: 'UPDATE' | 'DELETE'): WritePlan => {
    const matched = clause.matchKind === 'MERGE_WHEN_MATCHED'
    const where = { whereClause: all([matched ? on : without(source, on), ...conditions]) }
    const plan = (from: readonly Ast.Node[], returning: ReturnType<typeof returns>): WritePlan =>
      command === 'UPDATE'
        ? planUpdate(context, {
            relation: target,
            targetList: clause.targetList ?? [],
            fromClause: [...from],
            ...where,
            ...withs,
            ...returning,
          })
        : planDelete(context, { relation: target, usingClause: [...from], ...where, ...withs, ...returning })
    if (matched) return plan([source], returns(command))
    // Its condition and values know nothing of the source, even where RETURNING does.
    const plain = plan([], {})
    return names === undefined ? plain : plan([absent(source)], returns(command))
  }

  const insert = (clause: When, conditions: readonly Ast.Node[]): WritePlan => {
    const { targetList = [], values = [], override } = clause
    if (targetList.length === 0 && values.some((value) => 'SetToDefault' in value))
      throw refuse(scope, 'DEFAULT among the values of an INSERT without columns')
    const [extraColumn, extraValue] = [targetList[values.length], values[targetList.length]]
    if (extraColumn !== undefined && 'ResTarget' in extraColumn && values.length > 0)
      throw errorAt(scope, extraColumn.ResTarget.location, '42601', 'INSERT has more target columns than expressions')
    if (extraValue !== undefined && targetList.length > 0)
      throw errorAt(scope, locationOf(extraValue), '42601', 'INSERT has more expressions than target columns')
    const { cols, targets } = inserted(clause)
    const query: Ast.SelectStmt = {
      targetList: names === undefined ? targets : [...targets, { ResTarget: { val: star(names.source) } }],
      fromClause: [source],
      whereClause: all([without(table, on), ...conditions]),
      op: 'SETOP_NONE',
    }
    return planInsert(
      context,
      {
        relation: target,
        ...(cols === undefined ? {} : { cols }),
        selectStmt: { SelectStmt: query },
        ...(override === undefined ? {} : { override }),
        ...withs,
        ...returns('INSERT'),
      },
      names && { name: names.source, from: targets.length },
    )
  }

  const writes = clauses.flatMap((clause, at): WritePlan[] => {
    const conditions = conditionsOf(scope, clauses, at)
    switch (clause.commandType) {
      case 'CMD_NOTHING': {
        // Only what is wrong with its condition is told.
        const [condition = FALSE] = conditions.slice(-1)
        if (clause.matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_TARGET')
          planSelect(context, { fromClause: [source], whereClause: condition, op: 'SETOP_NONE', ...withs })
        else orRefuse(scope, relation, () => change(clause, conditions, 'DELETE'))
        return []
      }
      case 'CMD_UPDATE':
        return [change(clause, conditions, 'UPDATE')]
      case 'CMD_DELETE':
        return [change(clause, conditions, 'DELETE')]
      case 'CMD_INSERT':
        return [insert(clause, conditions)]
      default:
        throw refuse(scope, clause.commandType ?? 'this WHEN clause')
    }
  })
  const main =
    writes.at(-1) ?? orRefuse(scope, relation, () => change({ matchKind: 'MERGE_WHEN_MATCHED' }, [FALSE], 'DELETE'))
  const steps = writes.slice(0, -1).map((write, at) => ({ write, table: `merge$${at}`, columns: [] }))
  const { notices, parameters, captured } = main
  return {
    kind: 'with writes',
    steps,
    main,
    merge: writes.length === 0 ? 'nothing' : 'rows',
    tag: 'MERGE',
    notices,
    parameters,
    captured,
  }
}
