/**
 * WITH queries that change rows. All of a statement sees the tables as they were before it (manual, "Data-Modifying
 * Statements in WITH"), so everything is computed first: the rows of each change, what RETURNING gives of them, and the
 * main statement over that; then the changes are made.
 */
import type * as Ast from '@pgsql/types'
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { errorAt, refuse, rootScope, type Scope, uniqueAlias } from '../bind/scope.ts'
import { uniqueConstraints } from '../catalog/constraint.ts'
import { distinctNames } from '../lower/column-name.ts'
import type { Plan, WithWritesPlan, WritePlan } from '../plan.ts'
import type { Cte } from '../tree/query.ts'
import type { StatementContext } from './context.ts'

type Rule = (context: StatementContext, node: never) => Plan

const MODIFYING = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'] as const

const modifyingTag = ({ ctequery }: Ast.CommonTableExpr): (typeof MODIFYING)[number] | undefined =>
  MODIFYING.find((tag) => ctequery !== undefined && tag in ctequery)

const definitionsOf = (clause: Ast.WithClause): Ast.CommonTableExpr[] =>
  (clause.ctes ?? []).flatMap((node) => ('CommonTableExpr' in node ? [node.CommonTableExpr] : []))

export const hasModifyingWith = (node: Readonly<Record<string, unknown>>): boolean => {
  const clause = node.withClause as Ast.WithClause | undefined
  return clause !== undefined && definitionsOf(clause).some((each) => modifyingTag(each) !== undefined)
}

const functionNames = (tree: unknown): string[] => {
  if (Array.isArray(tree)) return tree.flatMap(functionNames)
  if (typeof tree !== 'object' || tree === null) return []
  const { FuncCall } = tree as { FuncCall?: Ast.FuncCall }
  const last = FuncCall?.funcname?.at(-1)
  const own = last !== undefined && 'String' in last ? [last.String.sval ?? ''] : []
  return [...own, ...Object.values(tree).flatMap(functionNames)]
}

/** A plain WITH query is computed for each statement that has it; that must not show. */
export const refuseVolatile = (scope: Scope, definition: Pick<Ast.CommonTableExpr, 'ctequery' | 'location'>): void => {
  const { catalog, settings } = scope.statement
  for (const name of functionNames(definition.ctequery))
    for (const schema of ['pg_catalog', ...settings.searchPath, ...catalog.contents.schemas.keys()])
      if (catalog.functionsNamed(schema, name).some(({ volatility }) => volatility === 'v'))
        throw refuse(scope, 'a volatile function in WITH beside a query that changes rows', definition.location)
}

/** Whether what a write returns is known only when its rows have been stored. */
const isOpen = ({ returning, returningQuery, conflict }: WritePlan): boolean =>
  returning !== undefined && (returningQuery !== undefined || conflict !== undefined)

/** Whether a write can be made, taken back and made again, and nobody sees it. */
const canBeTried = ({ instead, triggers, members = [], conflict, returningQuery }: WritePlan): boolean => {
  const queries = [
    conflict?.update,
    returningQuery,
    ...members.flatMap((member) => [member.conflict?.update, member.returningQuery]),
  ]
  return (
    !instead &&
    [triggers, ...members.map((member) => member.triggers)].every((each) => each.triggers.length === 0) &&
    queries.every(
      (query) =>
        query?.callsRoutines !== true &&
        query?.functions.every((each) => each.kind === 'aggregate' || each.deterministic) !== false,
    )
  )
}

/** The write of a WITH query, with what it can refer to; several for MERGE. */
const planStep = (
  context: StatementContext,
  definition: Ast.CommonTableExpr,
  plain: readonly Ast.Node[],
  rule: Rule,
): WritePlan[] => {
  const scope = rootScope(context.statement)
  const tag = modifyingTag(definition) ?? 'InsertStmt'
  const node = (definition.ctequery as unknown as Record<string, { withClause?: Ast.WithClause }>)[tag] ?? {}
  if (node.withClause !== undefined)
    throw refuse(scope, 'WITH inside a WITH query that changes rows', definition.location)
  const plan = rule(context, { ...node, ...(plain.length > 0 ? { withClause: { ctes: [...plain] } } : {}) } as never)
  const writes = plan.kind === 'with writes' ? [...plan.steps.map(({ write }) => write), plan.main] : [plan]
  return writes.map((write) => {
    if (write.kind !== 'write') throw refuse(scope, 'this WITH query', definition.location)
    if (isOpen(write) && (tag === 'MergeStmt' || !canBeTried(write)))
      throw refuse(
        scope,
        'RETURNING in WITH of rows that MERGE, triggers or volatile functions make',
        definition.location,
      )
    return write
  })
}

/**
 * Whether a change can stand beside another one of its table, of other rows: no trigger sees the one before the other, and
 * no key goes from row to row, for which it would matter which comes first.
 */
