/** Runs the corpus until something is not as recorded. Exits with 3 then, and with 0 when nothing was noticed. */
import { loadGrammar } from '../../compiler/parse.ts'
import { checkFixture, fixtures } from '../corpus.ts'
import { loadRatchet, offences } from '../ratchet.ts'

await loadGrammar()
const server = { port: Number(process.env.OREZ_NATIVE_PORT) }
const database = process.env.OREZ_MUTANT_DATABASE ?? ''
const ratchet = loadRatchet('own', 'native')
for (const fixture of fixtures()) {
  const [offence] = offences(fixture, await checkFixture(server, fixture, { target: 'native' }, database), ratchet)
  if (offence === undefined) continue
  console.log(offence.split('\n')[0])
  process.exit(3)
}
process.exit(0)
