/** ENABLE and DISABLE TRIGGER of ALTER TABLE. After EnableDisableTrigger in trigger.c. */
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, rootScope } from '../bind/scope.ts'
import { foreignKeys } from '../catalog/constraint.ts'
import type { TriggerInfo } from '../catalog/entries.ts'
import { type Rule, update } from './alter-family.ts'
import { statementOf } from './altered-table.ts'

/** When a trigger fires: always, as a replica, ordinarily or never (`pg_trigger.tgenabled`). */
type Firing = 'O' | 'D' | 'A' | 'R'

const fired = ({ fires: _, ...trigger }: TriggerInfo, firing: Firing): TriggerInfo => ({
  ...trigger,
  enabled: firing === 'O' || firing === 'A',
  ...(firing === 'A' || firing === 'R' ? { fires: firing } : {}),
})

/** @param which those that are meant: the one that is named, users', or what constraints are made of as well @throws PgError 42704 */
export const enableTrigger =
  (firing: Firing, which: 'named' | 'user' | 'all' = 'named'): Rule =>
  (context, work, { name = '' }) => {
    const { triggers = [], name: table, oid } = work.relation
    if (which === 'named' && !triggers.some((trigger) => trigger.name === name))
      throw new PgError('42704', `trigger "${name}" for table "${table}" does not exist`)
    const hasKeys = (): boolean =>
      [...work.catalog.contents.relations.values()].some((each) =>
        foreignKeys(each).some(({ target }) => each.oid === oid || target === oid),
      )
    if (which === 'all' && firing === 'D' && hasKeys())
      throw refuse(rootScope(statementOf(context, work)), 'DISABLE TRIGGER ALL of a table with foreign keys')
    update(work, {
      triggers: triggers.map((trigger) =>
        which !== 'named' || trigger.name === name ? fired(trigger, firing) : trigger,
      ),
    })
  }
