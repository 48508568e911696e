/**
 * A bank whose clients move money while its server is killed again and again. What a client was told is kept: every
 * transfer that was acknowledged is in the ledger, none is there in part, and no money is lost or made.
 */
import type pg from 'pg'
import { Anomaly } from './anomaly.ts'
import { below, type Random } from './random.ts'

const ACCOUNTS = 20
const OPENING = 1000

/** What a client has been told of its transfers. */
export class Teller {
  readonly acknowledged = new Set<string>()
  /** Sent, and no answer has come: it may have been made. */
  readonly open = new Set<string>()
  #serial = 0
  readonly #name: string
  readonly #random: Random

  constructor(name: string, random: Random) {
    this.#name = name
    this.#random = random
  }

  /** One transfer: two accounts and two lines of the ledger change together. @throws what the connection throws */
  async transfer(client: pg.Client): Promise<void> {
    const id = `${this.#name}-${this.#serial++}`
    const from = below(this.#random, ACCOUNTS)
    const to = (from + 1 + below(this.#random, ACCOUNTS - 1)) % ACCOUNTS
    const amount = 1 + below(this.#random, 50)
    this.open.add(id)
    await client.query('begin')
    await client.query('update accounts set balance = balance - $1 where id = $2', [amount, from])
    await client.query('insert into ledger (transfer, account, amount) values ($1, $2, $3)', [id, from, -amount])
    if (below(this.#random, 10) === 0) {
      await client.query('savepoint doubt')
      await client.query('update accounts set balance = 0')
      await client.query('rollback to doubt')
    }
    await client.query('update accounts set balance = balance + $1 where id = $2', [amount, to])
    await client.query('insert into ledger (transfer, account, amount) values ($1, $2, $3)', [id, to, amount])
    await client.query('commit')
    this.open.delete(id)
    this.acknowledged.add(id)
  }

  /** What a reader sees at any time: as much money as there was. @throws Error for an anomaly */
  async look(client: pg.Client): Promise<void> {
    const { rows } = await client.query('select sum(balance)::int as total from accounts')
    const [row] = rows
    if (row?.total !== ACCOUNTS * OPENING) throw new Anomaly(`a reader has seen ${row?.total} in all accounts`)
  }
}

export const open = async (client: pg.Client): Promise<void> => {
  await client.query(`
    create table accounts (id int primary key, balance int not null);
    create table ledger (id bigserial primary key, transfer text not null, account int references accounts, amount int not null);
    create index on ledger (transfer);
    insert into accounts select n, ${OPENING} from generate_series(0, ${ACCOUNTS - 1}) as n`)
}

/** @throws Anomaly */
export const check = async (client: pg.Client, tellers: readonly Teller[]): Promise<void> => {
  const { rows: lines } = await client.query(
    'select transfer, count(*)::int as lines, sum(amount)::int as sum from ledger group by transfer',
  )
  const known = new Set(lines.map(({ transfer }) => String(transfer)))
  for (const { transfer, lines: count, sum } of lines)
    if (count !== 2 || sum !== 0) throw new Anomaly(`transfer ${transfer} has been made in part`)
  for (const teller of tellers)
    for (const id of teller.acknowledged)
      if (!known.has(id)) throw new Anomaly(`transfer ${id} was acknowledged, and is lost`)
  const {
    rows: [wrong],
  } = await client.query(`
    select a.id, a.balance from accounts a
    where a.balance <> ${OPENING} + (select coalesce(sum(amount), 0) from ledger where account = a.id)`)
  if (wrong !== undefined) throw new Anomaly(`account ${wrong.id} has ${wrong.balance}, which the ledger does not say`)
  const sent = new Set(tellers.flatMap(({ acknowledged, open: unknown }) => [...acknowledged, ...unknown]))
  for (const id of known) if (!sent.has(id)) throw new Anomaly(`transfer ${id} was never asked for`)
}
