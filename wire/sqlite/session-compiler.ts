/** What a session's statements are compiled to, and were before. */
import type { Settings } from '../../compiler/bind/settings.ts'
import type { Variables } from '../../compiler/bind/variable.ts'
import { StatementCache } from '../../compiler/cache.ts'
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import { type CompileSession, compileStatement } from '../../compiler/compile.ts'
import { eventTag } from '../../compiler/event/command-tag.ts'
import type { ParsedStatement } from '../../compiler/parse.ts'
import type { Plan } from '../../compiler/plan.ts'
import { unsupported } from '../protocol/error.ts'
import { requireNoDefinition } from './read-only.ts'
import { settingsKey } from './settings-key.ts'

/** What statements are compiled in at the moment, and which events somebody waits for. */
export interface CompilerHost {
  readonly session: CompileSession
  readonly catalog: Catalog
  readonly settings: Settings
  isAnnounced(event: string): boolean
}

export class SessionCompiler {
  readonly #host: CompilerHost
  readonly #cache = new StatementCache()
  /** What the last version was made of. */
  #seen: { readonly catalog: number; readonly settings: Settings | undefined; readonly version: string } = {
    catalog: 0,
    settings: undefined,
    version: '',
  }

  constructor(host: CompilerHost) {
    this.#host = host
  }

  get session(): CompileSession {
    return this.#host.session
  }

  /** Changes when a plan may mean something else. */
  get version(): string {
    const { catalog, settings } = this.#host
    // it is asked for several times with each message
    if (catalog.version !== this.#seen.catalog || settings !== this.#seen.settings)
      this.#seen = { catalog: catalog.version, settings, version: `${catalog.version} ${settingsKey(settings)}` }
    return this.#seen.version
  }

  /** The statements of a text. @throws PgError 42601 */
  parse(sql: string): readonly ParsedStatement[] {
    return this.#cache.parse(sql)
  }

  /** @throws PgError */
  compile(sql: string, parsed: ParsedStatement, types: readonly number[] | undefined, variables?: Variables): Plan {
    return compileStatement(sql, parsed, this.session, types, variables)
  }

  /** The plan of a client's statement, as it was compiled before if nothing has changed since. @throws PgError */
  planOf(sql: string, parsed: ParsedStatement): Plan {
    const { catalog, settings } = this.#host
    const key = { catalog, settings, parametrised: false }
    const known = this.#cache.find(parsed, key)
    if (known !== undefined) return known
    const plan = this.compile(sql, parsed, undefined)
    this.#cache.keep(parsed, key, plan)
    return plan
  }

  /** A command in a routine: what fires before it would do so before its errors are known. @throws PgError */
  compileNested(
    sql: string,
    parsed: ParsedStatement,
    types: readonly number[] | undefined,
    variables?: Variables,
  ): Plan {
    if (this.#host.settings.transaction.readOnly) requireNoDefinition(parsed)
    try {
      return this.compile(sql, parsed, types, variables)
    } catch (error) {
      const event = eventTag(parsed)
      if (event !== undefined && this.#host.isAnnounced(event))
        throw unsupported(`an error in ${event}, which an event trigger fires for,`)
      throw error
    }
  }
}
