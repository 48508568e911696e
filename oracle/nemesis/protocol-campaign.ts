/**
 * Hostile messages, thousands of them, while a neighbour works: the server goes on, the neighbour notices nothing, and
 * nothing of the attackers stays behind.
 */
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { Conversation } from '../conversation.ts'
import { Q } from '../messages.ts'
import { type Attack, attack, attacks } from './attack.ts'

export interface ProtocolCampaign {
  readonly port: number
  /** How many messages are to be sent. */
  readonly messages: number
  readonly seed: number
  /** How many attackers there are at a time. */
  readonly attackers?: number
  readonly log?: (line: string) => void
}

const MINE = 'create temp table mine(x int); insert into mine values (1); set timezone = $$Asia/Tokyo$$; begin'
const EXPECTED = ['D 1', 'D Asia/Tokyo', 'Z T']

const inWords = ({ bytes, loggedIn }: Attack): string =>
  `${loggedIn ? 'after' : 'instead of'} the start: ${bytes.toString('hex')}`

const SESSIONS = 'select pid from pg_stat_activity'

/** The lines of rows that tell a session's pid. */
const sessions = async (asker: Conversation): Promise<readonly string[]> => {
  asker.send(Q(SESSIONS))
  return (await asker.untilReady()).filter((line) => line.startsWith('D '))
}

/**
 * @returns how many messages were sent, by how many connections
 * @throws Error where the neighbour has noticed something, with what was sent last
 */
export const protocolCampaign = async (
  campaign: ProtocolCampaign,
): Promise<{ readonly messages: number; readonly connections: number }> => {
  const { port, seed, attackers = 8, log = () => undefined } = campaign
  const neighbour = await Conversation.open({ port })
  const before = new Set(await sessions(neighbour))
  neighbour.send(Q(MINE))
  await neighbour.untilReady()
  let [messages, connections, round] = [0, 0, 0]
  while (messages < campaign.messages) {
    const wave = fc.sample(attacks, { numRuns: attackers, seed: seed + round++ })
    await Promise.all(wave.map((each) => attack(port, each)))
    connections += wave.length
    messages += wave.reduce((sum, each) => sum + each.messages, 0)
    neighbour.send(Q('select x from mine; show timezone'))
    const answer = await neighbour.untilReady()
    if (!EXPECTED.every((line) => answer.includes(line)))
      throw new Error(`the neighbour was told ${answer.join(' | ')} after\n${wave.map(inWords).join('\n')}`)
    if (round % 500 === 0) log(`${messages} messages`)
  }
  neighbour.send(Q('rollback'))
  await neighbour.untilReady()
  const remaining = async () => (await sessions(neighbour)).filter((each) => !before.has(each))
  let left = await remaining()
  // The server may not have noticed the last closed connections yet.
  for (let tries = 0; left.length > 0 && tries < 100; tries++) {
    await setTimeout(50)
    left = await remaining()
  }
  await neighbour.close()
  if (left.length > 0) throw new Error(`sessions are left behind: ${left.join(' | ')}`)
  return { messages, connections }
}
