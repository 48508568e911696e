/** The command, as people call it. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const COMMAND = resolve(import.meta.dirname, '../cli/orez-compile.ts')

const run = (
  args: readonly string[],
  input = '',
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> =>
  new Promise((done) => {
    const child = execFile(
      process.execPath,
      [COMMAND, ...args],
      { env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' } },
      (error, out, err) => done({ code: error === null ? 0 : Number(error.code), out, err }),
    )
    child.stdin?.end(input)
  })

describe('orez-compile', () => {
  test('reads arguments', async () => {
    const { code, out } = await run(['select $1::int + 1 as n'])
    expect(code).toBe(0)
    expect(out).toContain('-- parameters $1 integer')
    expect(out).toContain('-- columns    n integer')
  })

  test('reads standard input', async () => {
    expect(await run([], "select 'a' as a;\n")).toMatchObject({
      code: 0,
      out: "SELECT 'a' AS a;\n-- columns    a text\n",
    })
  })

  test('points at what it refuses', async () => {
    const { code, err } = await run(['select 1,\n  xmlelement(name foo)'])
    expect(code).toBe(1)
    expect(err).toBe('0A000 XmlExpr is not supported\n2 |   xmlelement(name foo)\n      ^\n')
  })

  test('points at syntax errors', async () => {
    const { code, err } = await run(['selec 1'])
    expect(code).toBe(1)
    expect(err).toBe('42601 syntax error at or near "selec"\n1 | selec 1\n    ^\n')
  })

  test('shows what changes in the catalog, and the rules that have fired', async () => {
    const { code, out } = await run([
      `create table t (id int primary key, at date); create index on t (at); drop table t;
       select 1 where date '2020-01-01' < $1::timestamp`,
    ])
    expect(code).toBe(0)
    const primary = 'table public.t (id integer not null, at date, primary t_pkey'
    expect(out.split('\n').filter((line) => line.startsWith('-- effect'))).toEqual([
      `-- effect     + ${primary})`,
      `-- effect     ~ ${primary}, index t_at_idx)`,
      `-- effect     - ${primary}, index t_at_idx)`,
    ])
    expect(out).toContain('-- rules      comparison of dates with timestamps\n')
  })

  test('shows the writes of a statement, a clause a line', async () => {
    const { out } = await run([
      `create table t (id int, v text);
       with gone as (delete from t where id = 1 returning id, v) select id, v from gone where id > 0 and v is not null order by id limit 2`,
    ])
    expect(out).toContain('\n  FROM t\n  WHERE t.id = 1\n)')
    expect(out).toContain('\n-- effect     delete of t, row by row from these')
    expect(out).toContain('\n-- columns    id integer, v text\n')
  })

  test('goes on after what it refuses', async () => {
    const { code, out, err } = await run(['select 1 as a; explain select 3; select 2 as b'])
    expect(code).toBe(1)
    expect(out).toBe('SELECT 1 AS a;\n-- columns    a integer\nSELECT 2 AS b;\n-- columns    b integer\n')
    expect(err).toBe(
      '0A000 ExplainStmt is not supported\n1 | select 1 as a; explain select 3; select 2 as b\n                   ^\n',
    )
  })

  test.each([
    [['--file', '/no/such/file'], 'error: ENOENT: no such file or directory, open'],
    [['--watch', 'select 1'], 'error: --watch needs --file'],
    [['--target', 'other', 'select 1'], "error: option '--target <name>' argument 'other' is invalid"],
  ])('%j fails', async (args, message) => {
    const { code, err } = await run(args)
    expect(code).toBe(1)
    expect(err).toContain(message)
  })

  test('knows a schema, explains, and runs on both', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'orez-compile-'))
    try {
      const schema = join(folder, 'schema.sql')
      await writeFile(schema, 'create table t (id int primary key, v text);\ninsert into t values (1, null);\n')
      const explained = await run(['--schema', schema, '--explain', 'select v from t where id = 1'])
      expect(explained.out).toContain('SEARCH t USING INDEX')
      const both = await run(['--schema', schema, '--run', 'select * from t; select 1.50 + 1'])
      expect(both).toMatchObject({
        code: 0,
        out: 'select * from t\n    id | v\n    1 | NULL\nselect 1.50 + 1\n    ?column?\n    2.50\n',
      })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('prints JSON', async () => {
    const [plan] = JSON.parse((await run(['--json', '--target', 'pure', 'select 1 as one'])).out) as [{ sql: string[] }]
    expect(plan.sql).toEqual(['SELECT 1 AS one'])
  })
})
