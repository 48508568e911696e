/** pg_get_triggerdef(): a trigger as the command that makes it. After pg_get_triggerdef_worker in ruleutils.c. */
import type { TriggerInfo } from '../catalog/entries.ts'
import { whenExpression } from '../system/definition.ts'
import { oidOf } from '../system/numbering.ts'
import type { Environment } from '../types/environment.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { deparseExpression } from './expression.ts'
import { columnNames, functionName, shownName } from './name.ts'

const TIMINGS = { before: 'BEFORE', after: 'AFTER', instead: 'INSTEAD OF' } as const
const EVENTS = ['insert', 'delete', 'update', 'truncate'] as const

const waiting = ({ deferrable, deferred }: NonNullable<TriggerInfo['constraint']>): string =>
  `${deferrable ? '' : 'NOT '}DEFERRABLE INITIALLY ${deferred ? 'DEFERRED' : 'IMMEDIATE'}`

/** @returns null for no trigger */
export const triggerDefinition = (env: Environment, oid: bigint, pretty: boolean): string | null => {
  for (const relation of env.catalog.contents.relations.values()) {
    const trigger = relation.triggers?.find(({ name }) => oidOf('trigger', relation.oid, name) === Number(oid))
    if (trigger === undefined) continue
    const { name, timing, events, columns, row, args, oldTable, newTable, constraint } = trigger
    const when = whenExpression(env, relation, trigger)
    const fn = env.catalog.fn(trigger.function)
    const shown = EVENTS.filter((event) => events.includes(event)).map((event) =>
      event === 'update' && columns.length > 0 ? `UPDATE OF ${columnNames(relation, columns)}` : event.toUpperCase(),
    )
    const table = shownName(env, relation, pretty)
    const transition = [
      ...(oldTable === undefined ? [] : [`OLD TABLE AS ${quoteIdentifier(oldTable)}`]),
      ...(newTable === undefined ? [] : [`NEW TABLE AS ${quoteIdentifier(newTable)}`]),
    ]
    return [
      `CREATE ${constraint === undefined ? '' : 'CONSTRAINT '}TRIGGER ${quoteIdentifier(name)} ${TIMINGS[timing]} ${shown.join(' OR ')} ON ${table}`,
      ...(constraint === undefined ? [] : [waiting(constraint)]),
      ...(transition.length === 0 ? [] : [`REFERENCING ${transition.join(' ')}`]),
      `FOR EACH ${row ? 'ROW' : 'STATEMENT'}`,
      ...(when === undefined ? [] : [`WHEN (${deparseExpression(env, when.expr, pretty, when.ranges)})`]),
      `EXECUTE FUNCTION ${functionName(env, fn)}(${args.map((arg) => `'${arg.replaceAll("'", "''")}'`).join(', ')})`,
    ].join(' ')
  }
  return null
}
