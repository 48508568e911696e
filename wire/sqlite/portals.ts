/** The portals that the protocol's Bind has made; SQL sees them as cursors. Manual: "Extended Query". */
import type { OpenPortal } from '../../compiler/types/environment.ts'
import { PgError, unsupported } from '../protocol/error.ts'
import type { Cursor, Cursors, OtherPortals } from './cursors.ts'
import type { Portal } from './portal.ts'
import type { PreparedStatements } from './prepared.ts'
import type { Result } from './result.ts'
import type { SqliteSession } from './session.ts'

/** The session that they are of. */
type Host = Pick<SqliteSession, 'query'> & { readonly cursors: Cursors; readonly prepared: PreparedStatements }

const ofNothing = (): Portal => ({
  statement: {
    ...{ sql: '', statement: undefined, types: [], columns: undefined, plan: undefined, version: '', made: 0n },
    ...{ isAnalysed: false, fromSql: false, plans: { generic: 0, custom: 0, open: false } },
  },
  ...{ bindings: {}, formats: [], opened: 0n, position: 0, executed: false },
})

export class Portals implements OtherPortals {
  readonly #host: Host
  readonly #portals = new Map<string, Portal>()
  /** The one whose Execute is the latest thing that the client has asked for. */
  running: Portal | undefined

  constructor(host: Host) {
    this.#host = host
    host.cursors.others = this
  }

  has(name: string): boolean {
    return this.#portals.has(name)
  }

  /** @throws PgError 34000 */
  get(name: string): Portal {
    const found = this.#portals.get(name)
    if (found === undefined && this.#host.cursors.has(name)) throw unsupported('Execute of what DECLARE has opened')
    if (found === undefined) throw new PgError('34000', `portal "${name}" does not exist`)
    return found
  }

  /** @throws PgError 42P03 */
  requireFree(name: string): void {
    if (name !== '' && this.#portals.has(name)) throw new PgError('42P03', `cursor "${name}" already exists`)
  }

  open(name: string, portal: Portal): void {
    this.#portals.set(name, portal)
  }

  /** Does what comes before a portal is opened: if that fails, there is one of nothing in the transaction that has failed. */
  opening<Outcome>(name: string, work: () => Outcome): Outcome {
    try {
      return work()
    } catch (error) {
      this.#portals.set(name, ofNothing())
      throw error
    }
  }

  close(name: string): boolean {
    return this.#portals.delete(name)
  }

  closeAll(): void {
    this.#portals.clear()
  }

  closeOthers(): void {
    for (const [name, portal] of this.#portals) if (portal !== this.running) this.#portals.delete(name)
  }

  /** As SQL sees it. @throws PgError 0A000 for one of what is no query */
  find(name: string): Cursor | undefined {
    const portal = this.#portals.get(name)
    if (portal === undefined) return undefined
    const { statement, bindings, opened } = portal
    const plan = this.#host.prepared.planOf(statement)
    if (plan.kind !== 'query') throw unsupported('a portal that is no query as a cursor')
    const { reads = [] } = plan.query
    const rows: Result['rows'] = portal.result?.rows ?? this.#host.query(plan.query, bindings)
    portal.result ??= { tag: `SELECT ${rows.length}`, columns: plan.columns, rows, notices: [], reads }
    return {
      ...{ name, text: statement.sql, columns: plan.columns, rows, scroll: false, hold: false, reads, opened },
      get position() {
        return portal.position
      },
      set position(position) {
        portal.position = Math.min(position, rows.length)
      },
    }
  }

  /** A query is executed from Bind on (PORTAL_ONE_SELECT). */
  get reads(): number[] {
    return [...this.#portals.values()].flatMap(({ statement: { plan } }) =>
      plan?.kind === 'query' ? (plan.query.reads ?? []) : [],
    )
  }

  /** As pg_cursors shows them. */
  get all(): OpenPortal[] {
    return [...this.#portals].map(([name, { statement, opened }]) => ({
      ...{ name, text: statement.sql, hold: false, scroll: false, opened },
    }))
  }
}
