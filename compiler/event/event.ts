/** What event triggers will be told of a command. Manual: "Event Triggers". */
import type { ParsedStatement } from '../parse.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import type { StatementContext } from '../statement/context.ts'
import { eventTag } from './command-tag.ts'
import { ddlCommands } from './ddl-command.ts'
import { dropsAnything } from './dropped.ts'

/** The plan of a command with it, where there are event triggers. */
export const withEvent = <Plan extends DefinitionPlan | NothingPlan>(
  { statement: { catalog, settings } }: StatementContext,
  parsed: ParsedStatement,
  plan: Plan,
): Plan => {
  const tag = catalog.contents.eventTriggers.size > 0 ? eventTag(parsed) : undefined
  if (tag === undefined) return plan
  const after = plan.kind === 'definition' ? plan.catalog : catalog
  const commands = plan.kind === 'nothing' ? [] : ddlCommands(catalog, after, tag, settings.searchPath, parsed)
  return { ...plan, event: { tag, commands, drops: dropsAnything(catalog, after, parsed) } }
}
