/** Regular expressions at random: PostgreSQL's matches, captures and errors. */
import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileRegex, excerpt } from '../../compiler/regex/regex.ts'
import { PgError } from '../../wire/protocol/error.ts'
import { regexCase } from '../fuzz/regex.ts'
import { NativePostgres } from '../native-postgres.ts'

let server: NativePostgres
let sql: postgres.Sql

beforeAll(async () => {
  server = await NativePostgres.start({ settings: ['fsync=off'] })
  sql = postgres({ host: '127.0.0.1', port: server.port, user: 'postgres', database: 'postgres', max: 1 })
  await sql`
    create function pg_temp.matches(given text, regex text, flags text) returns jsonb language plpgsql as $$
    begin
      return coalesce((select jsonb_agg(to_jsonb(m)) from regexp_matches(given, regex, flags) as m), '[]');
    exception when others then
      return to_jsonb(sqlstate || ' ' || sqlerrm);
    end $$`
})
afterAll(async () => {
  await sql.end()
  await server.stop()
})

/** What orez finds; undefined where it refuses. */
const found = (given: string, regex: string, flags: string): unknown => {
  try {
    return [...compileRegex(regex, flags).all(given)].map(([whole, ...groups]) =>
      (groups.length === 0 ? [whole] : groups).map((extent) => excerpt(given, extent) ?? null),
    )
  } catch (error) {
    if (!(error instanceof PgError)) throw error
    return error.code === '0A000' ? undefined : `${error.code} ${error.message}`
  }
}

describe('matches', () => {
  test.each([1, 2, 3, 4])('of two thousand expressions, seed %i', async (seed) => {
    const cases = fc.sample(regexCase, { numRuns: 2000, seed })
    const [texts, regexes, flags] = [0, 1, 2].map((at) => cases.map((each) => each[at] ?? ''))
    const truth = await sql`
      select pg_temp.matches(t, r, f) as matches
      from unnest(${texts ?? []}::text[], ${regexes ?? []}::text[], ${flags ?? []}::text[]) with ordinality as c (t, r, f, n)
      order by n`
    let compared = 0
    for (const [at, [given, regex, letters]] of cases.entries()) {
      const mine = found(given, regex, letters)
      if (mine === undefined) continue
      compared++
      expect(mine, JSON.stringify([given, regex, letters])).toEqual(truth[at]?.matches)
    }
    expect(compared).toBeGreaterThan(1000)
  })
})
