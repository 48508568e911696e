/** pg_event_trigger. */
import { OWNER_ROLE } from '../catalog/role.ts'
import type { Environment } from '../types/environment.ts'
import { type SystemRow, text } from './row.ts'

const listOfTexts = (values: readonly string[]): string =>
  `{${values.map((value) => `"${value.replace(/["\\\\]/g, '\\\\$&')}"`).join(',')}}`

export const eventTriggerRows = ({ catalog }: Environment): SystemRow[] =>
  [...catalog.contents.eventTriggers.values()].map((trigger) => ({
    oid: text(trigger.oid),
    evtname: trigger.name,
    evtevent: trigger.event,
    evtowner: text(trigger.owner ?? OWNER_ROLE),
    evtfoid: text(trigger.function),
    evtenabled: trigger.enabled,
    evttags: trigger.tags.length === 0 ? null : listOfTexts(trigger.tags),
  }))
