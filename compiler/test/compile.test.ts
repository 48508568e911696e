/** What the compiler makes of statements, as text; whether it is right is the oracle's to say. */
import { beforeAll, describe, expect, test } from 'vitest'
import { PgError } from '../../wire/protocol/error.ts'
import { compile, newSession } from '../compile.ts'
import { PURE } from '../lower/context.ts'
import { loadGrammar } from '../parse.ts'

beforeAll(loadGrammar)

const SCHEMA = 'create table t (id int primary key, name text, price numeric(8,2), "A" bool, a date);'

const printed = (sql: string, session = newSession()): string => {
  const plan = compile(SCHEMA + sql, session).at(-1)
  if (plan?.kind !== 'query') throw new Error(`not a query: ${sql}`)
  return plan.query.sql
}

describe('SQLite in place of PostgreSQL', () => {
  test.each<[sql: string, expected: string]>([
    ['select id, name from t where id = 1', 'SELECT t.id AS id, t.name AS name FROM t WHERE t.id = 1'],
    [
      'select * from t order by name desc limit 3',
      'SELECT t.id AS id, t.name AS name, t.price AS price, t."A" AS "A", t."a~2" AS a_2 FROM t ORDER BY "name" DESC NULLS FIRST LIMIT 3',
    ],
    [
      'select name from t where id in (1, 2) and name is not null',
      'SELECT t.name AS name FROM t WHERE t.id IN (1, 2) AND t.name IS NOT NULL',
    ],
    [
      'select count(*), max(name) from t group by id',
      'SELECT count(*) AS count, max(t.name) AS max FROM t GROUP BY t.id',
    ],
    ['select id from t order by price', 'SELECT t.id AS id FROM t ORDER BY "pg_key:1700"(t.price) NULLS LAST'],
    ["select 1 + 1, upper('x')", 'SELECT 2 AS "column", \'X\' AS upper'],
    ['select name || $1 from t where id = $2', 'SELECT t.name || :p1 AS "column" FROM t WHERE t.id = :p2'],
  ])('%s', (sql, expected) => {
    expect(printed(sql)).toBe(expected)
  })
})

describe('refusals name the feature and its position', () => {
  test.each<[sql: string, feature: string, position: number | undefined]>([
    ['select 1; select ctid from t', 'the system column ctid', 18],
    ['cluster t', 'ClusterStmt', 1],
    ['select xmlelement(name foo)', 'XmlExpr', 8],
    ['select * from t tablesample system (10)', 'TABLESAMPLE', 29],
  ])('%s', (sql, feature, position) => {
    const session = newSession()
    const [schema] = compile(SCHEMA, session)
    const catalog = schema?.kind === 'definition' ? schema.catalog : session.catalog
    expect(() => compile(sql, { ...session, catalog })).toThrow(
      expect.objectContaining({
        code: '0A000',
        message: `${feature} is not supported`,
        fields: position === undefined ? {} : { position },
      }),
    )
  })
})

describe('a target without functions', () => {
  test.each<[sql: string]>([
    ['select lower(name) from t'],
    ['select price from t order by price'],
    ["select name from t where name like 'a%'"],
  ])('refuses %s', (sql) => {
    expect(() => printed(sql, newSession(PURE))).toThrow(PgError)
  })

  test.each<[what: string, sql: string]>([
    ['101 columns', `select ${Array.from({ length: 101 }, () => 'id').join(', ')} from t`],
    [
      'deep expressions',
      `select id from t where ${Array.from({ length: 120 }, (_, at) => `id <> ${at} and name <> '${at}'`).join(' and ')}`,
    ],
    [
      '101 parameters',
      `select id from t where id in (${Array.from({ length: 101 }, (_, at) => `$${at + 1}`).join(', ')})`,
    ],
  ])('keeps within the limits of a Durable Object: %s', (_what, sql) => {
    expect(() => printed(sql)).not.toThrow()
    expect(() => printed(sql, newSession(PURE))).toThrow(expect.objectContaining({ code: '0A000' }))
  })

  test('computes constants beforehand', () => {
    expect(printed("select date '2024-01-31' + interval '1 month', 1.5 * 2", newSession(PURE))).toBe(
      'SELECT 762480000000000 AS "column", \'3.0\' AS column_2',
    )
  })
})
