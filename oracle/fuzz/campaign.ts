/**
 * Fuzzing in batches, each made by its seed alone: random queries, random scripts, and random equations. A difference is
 * shrunk by fast-check, to a script that shows it.
 */
import fc from 'fast-check'
import { difference } from '../compare.ts'
import type { Stage } from '../judge-script.ts'
import type { NativePostgres } from '../native-postgres.ts'
import { isLeftOpen } from '../open/index.ts'
import type { Engine, Outcome } from '../outcome.ts'
import { DATABASE, freshDatabase } from '../references.ts'
import { SqliteEngine } from '../sqlite-engine.ts'
import { CATALOGS, catalogScript } from './catalog-change.ts'
import { type Equation, equation } from './metamorphic.ts'
import { query } from './query.ts'
import { PLAIN_SCHEMA } from './schema.ts'
import { FINALLY, type RandomScript, script } from './script.ts'
import { STRUCTURE_SCHEMA, structure } from './structure.ts'

export const KINDS = ['queries', 'structures', 'scripts', 'definitions', 'equations'] as const
export type Kind = (typeof KINDS)[number]

/** How many of each a batch has. */
const RUNS: Readonly<Record<Kind, number>> = {
  queries: 500,
  structures: 300,
  scripts: 12,
  definitions: 25,
  equations: 120,
}

/** Statements by what came of them: the same rows, the same error, a refusal, something else. */
export interface Counts {
  equal: number
  failed: number
  refused: number
  wrong: number
}

/** Something wrong, by the shortest script that shows it. */
export interface Finding {
  readonly seed: number
  readonly kind: Kind
  readonly script: readonly string[]
  readonly reason: string
}

const isRefused = ({ error }: Outcome): boolean => error?.code === '0A000'

/** Of two errors in the data, or in two rows that are written, either may come first. */
const bothFail = (actual: Outcome, expected: Outcome): boolean =>
  /^2[23]/.test(actual.error?.code ?? '') && /^(2[23]|0A)/.test(expected.error?.code ?? '')

/** Leaves PostgreSQL as an empty database. */
const CLEAN: readonly string[] = [
  'rollback',
  'reset all',
  'drop schema if exists public, s2, s3 cascade',
  'discard temp',
  'create schema public',
]

/** Has PostgreSQL fail as well, so that a transaction is aborted on both sides. */
const ABORT = 'select 1 / 0'

export class Campaign {
  readonly #server: Pick<NativePostgres, 'port'>
  readonly #stage: Stage
  readonly #depth: number
  readonly counts: Counts = { equal: 0, failed: 0, refused: 0, wrong: 0 }
  #shrinking = false
  /** The two sides have gone different ways, both of them allowed: there is nothing more to compare. */
  #parted = false

  /** @param server of PostgreSQL @param depth of expressions, at most */
  constructor(server: Pick<NativePostgres, 'port'>, stage: Stage, depth: number) {
    this.#server = server
    this.#stage = stage
    this.#depth = depth
  }

  /** Runs the batch of a seed. @returns what is wrong, if something is */
  async batch(kind: Kind, seed: number): Promise<Finding | undefined> {
    const truth = await freshDatabase(this.#server)
    try {
      if (kind === 'scripts') return await this.#scripts(truth, kind, seed, script(this.#depth), FINALLY)
      if (kind === 'definitions') return await this.#scripts(truth, kind, seed, catalogScript, CATALOGS)
      const { target, workerd } = this.#stage
      const candidate = workerd?.open(DATABASE) ?? new SqliteEngine(target, DATABASE)
      const schema = kind === 'structures' ? STRUCTURE_SCHEMA : PLAIN_SCHEMA
      for (const sql of schema) {
        await truth.execute(sql)
        await candidate.execute(sql)
      }
      if (kind === 'equations') return await this.#equations(candidate, seed)
      const made = kind === 'queries' ? query(this.#depth) : structure(this.#depth)
      return await this.#check(
        kind,
        seed,
        made,
        (sql) => [...schema, sql],
        async (sql) => this.#compare(truth, await candidate.execute(sql), sql),
      )
    } finally {
      await truth.close()
    }
  }

  /** A script on orez: as a whole in a Durable Object, whose transactions are callbacks. */
  async #runScript(statements: readonly string[]): Promise<Outcome[]> {
    const { target, workerd } = this.#stage
    if (workerd !== undefined)
      return workerd.run(
        DATABASE,
        statements.map((sql) => ({ sql })),
      )
    const engine = new SqliteEngine(target, DATABASE)
    const outcomes = statements.map((sql) => engine.executeNow(sql))
    await engine.close()
    return outcomes
  }

