/** A pause keeps PostgreSQL from its files, and loses nothing of what it is sent meanwhile. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Backend } from '../pglite/backend.ts'
import { createDataDir, NEW_DATABASE } from '../pglite/template.ts'
import { B } from '../protocol/backend.ts'
import { FrameReader, LARGE_MESSAGE_LIMIT } from '../protocol/frame.ts'
import { encodeQuery } from '../protocol/frontend.ts'

let folder: string
let backend: Backend
/** Of the statements that have ended, in order. */
const tags: string[] = []
let ended: PromiseWithResolvers<void> | undefined

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orez-pause-'))
  const dataDir = join(folder, 'data')
  await createDataDir(dataDir)
  const frames = new FrameReader(() => LARGE_MESSAGE_LIMIT)
  backend = await Backend.open(
    { dataDir, database: NEW_DATABASE, fsync: false },
    {
      onOutput: (bytes) => {
        frames.push(bytes)
        for (let frame = frames.next(); frame !== undefined; frame = frames.next()) {
          if (frame.type === B.commandComplete) tags.push(frame.body.toString('latin1', 0, frame.body.length - 1))
        }
        ended?.resolve()
        backend.consumed(bytes.length)
      },
      onCall: async () => '{"value":null}',
      onCrash: (error) => {
        throw error
      },
    },
  )
})
afterAll(async () => {
  await backend.close()
  await rm(folder, { recursive: true, force: true })
})

/** Tags of the next statements, once so many have ended. */
const take = async (count: number): Promise<string[]> => {
  while (tags.length < count) {
    ended = Promise.withResolvers()
    await ended.promise
  }
  return tags.splice(0)
}

const send = (count: number): void => {
  for (let at = 0; at < count; at++) backend.send(encodeQuery(`SELECT FROM generate_series(1, ${at})`))
}

test('all messages of a pause are taken up after it, in order', async () => {
  await backend.whilePaused(async () => send(5))
  expect(await take(5)).toEqual(['SELECT 0', 'SELECT 1', 'SELECT 2', 'SELECT 3', 'SELECT 4'])
})

test('pauses overlap: PostgreSQL goes on after the last', async () => {
  const first = Promise.withResolvers<void>()
  const second = Promise.withResolvers<void>()
  const both = [backend.whilePaused(() => first.promise), backend.whilePaused(() => second.promise)]
  send(2)
  first.resolve()
  await both[0]
  // a third pause is granted only after the thread has taken the end of the first
  await backend.whilePaused(async () => expect(tags).toEqual([]))
  second.resolve()
  await both[1]
  expect(await take(2)).toEqual(['SELECT 0', 'SELECT 1'])
})
