/**
 * What a backslash command of psql asks of the server: one query after the other, each in view of the answers before.
 * Manual: "psql", section "Meta-Commands".
 */
import { OID } from '../../compiler/catalog/oid.ts'
import { FIRST_USER_OID, type Outcome } from '../outcome.ts'

type Row = Outcome['rows'][number]

/** Yields queries and is given their outcomes; an error ends it. */
export type Dialogue = Series | Query

/** Several queries. */
export type Series = Generator<string, void, Outcome>

/** One query, which comes to its rows. */
export type Query = Generator<string, readonly Row[], Outcome>

export function* ask(sql: string): Query {
  const { rows } = yield sql
  return rows
}

/** All the answers as one: what psql has to show is made of them. */
class Transcript {
  readonly #rows: (string | null)[][] = []
  readonly #notices: Outcome['notices'][number][] = []
  #queries = 0
  #last: Outcome = { rows: [], notices: [], status: 'I' }

  add(outcome: Outcome): void {
    const { columns = [], rows, notices } = outcome
    const query = String(this.#queries++)
    this.#last = outcome
    this.#notices.push(...notices)
    this.#rows.push([query, ...columns.map(({ name, type, typmod }) => `${name} ${type} ${typmod}`)])
    for (const row of rows)
      this.#rows.push([
        query,
        ...row.map((value, at) =>
          columns[at]?.type === OID.oid && Number(value) >= FIRST_USER_OID ? 'an oid of a user' : value,
        ),
      ])
  }

  get failed(): boolean {
    return this.#last.error !== undefined
  }

  outcome(): Outcome {
    const { error, status } = this.#last
    return { rows: error === undefined ? this.#rows : [], notices: this.#notices, error, status }
  }
}

/** Has a dialogue with a server that answers at once, but pauses where a transaction begins or ends. */
export function* conversing(
  dialogue: Dialogue,
  execute: (sql: string) => Generator<undefined, Outcome>,
): Generator<undefined, Outcome> {
  const transcript = new Transcript()
  for (let step = dialogue.next(); step.done !== true; ) {
    const outcome = yield* execute(step.value)
    yield undefined
    transcript.add(outcome)
    if (transcript.failed) break
    step = dialogue.next(outcome)
  }
  return transcript.outcome()
}

/** Has a dialogue with a server. */
export const converse = async (dialogue: Dialogue, execute: (sql: string) => Promise<Outcome>): Promise<Outcome> => {
  const transcript = new Transcript()
  for (let step = dialogue.next(); step.done !== true; ) {
    const outcome = await execute(step.value)
    transcript.add(outcome)
    if (transcript.failed) break
    step = dialogue.next(outcome)
  }
  return transcript.outcome()
}
