/** What a session's statements run their SQL with, and what their rows call. */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import { currentRole } from '../../compiler/catalog/role.ts'
import type { Target } from '../../compiler/lower/context.ts'
import { type ParsedStatement, parse } from '../../compiler/parse.ts'
import type { Plan, SqliteQuery } from '../../compiler/plan.ts'
import { quoteName } from '../../compiler/sqlite/print.ts'
import { createTableSql } from '../../compiler/statement/physical.ts'
import type { Value } from '../../compiler/tree/value.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import { PgError } from '../protocol/error.ts'
import type { AfterEvents } from './after-events.ts'
import { type Bindings, numbered, type SqliteDatabase } from './database.ts'
import type { Check, Deferral } from './deferral.ts'
import { checkKey } from './foreign-key.ts'
import { Nesting } from './nesting.ts'
import type { Capture } from './replication/capture.ts'
import type { SystemTables } from './system-tables.ts'
import { transitionTable, withoutTable } from './transition-table.ts'
import { insertRows, type Runner } from './write.ts'

/** The session. */
export interface RunnerHost {
  catalog: Catalog
  readonly environment: Environment
  readonly deferral: Deferral
  readonly capture: Capture
  readonly system: SystemTables
  readonly fire: Runner['fire']
  compile(sql: string, parsed: ParsedStatement, types: readonly number[]): Plan
  /** A statement inside another one. */
  perform(plan: Plan, bindings: Bindings): unknown
  /** Does something as another role. */
  asRole<Outcome>(role: number, work: () => Outcome): Outcome
}

export class SessionRunner implements Runner {
  readonly #db: SqliteDatabase
  readonly #target: Target
  readonly #host: RunnerHost
  readonly #nesting = new Nesting()
  /** The statements of foreign keys' actions. */
  readonly #actions = new Map<string, { readonly catalog: Catalog; readonly plan: Plan }>()
  events: AfterEvents | undefined

  constructor(db: SqliteDatabase, target: Target, host: RunnerHost) {
    this.#db = db
    this.#target = target
    this.#host = host
  }

  get catalog(): Catalog {
    return this.#host.catalog
  }

  get environment(): Environment {
    return this.#host.environment
  }

  get deferral(): Deferral {
    return this.#host.deferral
  }

  get role(): number {
    return currentRole(this.environment.settings)
  }

  get capture(): Capture {
    return this.#host.capture
  }

  /** A query is running that a statement stands in. */
  get isNested(): boolean {
    return this.#nesting.isNested
  }

  query({ sql, functions, reads = [], callsRoutines = false }: SqliteQuery, bindings: Bindings = {}): Value[][] {
    this.#db.define(functions, () => this.environment)
    this.#requirePopulated(reads)
    this.#nesting.willRead(reads)
    this.#host.system.ensure(reads, this.environment)
    return callsRoutines ? this.#nesting.reading(reads, () => this.#db.all(sql, bindings)) : this.#db.all(sql, bindings)
  }

  queryForWrite: Runner['queryForWrite'] = (query, bindings, { relation, returning }) => {
    this.#nesting.willChange(relation)
    if (!query.callsRoutines) return this.query(query, bindings)
    this.#db.define(query.functions, () => this.environment)
    this.#requirePopulated(query.reads ?? [])
    this.#host.system.ensure(query.reads ?? [], this.environment)
    return this.#nesting.computing(
      query.reads ?? [],
      relation,
      () => this.#db.all(query.sql, bindings),
      (rows) => rows.length > 1 || returning !== undefined,
    )
  }

  /** @throws PgError 55000 for a materialized view that has been made or refreshed WITH NO DATA (ExecOpenScanRelation) */
  #requirePopulated(reads: readonly number[]): void {
    for (const oid of reads) {
      const relation = this.catalog.findRelation(oid)
      if (relation?.populated === false)
        throw new PgError('55000', `materialized view "${relation.name}" has not been populated`, {
          hint: 'Use the REFRESH MATERIALIZED VIEW command.',
        })
    }
  }

  execute: Runner['execute'] = (sql, owner, types, values, events) =>
    this.#host.asRole(owner, () => {
      const { catalog } = this
      const known = this.#actions.get(sql)
      const plan =
        known?.catalog === catalog ? known.plan : this.#host.compile(sql, parse(sql)[0] as ParsedStatement, types)
      this.#actions.set(sql, { catalog, plan })
      this.#withEvents(events, () => this.#host.perform(plan, numbered('p', [null, ...values])))
    })

  /** Does something whose events are its own. */
  apart<Outcome>(work: () => Outcome): Outcome {
    return this.#withEvents(undefined, work)
  }

  #withEvents<Outcome>(events: AfterEvents | undefined, work: () => Outcome): Outcome {
    const before = this.events
    this.events = events
    try {
      return work()
    } finally {
      this.events = before
    }
  }

  fire: Runner['fire'] = (firing) => this.apart(() => this.#host.fire(firing))

  /** What has waited, or need not. @throws PgError what the constraint or its trigger throws */
  check(check: Check): void {
    if (check.kind === 'trigger') this.#host.asRole(check.role, () => this.fire(check.firing))
    else checkKey(this.#db, this.environment, check)
  }

  whileChanging: Runner['whileChanging'] = (relation, work) => this.#nesting.changing(relation, work)

  withTable: Runner['withTable'] = (name, like, rows, work) => {
    const { catalog, relation } = transitionTable(this.catalog, name, like)
    this.#host.catalog = catalog
    this.#db.run(createTableSql(catalog, relation, this.#target))
    insertRows(this.#db, relation, rows)
    try {
      return work()
    } finally {
      this.#db.run(`DROP TABLE ${quoteName(relation.physical)}`)
      this.#host.catalog = withoutTable(this.catalog, relation)
    }
  }
}
