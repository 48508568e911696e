/**
 * Statements that have been compiled, by their text. A plan is what a statement means under one catalog and one set of
 * settings; where both are the same as before, so is the plan, unless the time of day has been read for it.
 */
import type { Settings } from './bind/settings.ts'
import type { Catalog } from './catalog/catalog.ts'
import { type ParsedStatement, parse } from './parse.ts'
import type { Plan } from './plan.ts'

interface Entry {
  readonly catalog: Catalog
  readonly settings: Settings
  /** Its parameters were those of the client. */
  readonly parametrised: boolean
  readonly plan: Plan
}

/** What a plan is looked up for. */
export type PlanKey = Omit<Entry, 'plan'>

/** Kinds of plans that nothing else than the catalog and the settings decides. */
const KEPT: ReadonlySet<Plan['kind']> = new Set(['query', 'write', 'with writes'])

export class StatementCache {
  readonly #limit: number
  readonly #parsed = new Map<string, readonly ParsedStatement[]>()
  readonly #plans = new WeakMap<ParsedStatement, Entry>()

  /** @param limit how many texts are kept; the one that has not been asked for longest goes first */
  constructor(limit = 1000) {
    this.#limit = limit
  }

  /** The statements of a text. @throws PgError 42601 */
  parse(sql: string): readonly ParsedStatement[] {
    const known = this.#parsed.get(sql)
    if (known !== undefined) {
      this.#parsed.delete(sql)
      this.#parsed.set(sql, known)
      return known
    }
    const parsed = parse(sql)
    const [oldest] = this.#parsed.size >= this.#limit ? this.#parsed.keys() : []
    if (oldest !== undefined) this.#parsed.delete(oldest)
    this.#parsed.set(sql, parsed)
    return parsed
  }

  /** The plan of a statement that this cache has parsed, if it has been kept. */
  find(statement: ParsedStatement, { catalog, settings, parametrised }: PlanKey): Plan | undefined {
    const entry = this.#plans.get(statement)
    return entry?.catalog === catalog && entry.settings === settings && entry.parametrised === parametrised
      ? entry.plan
      : undefined
  }

  keep(statement: ParsedStatement, key: PlanKey, plan: Plan): void {
    if (KEPT.has(plan.kind) && !plan.timed) this.#plans.set(statement, { ...key, plan })
  }
}
