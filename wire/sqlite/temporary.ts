/** What becomes of temporary tables: ON COMMIT and DISCARD TEMP. After PreCommit_on_commit_actions and RemoveTempRelations. */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import type { DefinitionPlan, Plan } from '../../compiler/plan.ts'
import { quoteName } from '../../compiler/sqlite/print.ts'
import { quoteIdentifier } from '../../compiler/types/identifier.ts'
import { unsupported } from '../protocol/error.ts'

export interface TemporaryHost {
  catalog(): Catalog
  run(sql: string): void
  plans(sql: string): readonly Plan[]
  /** Executes a definition, whoever waits for events of its kind. */
  define(plan: DefinitionPlan): void
}

const SCHEMA = 'pg_temp_0'

const KINDS: Readonly<Record<string, string>> = {
  r: 'TABLE',
  p: 'TABLE',
  v: 'VIEW',
  S: 'SEQUENCE',
  c: 'TYPE',
  e: 'TYPE',
  d: 'DOMAIN',
}

export class TemporaryTables {
  readonly #host: TemporaryHost

  constructor(host: TemporaryHost) {
    this.#host = host
  }

  #drop(kind: string, name: string): void {
    for (const plan of this.#host.plans(`DROP ${KINDS[kind]} pg_temp.${quoteIdentifier(name)} CASCADE`))
      if (plan.kind === 'definition') this.#host.define(plan)
  }

  /** A transaction is about to be committed: its tables are emptied or dropped as they were made to be. */
  end(): void {
    for (const { oid, onCommit } of this.#host.catalog().contents.relations.values()) {
      // another one may have gone with the one before it
      const relation = onCommit === undefined ? undefined : this.#host.catalog().findRelation(oid)
      if (relation === undefined) continue
      if (onCommit === 'drop') this.#drop(relation.kind, relation.name)
      else this.#host.run(`DELETE FROM ${quoteName(relation.physical)}`)
    }
  }

  /** Drops everything that is temporary. @throws PgError 0A000 */
  dropAll(): void {
    for (;;) {
      const { relations, types, functions } = this.#host.catalog().contents
      const found = [...relations.values(), ...types.values()].find(
        ({ schema, kind }) => schema === SCHEMA && kind in KINDS,
      )
      if (found === undefined && [...functions.values()].some(({ schema }) => schema === SCHEMA))
        throw unsupported('discarding temporary functions')
      if (found === undefined) return
      this.#drop(found.kind, found.name)
    }
  }
}