const canStandBeside = ({ operation, relation, members, triggers, instead }: WritePlan): boolean => {
  if (members !== undefined || instead || triggers.triggers.length > 0) return false
  if (operation === 'delete') return true
  const unique = relation.indexes.filter((index) => index.unique)
  const keys = [
    ...uniqueConstraints(relation).flatMap(({ columns }) => columns),
    ...unique.flatMap(({ keys: own }) => own),
  ]
  return (
    unique.every(({ computed }) => computed === undefined) &&
    keys.every((key) => typeof key === 'number' && !triggers.updated.includes(key))
  )
}

/**
 * Two changes of one row in one statement: which of them is made, PostgreSQL leaves open. Whether there are such rows is
 * seen when they are known.
 */
const requireSeparate = (writes: readonly { readonly write: WritePlan; readonly merge?: string }[]): void => {
  const own = new Map<number, { readonly merge: string | undefined; readonly write: WritePlan }>()
  const tablesOf = ({ relation, members = [] }: WritePlan): Set<number> =>
    new Set([relation.oid, ...members.map((member) => member.relation.oid)])
  for (const { write, merge } of writes) {
    const tables = tablesOf(write)
    if (write.conflict !== undefined)
      for (const { write: other } of writes)
        if (other !== write && [...tablesOf(other)].some((oid) => tables.has(oid)))
          throw unsupported('ON CONFLICT beside another change of the table in a statement')
    if (write.operation === 'insert') continue
    for (const oid of tables) {
      const before = own.get(oid)
      const isApart = merge === undefined && before?.merge === undefined
      if (before !== undefined && (merge === undefined || before.merge !== merge))
        if (!isApart || !canStandBeside(before.write) || !canStandBeside(write))
          throw unsupported('several changes of one table in a statement')
      own.set(oid, { merge, write })
    }
  }
}

export const planWithWrites = (
  context: StatementContext,
  node: Readonly<Record<string, unknown>>,
  rules: (tag: string) => Rule | undefined,
  main: Rule,
): WithWritesPlan => {
  const { statement } = context
  const scope = rootScope(statement)
  const clause = node.withClause as Ast.WithClause
  if (clause.recursive) throw refuse(scope, 'WITH RECURSIVE beside queries that change rows')
  const definitions = definitionsOf(clause)
  const seen = new Set<string>()
  for (const { ctename = '', location } of definitions) {
    if (seen.has(ctename))
      throw errorAt(scope, location, '42712', `WITH query name "${ctename}" specified more than once`)
    seen.add(ctename)
  }
  const plain: Ast.Node[] = []
  const stored = new Map<string, Cte>()
  const inner: StatementContext = { ...context, statement: { ...statement, stored } }
  const steps: WithWritesPlan['steps'][number][] = []
  for (const definition of definitions) {
    const tag = modifyingTag(definition)
    if (tag === undefined) {
      refuseVolatile(scope, definition)
      plain.push({ CommonTableExpr: definition })
      continue
    }
    const rule = rules(tag)
    if (rule === undefined) throw refuse(scope, `${tag} in WITH`, definition.location)
    const writes = planStep(inner, definition, plain, rule)
    const returning = writes.at(-1)?.returning
    const { ctename: name = '', aliascolnames = [] } = definition
    const names = aliascolnames.map((each) => ('String' in each ? (each.String.sval ?? '') : ''))
    const given = returning ?? []
    if (names.length > given.length && returning !== undefined)
      throw errorAt(
        scope,
        definition.location,
        '42P10',
        `WITH query "${name}" has ${given.length} columns available but ${names.length} columns specified`,
      )
    const columns = given.map((column, at) => ({ ...column, name: names[at] ?? column.name }))
    // The name says what columns the table has, as it stays for the next statement that needs such a one.
    const alias = uniqueAlias(statement, `with$${name}(${distinctNames(columns).join(',')})`)
    stored.set(name, {
      name,
      alias,
      materialized: 'always',
      recursive: false,
      columns,
      uses: 0,
      ...(returning === undefined ? { withoutRows: true } : {}),
    })
    const merge = tag === 'MergeStmt' ? { merge: alias } : {}
    for (const write of writes)
      steps.push({
        write,
        table: alias,
        columns: distinctNames(columns),
        ...merge,
        ...(isOpen(write) ? { tried: true } : {}),
      })
  }
  const { withClause: _clause, ...rest } = node
  const plan = main(inner, { ...rest, ...(plain.length > 0 ? { withClause: { ctes: plain } } : {}) } as never)
  if (plan.kind !== 'query' && plan.kind !== 'write')
    throw new PgError('0A000', `${plan.tag} over WITH queries that change rows is not supported`)
  requireSeparate([...steps, ...(plan.kind === 'write' ? [{ write: plan }] : [])])
  const { tag, notices, parameters, captured } = plan
  return { kind: 'with writes', steps, main: plan, tag, notices, parameters, captured }
}
