/** The command, on a script that nobody has seen. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const COMMAND = resolve(import.meta.dirname, '../cli/orez-oracle.ts')

const SCRIPT = `create table t (id int primary key, v money);
create table u (id int primary key, v text);
insert into u values (1, 'x'), (2, null);
select count(*) from t;
select 1 / (id - 1) from u order by id;
select v from u order by id desc;
`

test.each([
  [
    ['--target', 'native'],
    ['refused', 'equal', 'equal', 'refused', 'equal', 'equal'],
  ],
  [
    ['--target', 'pure'],
    ['refused', 'equal', 'equal', 'refused', 'equal', 'equal'],
  ],
  [
    ['--reference', 'pglite'],
    ['refused', 'equal', 'equal', 'refused', 'equal', 'equal'],
  ],
])('a verdict for each statement, and totals: %s', async (options, verdicts) => {
  const folder = await mkdtemp(join(tmpdir(), 'orez-oracle-'))
  try {
    const file = join(folder, 'script.sql')
    await writeFile(file, SCRIPT)
    const { stdout } = await run(process.execPath, [COMMAND, '--json', ...options, file])
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.slice(0, -1).map(({ line, verdict }) => [line, verdict])).toEqual(
      verdicts.map((verdict, at) => [at + 1, verdict]),
    )
    expect(lines.at(-1)).toEqual({ equal: 4, refused: 2, wrong: 0 })
  } finally {
    await rm(folder, { recursive: true })
  }
})
