/** A server over SQLite in a process of its own, killed at random while clients work. */
import { setTimeout as pause } from 'node:timers/promises'
import getPort from 'get-port'
import pg from 'pg'
import { OrezProcess } from '../orez-process.ts'
import { Anomaly } from './anomaly.ts'
import { check, open, Teller } from './bank.ts'
import { randomFrom } from './random.ts'

export interface BankCampaign {
  readonly data: string
  readonly clients: number
  /** How long clients work altogether. */
  readonly seconds: number
  readonly seed: number
  readonly log: (line: string) => void
}

export interface BankResult {
  readonly transfers: number
  readonly kills: number
}

/** @throws Anomaly when the server has done what none may do */
export const bankCampaign = async ({ data, clients, seconds, seed, log }: BankCampaign): Promise<BankResult> => {
  const random = randomFrom(seed)
  const port = await getPort()
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'bank' })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }
  const tellers = Array.from({ length: clients }, (_, at) => new Teller(`t${at}`, randomFrom(seed + at + 1)))
  const start = (): Promise<OrezProcess> => OrezProcess.start({ backend: 'sqlite', data, port })
  let server = await start()
  let admin = await connect()
  await open(admin)
  const end = Date.now() + seconds * 1000
  let kills = 0
  let anomaly: unknown
  const work = async (teller: Teller): Promise<void> => {
    let client: pg.Client | undefined
    while (Date.now() < end && anomaly === undefined)
      try {
        client ??= await connect()
        await teller.transfer(client)
        await teller.look(client)
      } catch (error) {
        if (error instanceof Anomaly) anomaly = error
        void client?.end().catch(() => undefined)
        client = undefined
        await pause(20)
      }
    await client?.end().catch(() => undefined)
  }
  const working = Promise.all(tellers.map(work))
  try {
    while (Date.now() < end && anomaly === undefined) {
      await pause(Math.min(300 + random() * 1500, Math.max(end - Date.now(), 0)))
      if (Date.now() >= end) break
      await server.kill()
      kills++
      server = await start()
      void admin.end().catch(() => undefined)
      admin = await connect()
      await check(admin, tellers)
      log(
        `kill ${kills}: ${tellers.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0)} transfers, all there`,
      )
    }
    await working
    if (anomaly !== undefined) throw anomaly
    await check(admin, tellers)
    return { kills, transfers: tellers.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0) }
  } finally {
    anomaly ??= new Error('over')
    await working.catch(() => undefined)
    await admin.end().catch(() => undefined)
    await server.stop()
  }
}
