import { PgServer } from './wire/server/server.ts'
import { NativePostgres } from './oracle/native-postgres.ts'
import { Conversation } from './oracle/conversation.ts'
import { conversations, type Step } from './wire/test/conversations.ts'
const native = await NativePostgres.start({ settings: ['fsync=off'] })
const server = await PgServer.start({ data: ':memory:', port: 0, backend: 'sqlite' })
const norm = (l: string) => /^[EN] /.test(l) ? l.replace(/^([EN]) V=(\w+) C=(\w+) M=(.*?)( [DHPpqstcdn]=.*)?$/, (_: string, t: string, v: string, c: string, m: string, r = '') => `${t} ${v} ${c} ${m}${/ P=\d+/.exec(r)?.[0] ?? ''}`) : l
const only = process.argv[2]
let equal = 0, refused = 0, wrong = 0
for (const [name, steps] of Object.entries(conversations)) {
  if (only && !name.includes(only)) continue
  const a = await Conversation.open({ port: native.port, database: 'postgres' }), b = await Conversation.open({ port: server.port, database: 'postgres' })
  let verdict = 'equal'
  for (const step of steps) {
    const { send, until } = 'send' in step ? step : { send: step, until: 'Z' }
    if (send.length > 0) { a.send(...send); b.send(...send) }
    const want = (await a.until(until)).map(norm)
    let got: string[]
    try { got = (await b.until(until)).map(norm) } catch (e) { got = [String(e)] }
    if (JSON.stringify(want) !== JSON.stringify(got)) {
      const at = want.findIndex((l, i) => l !== got[i])
      const i = at < 0 ? want.length : at
      if ((got[i] ?? '').includes('0A000')) { verdict = 'refused ' + got[i]; break }
      verdict = `WRONG ${String(send[0] && Buffer.from(send[0]).toString('latin1').slice(0, 90).replace(/[^\x20-\x7e]/g, '.'))}\n     want ${want[i]}\n     got  ${got[i]}`; break
    }
  }
  if (verdict === 'equal') equal++; else if (verdict.startsWith('refused')) refused++; else wrong++
  if (verdict !== 'equal') console.log(name, '→', verdict)
  await a.close().catch(() => 0); await b.close().catch(() => 0)
}
console.log({ equal, refused, wrong })
await server.stop(); await native.stop(); process.exit()
