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
