/** CREATE, ALTER and DROP EVENT TRIGGER, and which of them fire. Manual: "Event Triggers"; after event_trigger.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { EventTriggerInfo } from '../catalog/entries.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import { common, type StatementContext } from './context.ts'
import { triggerFunction } from './create-trigger.ts'
import { definition, scopeOf } from './definition.ts'

const EVENTS = ['ddl_command_start', 'ddl_command_end', 'sql_drop', 'login', 'table_rewrite']

const texts = (nodes: readonly Ast.Node[]): string[] =>
  nodes.map((node) => ('String' in node ? (node.String.sval ?? '') : ''))

const named = (catalog: Catalog, name: string): EventTriggerInfo | undefined =>
  [...catalog.contents.eventTriggers.values()].find((trigger) => trigger.name === name)

/** @throws PgError 42601, 42710, 42883, 42P17 */
export const planCreateEventTrigger = (context: StatementContext, node: Ast.CreateEventTrigStmt): DefinitionPlan => {
  const { trigname: name = '', eventname: event = '', whenclause = [], funcname = [] } = node
  const scope = scopeOf(context)
  const { catalog } = scope.statement
  if (!EVENTS.includes(event)) throw new PgError('42601', `unrecognized event name "${event}"`)
  let tags: string[] = []
  for (const clause of whenclause) {
    if (!('DefElem' in clause)) throw refuse(scope, 'this filter of an event trigger')
    const { defname = '', arg } = clause.DefElem
    if (defname !== 'tag') throw new PgError('42601', `unrecognized filter variable "${defname}"`)
    if (tags.length > 0) throw new PgError('42601', 'filter variable "tag" specified more than once')
    tags = arg !== undefined && 'List' in arg ? texts(arg.List.items ?? []).map((tag) => tag.toUpperCase()) : []
    for (const tag of tags)
      if (
        !/^(CREATE|ALTER|DROP|COMMENT|GRANT|REVOKE|SECURITY LABEL|IMPORT FOREIGN SCHEMA|REFRESH MATERIALIZED VIEW|REINDEX|SELECT INTO)\b/.test(
          tag,
        )
      )
        throw refuse(scope, `an event trigger for "${tag}"`)
  }
  if (event === 'login' || event === 'table_rewrite') throw refuse(scope, `event triggers on ${event}`)
  if (named(catalog, name) !== undefined) throw new PgError('42710', `event trigger "${name}" already exists`)
  const oid = catalog.contents.nextOid
  const trigger: EventTriggerInfo = {
    oid,
    name,
    event,
    tags,
    function: triggerFunction(scope, texts(funcname), 'event_trigger'),
    enabled: 'O',
  }
  const eventTriggers = new Map(catalog.contents.eventTriggers).set(oid, trigger)
  return definition(context, 'CREATE EVENT TRIGGER', catalog.with({ nextOid: oid + 1, eventTriggers }))
}

/** @throws PgError 42704 */
export const planAlterEventTrigger = (context: StatementContext, node: Ast.AlterEventTrigStmt): DefinitionPlan => {
  const { trigname: name = '', tgenabled = 'O' } = node
  const { catalog } = context.statement
  const found = named(catalog, name)
  if (found === undefined) throw new PgError('42704', `event trigger "${name}" does not exist`)
  const enabled = tgenabled as EventTriggerInfo['enabled']
  const eventTriggers = new Map(catalog.contents.eventTriggers).set(found.oid, { ...found, enabled })
  return definition(context, 'ALTER EVENT TRIGGER', catalog.with({ eventTriggers }))
}

/** @throws PgError 42704 */
export const planDropEventTrigger = (
  context: StatementContext,
  { objects = [], missing_ok: missingOk = false }: Ast.DropStmt,
): DefinitionPlan | NothingPlan => {
  const { statement } = scopeOf(context)
  const eventTriggers = new Map(statement.catalog.contents.eventTriggers)
  for (const name of texts(objects)) {
    const found = named(statement.catalog, name)
    if (found === undefined) {
      if (!missingOk) throw new PgError('42704', `event trigger "${name}" does not exist`)
      statement.notice('00000', `event trigger "${name}" does not exist, skipping`)
    } else eventTriggers.delete(found.oid)
  }
  if (eventTriggers.size === statement.catalog.contents.eventTriggers.size)
    return { kind: 'nothing', ...common(context, 'DROP EVENT TRIGGER') }
  return definition(context, 'DROP EVENT TRIGGER', statement.catalog.with({ eventTriggers }))
}

/** The event triggers that fire, in their order: by name. */
export const eventTriggersFor = (catalog: Catalog, event: string, tag: string): EventTriggerInfo[] =>
  [...catalog.contents.eventTriggers.values()]
    .filter(
      (trigger) =>
        trigger.event === event &&
        (trigger.enabled === 'O' || trigger.enabled === 'A') &&
        (trigger.tags.length === 0 || trigger.tags.includes(tag)),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
