/** Holds random conversations with PostgreSQL and with orez: every answer must be the same, message by message. */
import fc from 'fast-check'
import { Conversation } from '../conversation.ts'
import { Q } from '../messages.ts'
import { conversation, type Turn } from './conversation.ts'
import { bytesOf, wordsOf } from './message.ts'
import { SETUP } from './vocabulary.ts'

/** What was said to each turn. */
const hold = async (port: number, turns: readonly Turn[]): Promise<string[][]> => {
  const client = await Conversation.open({ port })
  const said: string[][] = []
  client.send(Q(SETUP))
  await client.untilReady()
  for (const turn of turns) {
    client.send(...turn.map(bytesOf))
    said.push(await client.untilReady())
  }
  await client.close()
  return said
}

const REFUSED = /^E V=ERROR C=0A000 /

/** The first turn that was answered in another way, and how; undefined where orez has refused something. */
const difference = (expected: readonly string[][], actual: readonly string[][]): string | undefined => {
  for (const [at, lines] of expected.entries()) {
    const mine = actual[at] ?? []
    const first = lines.findIndex((line, which) => line !== mine[which])
    if (first < 0 && lines.length === mine.length) continue
    const [theirs, ours] = first < 0 ? [undefined, mine[lines.length]] : [lines[first], mine[first]]
    return ours !== undefined && REFUSED.test(ours) ? undefined : `turn ${at + 1}: ${ours} instead of ${theirs}`
  }
  return undefined
}

export interface Report {
  readonly conversations: number
  /** The smallest conversation found that went in another way. */
  readonly finding?: string
}

/** @param native where PostgreSQL listens @param orez where orez does @param seed what the conversations are made of */
export const talk = async (native: number, orez: number, runs: number, seed: number): Promise<Report> => {
  const property = fc.asyncProperty(conversation, async (turns) => {
    const found = difference(await hold(native, turns), await hold(orez, turns))
    if (found !== undefined) throw new Error(found)
  })
  const { failed, numRuns, counterexample, errorInstance } = await fc.check(property, { numRuns: runs, seed })
  if (!failed) return { conversations: numRuns }
  const turns = (counterexample?.[0] ?? []).map((turn) => turn.map(wordsOf).join('; '))
  return {
    conversations: numRuns,
    finding: `${turns.join('\n')}\n${errorInstance instanceof Error ? errorInstance.message : ''}`,
  }
}
