/**
 * MERGE as the UPDATE, DELETE and INSERT statements that its WHEN clauses stand for, all computed over the tables as they
 * were. Manual: "MERGE"; after parse_merge.c.
 */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import { errorAt, nothingElse, refuse, rootScope, type Scope } from '../bind/scope.ts'
import type { WithWritesPlan, WritePlan } from '../plan.ts'
import type { StatementContext } from './context.ts'
import { locationOf, planInsert } from './insert.ts'
import { refuseVolatile } from './modifying-with.ts'
import { planDelete, planUpdate } from './update.ts'

type When = Ast.MergeWhenClause

const all = (conditions: readonly Ast.Node[]): Ast.Node =>
  conditions.length === 1 ? (conditions[0] as Ast.Node) : { BoolExpr: { boolop: 'AND_EXPR', args: [...conditions] } }

const notTrue = (condition: Ast.Node): Ast.Node => ({
  BooleanTest: { arg: condition, booltesttype: 'IS_NOT_TRUE' },
})

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
      return notTrue(condition)
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
  if (returningClause !== undefined) throw refuse(scope, 'RETURNING of MERGE')
  if (target === undefined || source === undefined || on === undefined) throw refuse(scope, 'this MERGE')
  const relation = requireRelation(scope, target)
  if (relation.kind !== 'r') throw refuse(scope, 'MERGE into this relation', target.location)
  if ((relation.triggers ?? []).length > 0) throw refuse(scope, 'MERGE into a table with triggers', target.location)
  refuseVolatile(scope, { ctequery: source })
  const clauses = mergeWhenClauses.flatMap((clause) => ('MergeWhenClause' in clause ? [clause.MergeWhenClause] : []))
  const withs = withClause === undefined ? {} : { withClause }
  const table: Ast.Node = { RangeVar: target }
  const writes = clauses.flatMap((clause, at): WritePlan[] => {
    const { matchKind, commandType, targetList = [], values = [], override } = clause
    const conditions = conditionsOf(scope, clauses, at)
    const matched = matchKind === 'MERGE_WHEN_MATCHED'
    switch (commandType) {
      case 'CMD_NOTHING':
        return []
      case 'CMD_UPDATE':
      case 'CMD_DELETE': {
        const where = { whereClause: all([matched ? on : without(source, on), ...conditions]) }
        const from = matched ? [source] : []
        const plan =
          commandType === 'CMD_UPDATE'
            ? planUpdate(context, { relation: target, targetList, fromClause: from, ...where, ...withs })
            : planDelete(context, { relation: target, usingClause: from, ...where, ...withs })
        return [plan]
      }
      case 'CMD_INSERT': {
        if (targetList.length === 0 && values.some((value) => 'SetToDefault' in value))
          throw refuse(scope, 'DEFAULT among the values of an INSERT without columns')
        const [extraColumn, extraValue] = [targetList[values.length], values[targetList.length]]
        if (extraColumn !== undefined && 'ResTarget' in extraColumn && values.length > 0)
          throw errorAt(
            scope,
            extraColumn.ResTarget.location,
            '42601',
            'INSERT has more target columns than expressions',
          )
        if (extraValue !== undefined && targetList.length > 0)
          throw errorAt(scope, locationOf(extraValue), '42601', 'INSERT has more expressions than target columns')
        const { cols, targets } = inserted(clause)
        const query: Ast.SelectStmt = {
          targetList: targets,
          fromClause: [source],
          whereClause: all([without(table, on), ...conditions]),
          op: 'SETOP_NONE',
        }
        const { alias: _alias, ...plain } = target
        return [
          planInsert(context, {
            relation: plain,
            ...(cols === undefined ? {} : { cols }),
            selectStmt: { SelectStmt: query },
            ...(override === undefined ? {} : { override }),
            ...withs,
          }),
        ]
      }
      default:
        throw refuse(scope, commandType ?? 'this WHEN clause')
    }
  })
  const main = writes.at(-1)
  if (main === undefined) throw new PgError('0A000', 'MERGE that does nothing is not supported')
  const steps = writes.slice(0, -1).map((write, at) => ({ write, table: `merge$${at}`, columns: [] }))
  const { notices, parameters, captured } = main
  return { kind: 'with writes', steps, main, merge: true, tag: 'MERGE', notices, parameters, captured }
}
