/**
 * A client that changes rows of its own in transactions, each of which says in its last row how many changes it has
 * made. So a reader of the changes can tell whether it has seen all of one, and each writer's in their order.
 */
import type pg from 'pg'
import { below, type Random } from './random.ts'

/** Rows that a writer may have. */
const ROWS = 200

export const SCHEMA = `
  create table item (id int primary key, writer int not null, version int not null, label text, price numeric(10,2), at timestamptz);
  create table entry (id text primary key, writer int not null, serial int not null, changes int not null)`

export class Writer {
  readonly #number: number
  readonly #random: Random
  #serial = 0
  /** Entries that the server has acknowledged. */
  readonly acknowledged = new Set<string>()

  constructor(number: number, random: Random) {
    this.#number = number
    this.#random = random
  }

  #id(): number {
    return this.#number * ROWS + below(this.#random, ROWS)
  }

  /** A change, or some at once. @returns how many rows it has changed */
  async #change(client: pg.Client): Promise<number> {
    const [text, values] = this.#statement()
    return (await client.query(text, values)).rowCount ?? 0
  }

  #statement(): [text: string, values: unknown[]] {
    const id = this.#id()
    switch (below(this.#random, 6)) {
      case 0:
        return ['delete from item where id = $1', [id]]
      case 1:
        return [
          'update item set version = version + 1, price = price * 1.1 where writer = $1 and id between $2 and $3',
          [this.#number, id, id + 20],
        ]
      case 2:
        return ['update item set label = $1 where id = $2', ['é'.repeat(below(this.#random, 200)), id]]
      default:
        return [
          `insert into item values ($1, $2, 0, 'new', 1.5, '2024-01-01 00:00+00')
           on conflict (id) do update set version = item.version + 1`,
          [id, this.#number],
        ]
    }
  }

  /** One transaction. @throws what the connection throws; whether it was committed is not known then */
  async work(client: pg.Client): Promise<void> {
    const serial = this.#serial++
    const id = `${this.#number}-${serial}`
    let changes = 0
    await client.query('begin')
    for (let left = 1 + below(this.#random, 6); left > 0; left--) changes += await this.#change(client)
    if (below(this.#random, 5) === 0) {
      await client.query('savepoint doubt')
      await this.#change(client)
      await client.query('rollback to doubt')
    }
    await client.query('insert into entry values ($1, $2, $3, $4)', [id, this.#number, serial, changes])
    if (below(this.#random, 10) === 0) {
      await client.query('rollback')
      return
    }
    await client.query('commit')
    this.acknowledged.add(id)
  }
}
