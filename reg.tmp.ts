import { NativePostgres } from './oracle/native-postgres.ts'
import { PgServer } from './wire/server/server.ts'

const n = await NativePostgres.start()
const s = await PgServer.start({
  data: ':memory:',
  port: 16999,
  onCrash: (e) => console.log('CRASH', e.message.slice(0, 200)),
})
console.log(n.port, s.port)
setTimeout(() => process.exit(), 900_000)