  /** Executes on PostgreSQL what orez has not refused. @param actual its answer @returns what differs */
  async #compare(truth: Engine, actual: Outcome, sql: string): Promise<string | undefined> {
    if (isRefused(actual)) {
      if (actual.status === 'E') await truth.execute(ABORT)
      if (!this.#shrinking) this.counts.refused++
      return undefined
    }
    const expected = await truth.execute(sql)
    let reason = bothFail(actual, expected) ? undefined : difference(sql, actual, expected)
    if (reason !== undefined && (await isLeftOpen(sql, actual, expected, truth))) {
      reason = undefined
      // One of the two has changed something now, or is in a failed transaction.
      this.#parted = (actual.error === undefined) !== (expected.error === undefined)
    }
    if (!this.#shrinking)
      this.counts[reason !== undefined ? 'wrong' : expected.error !== undefined ? 'failed' : 'equal']++
    return reason
  }

  async #check<Item>(
    kind: Kind,
    seed: number,
    arbitrary: fc.Arbitrary<Item>,
    show: (item: Item) => readonly string[],
    differs: (item: Item) => Promise<string | undefined>,
  ): Promise<Finding | undefined> {
    this.#shrinking = false
    const result = await fc.check(
      fc.asyncProperty(arbitrary, async (item) => {
        const reason = await differs(item)
        if (reason === undefined) return
        this.#shrinking = true
        throw new Error(reason)
      }),
      { seed, numRuns: RUNS[kind] },
    )
    const [item] = result.counterexample ?? []
    if (!result.failed || item === undefined) return undefined
    const error = result.errorInstance
    return { seed, kind, script: show(item), reason: error instanceof Error ? error.message : String(error) }
  }

  /** @param last what is asked in the end */
  #scripts(
    truth: Engine,
    kind: Kind,
    seed: number,
    made: fc.Arbitrary<RandomScript>,
    last: readonly string[],
  ): Promise<Finding | undefined> {
    const run = async ({ setup, statements }: RandomScript): Promise<string | undefined> => {
      for (const sql of CLEAN) await truth.execute(sql)
      this.#parted = false
      const all = [...setup, ...statements, ...last]
      const outcomes = await this.#runScript(all)
      for (const [at, sql] of all.entries()) {
        const reason = await this.#compare(truth, outcomes[at] as Outcome, sql)
        if (this.#parted) return undefined
        if (reason !== undefined) return `${sql}\n      ${reason}`
      }
      return undefined
    }
    return this.#check(kind, seed, made, ({ setup, statements }) => [...setup, ...statements], run)
  }

  #equations(candidate: Engine, seed: number): Promise<Finding | undefined> {
    const rowsOf = async (queries: readonly string[]): Promise<string[] | undefined> => {
      const outcomes: Outcome[] = []
      for (const sql of queries) outcomes.push(await candidate.execute(sql))
      if (!this.#shrinking)
        for (const { error } of outcomes)
          this.counts[error === undefined ? 'equal' : error.code === '0A000' ? 'refused' : 'failed']++
      if (outcomes.some(({ error }) => error !== undefined)) return undefined
      return outcomes.flatMap(({ rows }) => rows.map((row) => JSON.stringify(row))).sort()
    }
    const differs = async ({ left, right }: Equation): Promise<string | undefined> => {
      const [mine, theirs] = [await rowsOf(left), await rowsOf(right)]
      if (mine === undefined || theirs === undefined || mine.join() === theirs.join()) return undefined
      if (!this.#shrinking) this.counts.wrong++
      return `${mine.length} rows and ${theirs.length} rows, which are not the same`
    }
    const show = ({ left, right }: Equation): string[] => [...PLAIN_SCHEMA, ...left, ...right]
    return this.#check('equations', seed, equation(this.#depth), show, differs)
  }
}
