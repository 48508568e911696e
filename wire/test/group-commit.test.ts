/** Commits that become durable together: who is told when, in which order, and what happens when the disk fails. */
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClientStream } from '../server/client-stream.ts'
import { GroupCommit } from '../sqlite/group-commit.ts'

let folder: string
const failures: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orez-group-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const open = async (name: string): Promise<GroupCommit> => {
  const path = join(folder, name)
  await writeFile(`${path}-wal`, '')
  return new GroupCommit(path, ({ message }) => failures.push(message))
}

/** A client, and what it has been told. */
const client = (group: GroupCommit): { readonly told: string[]; readonly stream: ClientStream } => {
  const told: string[] = []
  const stream = group.client({
    write: (bytes) => {
      told.push(bytes.toString())
      return undefined
    },
    end: (bytes) => void told.push(`end ${bytes?.toString('latin1') ?? ''}`),
  })
  return { told, stream }
}

const [one, other] = [{}, {}]

test('a session that is alone is told at once', async () => {
  const group = await open('alone')
  const { told, stream } = client(group)
  for (let at = 0; at < 100; at++) group.heard(one)
  group.committed()
  expect(stream.write(Buffer.from('done'))).toBe(undefined)
  expect(told).toEqual(['done'])
  group.close()
})

test('among several, nobody is told of a commit before it is durable, and all in order', async () => {
  const group = await open('several')
  const [writer, reader] = [client(group), client(group)]
  group.heard(one)
  group.heard(other)
  await writer.stream.write(Buffer.from('before'))
  group.committed()
  const first = writer.stream.write(Buffer.from('first'))
  const read = reader.stream.write(Buffer.from('what was read'))
  group.committed()
  const second = writer.stream.write(Buffer.from('second'))
  writer.stream.end(Buffer.from('last'))
  expect([writer.told, reader.told]).toEqual([['before'], []])
  await first
  expect(writer.told).toContain('first')
  await Promise.all([read, second])
  expect([writer.told, reader.told]).toEqual([['before', 'first', 'second', 'end last'], ['what was read']])
  expect(reader.stream.write(Buffer.from('later'))).toBe(undefined)
  group.close()
})

test('where the disk fails, everybody is told that, and nobody of the commit', async () => {
  const path = join(folder, 'failing')
  // what cannot be flushed
  await symlink('/dev/null', `${path}-wal`)
  const group = new GroupCommit(path, ({ message }) => failures.push(message))
  const [writer, reader] = [client(group), client(group)]
  group.heard(one)
  group.heard(other)
  group.committed()
  await Promise.all([writer.stream.write(Buffer.from('first')), reader.stream.write(Buffer.from('what was read'))])
  for (const { told } of [writer, reader]) {
    expect(told).toEqual([expect.stringMatching(/^end E.*C58030\0Mcould not fsync file/s)])
  }
  expect(() => group.committed()).toThrow(/could not fsync file/)
  expect(failures).toHaveLength(1)
  group.close()
})

test('a WAL that cannot be opened is a failure like any other', () => {
  const group = new GroupCommit(join(folder, 'missing'), ({ message }) => failures.push(message))
  const { told, stream } = client(group)
  expect(() => group.committed()).toThrow(/could not fsync file/)
  void stream.write(Buffer.from('done'))
  expect(told).toEqual([expect.stringMatching(/^end E.*C58030\0/s)])
  expect(failures.at(-1)).toMatch(/ENOENT/)
})
