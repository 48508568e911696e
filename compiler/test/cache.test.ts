/** Which plans are kept, and for how long. */
import { beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../bind/settings.ts'
import { type PlanKey, StatementCache } from '../cache.ts'
import { compile, compileStatement, newSession } from '../compile.ts'
import { NATIVE, PURE, type Target } from '../lower/context.ts'
import { loadGrammar } from '../parse.ts'

beforeAll(loadGrammar)

/** A cache that has seen one statement. */
const seen = (sql: string, target: Target = NATIVE) => {
  const [definition] = compile('create table t (id int primary key, at timestamptz default now())')
  if (definition?.kind !== 'definition') throw new Error('no table')
  const session = { ...newSession(), catalog: definition.catalog, target }
  const cache = new StatementCache(2)
  const key: PlanKey = { catalog: session.catalog, settings: session.settings, parametrised: false }
  const [statement] = cache.parse(sql)
  if (statement === undefined) throw new Error('no statement')
  const plan = compileStatement(sql, statement, session)
  cache.keep(statement, key, plan)
  return { cache, key, statement, plan }
}

const found = (cache: StatementCache, sql: string, key: PlanKey) => {
  const [statement] = cache.parse(sql)
  return statement && cache.find(statement, key)
}

const SELECT = 'select id from t where id = 1'

test('a plan is for the same text, catalog, settings and kind of parameters', () => {
  const { cache, key, plan } = seen(SELECT)
  expect(found(cache, SELECT, key)).toBe(plan)
  expect(found(cache, `${SELECT} `, key)).toBeUndefined()
  const [other] = compile('create table u ()')
  if (other?.kind !== 'definition') throw new Error('no table')
  expect(found(cache, SELECT, { ...key, catalog: other.catalog })).toBeUndefined()
  expect(found(cache, SELECT, { ...key, settings: { ...DEFAULT_SETTINGS, timeZone: 'Asia/Tokyo' } })).toBeUndefined()
  expect(found(cache, SELECT, { ...key, parametrised: true })).toBeUndefined()
})

test('what has not been asked for longest goes first', () => {
  const { cache, key, plan } = seen(SELECT)
  cache.parse('select 1')
  expect(found(cache, SELECT, key)).toBe(plan)
  cache.parse('select 2')
  expect(found(cache, SELECT, key)).toBe(plan)
  cache.parse('select 3')
  cache.parse('select 4')
  expect(found(cache, SELECT, key)).toBeUndefined()
})

describe('kept', () => {
  test.each<[sql: string, native: boolean, pure: boolean]>([
    [SELECT, true, true],
    ['insert into t values (1)', true, false],
    ['insert into t values (1, null) returning id', true, true],
    ["select 'now'::timestamptz", false, false],
    ["select id from t where at > 'yesterday'", false, false],
    ["select '2020-01-01'::timestamptz", true, true],
    ['select now()', true, false],
    ['create table u ()', false, false],
    ['begin', false, false],
  ])('%s', (sql, native, pure) => {
    for (const [target, kept] of [
      [NATIVE, native],
      [PURE, pure],
    ] as const) {
      const { cache, key, plan } = seen(sql, target)
      expect([target.name, found(cache, sql, key)]).toEqual([target.name, kept ? plan : undefined])
    }
  })
})
