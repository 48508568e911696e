/** CREATE TRIGGER. Manual: "CREATE TRIGGER"; after trigger.c. The session fires them as it applies the rows of a write. */

import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import { errorAt, nothingElse, refuse, type Scope } from '../bind/scope.ts'
import type { RelationInfo, TriggerInfo } from '../catalog/entries.ts'
import { OID } from '../catalog/oid.ts'
import { requireUsage } from '../catalog/schema-usage.ts'
import { functionSchemasFor } from '../catalog/search-path.ts'
import type { DefinitionPlan } from '../plan.ts'
import type { Expr } from '../tree/expression.ts'
import { rangeOf, some } from '../tree/walk.ts'
import { hasConstraint } from './constraint-name.ts'
import type { StatementContext } from './context.ts'
import { definition, scopeOf } from './definition.ts'
import { bindWhen, whenQuery } from './trigger-when.ts'

/** The bits of `pg_trigger.tgtype`, as the grammar gives them. */
const EVENTS = [
  [4, 'insert'],
  [8, 'delete'],
  [16, 'update'],
  [32, 'truncate'],
] as const
const BEFORE = 2
const INSTEAD = 64

const stringOf = (node: Ast.Node | undefined): string =>
  node !== undefined && 'String' in node ? (node.String.sval ?? '') : ''

export const planCreateTrigger = (context: StatementContext, node: Ast.CreateTrigStmt): DefinitionPlan => {
  const {
    replace = false,
    isconstraint = false,
    trigname: name = '',
    relation: range,
    funcname = [],
    args = [],
    row = false,
    timing: timingBits = 0,
    events: eventBits = 0,
    columns: columnNodes = [],
    whenClause,
    transitionRels = [],
    deferrable = false,
    initdeferred = false,
    constrrel,
    ...rest
  } = node
  const scope = scopeOf(context)
  nothingElse(scope, 'CREATE TRIGGER', rest)
  const relation = requireRelation(scope, { ...(range as Ast.RangeVar), location: -1 })
  const timing = timingBits === BEFORE ? 'before' : timingBits === INSTEAD ? 'instead' : 'after'
  const events = EVENTS.filter(([bit]) => (eventBits & bit) !== 0).map(([, event]) => event)
  requireSuitable(relation, timing, row, events)
  if (constrrel !== undefined) throw refuse(scope, 'a constraint trigger FROM another table')
  if (isconstraint && relation.kind === 'p') throw refuse(scope, 'constraint triggers of partitioned tables')
  if (events.includes('truncate') && row) throw new PgError('0A000', 'TRUNCATE FOR EACH ROW triggers are not supported')
  const columns = columnNodes.map((each) => {
    const column = relation.columns.find((other) => other.name === stringOf(each))
    if (column === undefined)
      throw new PgError('42703', `column "${stringOf(each)}" of relation "${relation.name}" does not exist`)
    return column.number
  })
  const fn = triggerFunction(scope, funcname.map(stringOf))
  const tables = transitionTables(scope, transitionRels, timing, row, events, columns.length > 0)
  const trigger: TriggerInfo = {
    name,
    timing,
    row,
    events,
    columns,
    ...(whenClause === undefined ? {} : { when: whenClause }),
    function: fn,
    args: args.map(stringOf),
    ...tables,
    enabled: true,
    ...(isconstraint
      ? {
          constraint: {
            name,
            ...(deferrable ? { deferrable } : {}),
            ...(initdeferred ? { deferred: initdeferred } : {}),
          },
        }
      : {}),
  }
  if (whenClause !== undefined) {
    const { scope: own, bound } = bindWhen({ ...scope.statement, variables: undefined }, relation, whenClause, row)
    requireWhen(own, relation, trigger, bound)
    // what cannot be computed is refused now, not when the trigger is fired
    whenQuery(context, relation, trigger)
  }
  const others = relation.triggers ?? []
  const same = others.find((other) => other.name === name)
  if (same !== undefined && !replace)
    throw new PgError('42710', `trigger "${name}" for relation "${relation.name}" already exists`)
  if (same?.constraint !== undefined)
    throw new PgError('42710', `trigger "${name}" for relation "${relation.name}" is a constraint trigger`)
  if (isconstraint && hasConstraint(relation, name))
    throw new PgError(
      '23505',
      'duplicate key value violates unique constraint "pg_constraint_conrelid_contypid_conname_index"',
      { detail: `Key (conrelid, contypid, conname)=(${relation.oid}, 0, ${name}) already exists.` },
    )
  const triggers = [...others.filter((other) => other.name !== name), trigger].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  )
  return definition(context, 'CREATE TRIGGER', scope.statement.catalog.withRelation({ ...relation, triggers }))
}

/** @throws PgError 42809 */
const requireSuitable = (
  relation: RelationInfo,
  timing: TriggerInfo['timing'],
  row: boolean,
  events: TriggerInfo['events'],
): void => {
  const wrong = (what: string, detail: string): PgError =>
    new PgError('42809', `"${relation.name}" is a ${what}`, { detail })
  if (relation.kind === 'r' || relation.kind === 'p') {
    if (timing === 'instead') throw wrong('table', 'Tables cannot have INSTEAD OF triggers.')
    return
  }
  if (relation.kind === 'v') {
    if (timing === 'instead' && !row) throw new PgError('0A000', 'INSTEAD OF triggers must be FOR EACH ROW')
    if (timing !== 'instead' && row) throw wrong('view', 'Views cannot have row-level BEFORE or AFTER triggers.')
    if (events.includes('truncate')) throw wrong('view', 'Views cannot have TRUNCATE triggers.')
    return
  }
  throw new PgError('42809', `relation "${relation.name}" cannot have triggers`)
}

