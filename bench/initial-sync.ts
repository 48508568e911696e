/**
 * Initial sync of a million rows, from the start of zero-cache until it is healthy, and the copy alone.
 */
import postgres from 'postgres'
import { printRow } from './report.ts'
import { CONTENDERS, type Contender, startCache, startUpstream } from './stack.ts'

const ROWS = 1_000_000

const measure = async (contender: Contender): Promise<{ healthy: number; copy: number }> => {
  const upstream = await startUpstream(contender)
  await upstream.prepare()
  const sql = postgres(upstream.url('postgres'), { max: 1, onnotice: () => undefined })
  await sql
    .unsafe(`CREATE TABLE item(id int PRIMARY KEY, name text NOT NULL, price numeric(10,2), at timestamptz, tags jsonb);
    INSERT INTO item SELECT g, 'item number ' || g, g / 7.0, '2026-01-01'::timestamptz + g * interval '1 second',
      jsonb_build_object('a', g % 10) FROM generate_series(1, ${ROWS}) g; CHECKPOINT`)
    .simple()
  await sql.end()
  const from = performance.now()
  const cache = await startCache({ ...upstream, prepare: () => Promise.resolve() })
  const healthy = (performance.now() - from) / 1000
  const synced = cache.lines.find((line) => line.includes('Synced ') && line.includes(' rows of '))
  const total = /total: ([\d.,]+)/.exec(synced ?? '')?.[1]?.replaceAll(',', '')
  await cache.stop()
  await upstream.stop()
  return { healthy, copy: Number(total) / 1000 }
}

export const benchInitialSync = async (): Promise<void> => {
  const results = { orez: { healthy: 0, copy: 0 }, native: { healthy: 0, copy: 0 } }
  for (const contender of CONTENDERS) results[contender] = await measure(contender)
  const values = (key: 'healthy' | 'copy'): Record<Contender, number> => ({
    orez: results.orez[key],
    native: results.native[key],
  })
  printRow({ what: 'initial sync of 1,000,000 rows', unit: 's', values: values('healthy'), goal: 1.5 })
  printRow({ what: '  of that, the sync alone', unit: 's', values: values('copy'), goal: 1.5 })
}
