/**
 * What compiling costs beside parsing alone, statement by statement over the corpus; and what compiled statements cost
 * beside SQL written by hand for SQLite.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StatementCache } from '../compiler/cache.ts'
import { Catalog } from '../compiler/catalog/catalog.ts'
import { compile, compileStatement, newSession } from '../compiler/compile.ts'
import { loadGrammar, parse } from '../compiler/parse.ts'
import type { DefinitionPlan, Plan } from '../compiler/plan.ts'
import { CORPUS } from '../oracle/corpus.ts'
import { Script } from '../oracle/psql/script.ts'
import { percentile, printGoal } from './report.ts'

/** Each statement is measured so often; the least counts. */
const ROUNDS = 7

/** Milliseconds of each of several works, which take turns: what warms up or slows down the machine meets all of them. */
const leastOf = (works: readonly (() => void)[]): number[] => {
  const best = works.map(() => Number.POSITIVE_INFINITY)
  for (let round = 0; round < ROUNDS; round++)
    for (const [at, work] of works.entries()) {
      const start = performance.now()
      work()
      best[at] = Math.min(best[at] as number, performance.now() - start)
    }
  return best
}

const ratioOf = (one: () => void, other: () => void): number => {
  const [first = 0, second = 0] = leastOf([one, other])
  return first / second
}

const benchCost = (): void => {
  const ratios: number[] = []
  for (const path of globSync('*/*.sql', { cwd: CORPUS })) {
    const session = newSession()
    let catalog = new Catalog()
    const script = new Script(readFileSync(join(CORPUS, path), 'utf8'))
    for (let step = script.next(); step !== undefined; step = script.next()) {
      if (step.kind === 'meta') continue
      const { text } = step
      try {
        const plans = compile(text, { ...session, catalog })
        ratios.push(
          ratioOf(
            () => compile(text, { ...session, catalog }),
            () => parse(text),
          ),
        )
        for (const plan of plans) if (plan.kind === 'definition') ({ catalog } = plan)
      } catch {
        // errors are not what is measured
      }
    }
  }
  printGoal(`compile / parse, median of ${ratios.length} statements`, percentile(ratios, 0.5), 3, '×')
}

const CRUD: readonly (readonly [what: string, postgres: string, sqlite: string])[] = [
  ['select by key', 'select id, name from t where id = $1', 'SELECT id, name FROM t WHERE id = :p1'],
  [
    'range scan',
    'select id, name from t where id >= $1 order by id limit 50',
    'SELECT id, name FROM t WHERE id >= :p1 ORDER BY id LIMIT 50',
  ],
  ['count by group', 'select n, count(*) from t group by n', 'SELECT n, count(*) FROM t GROUP BY n'],
]

/** What is measured on: its definition, compiled. */
const table = (): DefinitionPlan => {
  const [definition] = compile('create table t (id int primary key, name text, n int)')
  if (definition?.kind !== 'definition') throw new Error('no table')
  return definition
}

const benchCrud = (): void => {
  const definition = table()
  const db = new DatabaseSync(':memory:')
  for (const step of definition.steps) db.exec(step.sql)
  const insert = db.prepare('INSERT INTO t VALUES (?, ?, ?)')
  db.exec('BEGIN')
  for (let id = 0; id < 20_000; id++) insert.run(id, `name ${id}`, id % 100)
  db.exec('COMMIT')
  for (const [what, postgres, sqlite] of CRUD) {
    const [plan] = compile(postgres, { ...newSession(), catalog: definition.catalog })
    if (plan?.kind !== 'query' || plan.query.functions.length > 0) {
      console.log(`${what.padEnd(44)} needs functions`)
      continue
    }
    const [ours, theirs] = [db.prepare(plan.query.sql), db.prepare(sqlite)]
    const times = what === 'count by group' ? 20 : 20_000
    const run = (statement: typeof ours) => (): void => {
      for (let at = 0; at < times; at++) statement.all(plan.parameters.length > 0 ? { p1: at } : {})
    }
    printGoal(`${what}, compiled / by hand`, ratioOf(run(ours), run(theirs)), 1.1, '×')
  }
  db.close()
}

/** Microseconds that the plan of a text costs that has been compiled before, among so many others that it is never the latest. */
const benchCache = (): void => {
  const session = { ...newSession(), catalog: table().catalog }
  const cache = new StatementCache()
  const key = { catalog: session.catalog, settings: session.settings, parametrised: true }
  const texts = Array.from({ length: 500 }, (_, at) => `select id, name from t where id = $1 and n <> ${at} limit 1`)
  const lookUp = (sql: string): Plan | undefined => {
    const [statement] = cache.parse(sql)
    return statement && cache.find(statement, key)
  }
  for (const sql of texts) {
    const [statement] = cache.parse(sql)
    if (statement !== undefined) cache.keep(statement, key, compileStatement(sql, statement, session, []))
  }
  if (texts.some((sql) => lookUp(sql) === undefined)) throw new Error('a plan has not been kept')
  const [all = 0] = leastOf([
    () => {
      for (const sql of texts) lookUp(sql)
    },
  ])
  printGoal('a statement compiled before', (all * 1000) / texts.length, 2, 'µs')
}

export const benchCompile = async (): Promise<void> => {
  await loadGrammar()
  benchCost()
  benchCache()
  benchCrud()
}