/** The oid of a trigger's function. @throws PgError 42883, 42P17 */
export const triggerFunction = (
  scope: Scope,
  path: readonly string[],
  result: 'trigger' | 'event_trigger' = 'trigger',
): number => {
  const { catalog, settings } = scope.statement
  const name = path.at(-1) ?? ''
  requireUsage(scope.statement, path.at(-2))
  const schemas = functionSchemasFor(path, settings.searchPath)
  const fn = schemas
    .flatMap((schema) => catalog.functionsNamed(schema, name))
    .find((each) => each.args.length === 0 && each.kind === 'f')
  if (fn === undefined) throw new PgError('42883', `function ${path.join('.')}() does not exist`)
  if (fn.result !== OID[result]) throw new PgError('42P17', `function ${name} must return type ${result}`)
  if (fn.body === undefined) throw refuse(scope, `a trigger that calls ${name}()`)
  return fn.oid
}

const transitionTables = (
  scope: Scope,
  nodes: readonly Ast.Node[],
  timing: TriggerInfo['timing'],
  row: boolean,
  events: TriggerInfo['events'],
  hasColumns: boolean,
): Pick<TriggerInfo, 'oldTable' | 'newTable'> => {
  const tables: { oldTable?: string; newTable?: string } = {}
  for (const node of nodes) {
    if (!('TriggerTransition' in node)) throw refuse(scope, 'this transition')
    const { name = '', isNew = false, isTable = false } = node.TriggerTransition
    if (!isTable) throw new PgError('0A000', 'ROW variable naming in the REFERENCING clause is not supported')
    if (timing !== 'after')
      throw new PgError('42P17', 'transition table name can only be specified for an AFTER trigger')
    if (events.includes('truncate'))
      throw new PgError('0A000', 'TRUNCATE triggers with transition tables are not supported')
    if (events.length > 1)
      throw new PgError('0A000', 'transition tables cannot be specified for triggers with more than one event')
    if (hasColumns) throw new PgError('0A000', 'transition tables cannot be specified for triggers with column lists')
    if (row) throw refuse(scope, 'transition tables of a row trigger')
    if (isNew) {
      if (!events.includes('insert') && !events.includes('update'))
        throw new PgError('42P17', 'NEW TABLE can only be specified for an INSERT or UPDATE trigger')
      if (tables.newTable !== undefined) throw new PgError('42P17', 'NEW TABLE cannot be specified multiple times')
      tables.newTable = name
    } else {
      if (!events.includes('delete') && !events.includes('update'))
        throw new PgError('42P17', 'OLD TABLE can only be specified for a DELETE or UPDATE trigger')
      if (tables.oldTable !== undefined) throw new PgError('42P17', 'OLD TABLE cannot be specified multiple times')
      tables.oldTable = name
    }
  }
  if (tables.oldTable !== undefined && tables.oldTable === tables.newTable)
    throw new PgError('42P17', 'OLD TABLE name and NEW TABLE name cannot be the same')
  return tables
}

/** @throws PgError 42P17 for a row that the event does not have */
const requireWhen = (scope: Scope, relation: RelationInfo, trigger: TriggerInfo, bound: Expr): void => {
  const uses = (alias: string): Expr | undefined => {
    let found: Expr | undefined
    some(bound, (it) => {
      if ((it.kind === 'column' || it.kind === 'wholeRow') && it.range.alias === alias) found ??= it
      return false
    })
    return found
  }
  const fail = (what: string, expr: Expr): PgError =>
    errorAt(
      scope,
      undefined,
      '42P17',
      `${trigger.events.includes('insert') && what === 'OLD' ? 'INSERT' : 'DELETE'} trigger's WHEN condition cannot reference ${what} values`,
      {
        ...(expr.position === undefined ? {} : { position: expr.position }),
      },
    )
  // that comes later (CreateTriggerFiringOn)
  const generated = relation.columns.filter((column) => column.generated !== undefined)
  some(bound, (it) => {
    if (trigger.timing !== 'before' || rangeOf(it)?.alias !== 'new$when') return false
    const column = it.kind === 'column' ? relation.columns[it.index] : undefined
    if (column === undefined ? generated.length === 0 : !generated.includes(column)) return false
    throw errorAt(scope, undefined, '42P17', "BEFORE trigger's WHEN condition cannot reference NEW generated columns", {
      detail:
        column === undefined
          ? 'A whole-row reference is used and the table contains generated columns.'
          : `Column "${column.name}" is a generated column.`,
      ...(it.position === undefined ? {} : { position: it.position }),
    })
  })
  const old = uses('old$when')
  const fresh = uses('new$when')
  if (old !== undefined && trigger.events.includes('insert')) throw fail('OLD', old)
  if (fresh !== undefined && trigger.events.includes('delete')) throw fail('NEW', fresh)
}
