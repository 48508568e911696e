/** Event triggers around the commands that they fire for. Manual: "Event Triggers"; after event_trigger.c. */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import type { EventTriggerInfo } from '../../compiler/catalog/entries.ts'
import type { CommandEvent } from '../../compiler/plan.ts'
import { eventTriggersFor } from '../../compiler/statement/event-trigger.ts'
import type { FiredEvent } from '../../compiler/types/environment.ts'
import { unsupported } from '../protocol/error.ts'

export interface EventHost {
  catalog(): Catalog
  call(trigger: EventTriggerInfo, fired: FiredEvent): void
}

export class Events {
  readonly #host: EventHost
  /** What the function at work has been called for; functions can fire others. */
  fired: FiredEvent | undefined

  constructor(host: EventHost) {
    this.#host = host
  }

  #fire(event: string, tag: string, commands: FiredEvent['commands']): void {
    const before = this.fired
    const fired = { event, tag, commands }
    this.fired = fired
    try {
      for (const trigger of eventTriggersFor(this.#host.catalog(), event, tag)) this.#host.call(trigger, fired)
    } finally {
      this.fired = before
    }
  }

  /** Something fires when a command begins. */
  isAnnounced(tag: string): boolean {
    return eventTriggersFor(this.#host.catalog(), 'ddl_command_start', tag).length > 0
  }

  start(tag: string): void {
    this.#fire('ddl_command_start', tag, [])
  }

  /**
   * Executes a command that has been compiled already, with all that fires before and after it.
   * @param started what fires before it has done so
   * @throws PgError 0A000 where that has changed what the command was compiled for
   */
  around<Outcome>(event: CommandEvent | undefined, started: boolean, work: () => Outcome): Outcome {
    if (event === undefined) return work()
    const { version } = this.#host.catalog()
    if (!started) this.start(event.tag)
    if (this.#host.catalog().version !== version)
      throw unsupported('a schema change before the command that it is fired for')
    const outcome = work()
    if (event.drops) this.#fire('sql_drop', event.tag, event.commands)
    this.#fire('ddl_command_end', event.tag, event.commands)
    return outcome
  }
}
