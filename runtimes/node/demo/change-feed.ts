/**
 * The change log, live: a consumer of a temporary slot, turned into what the page shows.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type postgres from 'postgres'
import type { Value } from '../../../wire/pgoutput/decode.ts'
import { Consumer } from '../../../wire/replication/consumer.ts'
import { formatLsn } from '../../../wire/replication/lsn.ts'
import type { ChangeEvent } from './change-event.ts'

const PUBLICATION = 'atlas_change_feed'
/** A bulk change shows so many of its rows, then their number. */
const ROWS_SHOWN = 20

type Listener = (event: ChangeEvent) => void

/** How long to wait before the log is followed again after a fault, in milliseconds. */
const RETRY_DELAY = 500

export class ChangeFeed {
  readonly #listeners = new Set<Listener>()
  readonly #url: string
  readonly #closed = new AbortController()
  #consumer: Consumer | undefined

  private constructor(url: string) {
    this.#url = url
    void this.#run()
  }

  static async open(sql: postgres.Sql, url: string): Promise<ChangeFeed> {
    const [known] = await sql`SELECT FROM pg_publication WHERE pubname = ${PUBLICATION}`
    if (known === undefined) await sql.unsafe(`CREATE PUBLICATION ${PUBLICATION} FOR TABLES IN SCHEMA public`)
    return new ChangeFeed(url)
  }

  /** Calls the listener with every change from now on. Returns how to stop that. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await this.#consumer?.close()
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed
    for (let attempt = 0; !signal.aborted; attempt++) {
      const slot = `atlas_feed_${process.pid}_${attempt}`
      try {
        this.#consumer = await Consumer.open({ url: this.#url, slot, publications: [PUBLICATION], temporary: true })
        await this.#follow(this.#consumer)
      } catch (error) {
        if (!signal.aborted) console.error(`the change feed starts anew: ${(error as Error).message}`)
      }
      await delay(RETRY_DELAY, undefined, { signal }).catch(() => undefined)
    }
  }

  async #follow(consumer: Consumer): Promise<void> {
    const relations = new Map<number, { table: string; columns: string[] }>()
    let rows = 0
    let hidden: { table: string; count: number } | undefined
    const nameOf = (oid: number): string => relations.get(oid)?.table ?? String(oid)
    for await (const { lsn, message } of consumer) {
      const send = (event: Omit<ChangeEvent, 'lsn'>): void => {
        for (const listener of this.#listeners) listener({ lsn: formatLsn(lsn), ...event })
      }
      const sendRow = (oid: number, operation: ChangeEvent['operation'], values: readonly Value[]): void => {
        const relation = relations.get(oid)
        if (++rows > ROWS_SHOWN) hidden = { table: nameOf(oid), count: (hidden?.count ?? 0) + 1 }
        else send({ table: nameOf(oid), operation, row: toRow(relation?.columns ?? [], values) })
      }
      switch (message.kind) {
        case 'relation':
          relations.set(message.oid, {
            table: message.name,
            columns: message.columns.map((column) => column.name),
          })
          break
        case 'begin':
          rows = 0
          hidden = undefined
          break
        case 'insert':
          sendRow(message.relation, 'INSERT', message.after)
          break
        case 'update':
          sendRow(message.relation, 'UPDATE', message.after)
          break
        case 'delete':
          sendRow(message.relation, 'DELETE', message.key ?? message.old ?? [])
          break
        case 'truncate':
          for (const oid of message.relations) send({ table: nameOf(oid), operation: 'TRUNCATE', row: {} })
          break
        case 'commit':
          if (hidden !== undefined)
            send({ table: hidden.table, operation: 'MORE', row: { rows: String(hidden.count) } })
          if (rows > 0) send({ table: '', operation: 'COMMIT', row: {} })
          consumer.confirm(message.endLsn)
          break
      }
    }
  }
}

/** Columns by name; those that are not part of the message are left out. */
const toRow = (columns: readonly string[], values: readonly Value[]): Record<string, string | null> => {
  const row: Record<string, string | null> = {}
  values.forEach((value, at) => {
    const column = columns[at]
    if (column === undefined || value.kind === 'unchanged') return
    row[column] = value.kind === 'text' ? value.text : null
  })
  return row
}
