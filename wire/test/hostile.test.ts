/**
 * Bytes that no client should send: the server ends that connection at most, and serves the others.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Conversation } from '../../oracle/conversation.ts'
import { B, E, P, Q, SYNC } from '../../oracle/messages.ts'
import { protocolCampaign } from '../../oracle/nemesis/protocol-campaign.ts'
import { decodePgoutput } from '../pgoutput/decode.ts'
import { parseRecord } from '../pgoutput/record.ts'
import { PgError } from '../protocol/error.ts'
import {
  decodeBind,
  decodeExecute,
  decodeParse,
  decodeQuery,
  decodeSaslInitial,
  decodeTarget,
  F,
} from '../protocol/frontend.ts'
import { readStartup } from '../protocol/startup.ts'
import { parseReplicationCommand } from '../replication/command.ts'
import { type Servers, startServers } from './servers.ts'

let servers: Servers
beforeAll(async () => {
  servers = await startServers()
})
afterAll(() => servers.server.stop())

const decoders: Readonly<Record<string, (bytes: Buffer) => unknown>> = {
  startup: readStartup,
  query: decodeQuery,
  parse: decodeParse,
  bind: decodeBind,
  execute: decodeExecute,
  describe: (bytes) => decodeTarget(F.describe, bytes),
  'SASL initial response': decodeSaslInitial,
  pgoutput: decodePgoutput,
  'replication command': (bytes) => parseReplicationCommand(`START_REPLICATION ${bytes.toString('latin1')}`),
}

test.each(Object.entries(decoders))('the decoder of %s throws nothing but its own errors', (_name, decode) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decode(Buffer.from(bytes))
      } catch (error) {
        expect(error).toBeInstanceOf(PgError)
      }
    }),
    { numRuns: 2000 },
  )
})

test('records are read as record_out writes them', () => {
  const quote = (field: string): string => `"${field.replaceAll('\\', '\\\\').replaceAll('"', '""')}"`
  fc.assert(
    fc.property(fc.array(fc.option(fc.string({ unit: 'binary' })), { minLength: 1 }), (fields) => {
      const text = `(${fields.map((field) => (field === null ? '' : quote(field))).join(',')})`
      // of one column with NULL nothing is to be seen
      expect(parseRecord(text)).toEqual(text === '()' ? [] : fields)
    }),
  )
})

test('hostile messages harm nobody else', async () => {
  await protocolCampaign({ port: servers.orez, messages: 2_000, seed: 1 })
})

/** Statements that go too far: the first error code is PostgreSQL's own, and the server goes on. */
test.each<[string, string]>([
  ['expressions nested too deep', `select ${'1+'.repeat(50_000)}1`],
  [
    'endless recursion',
    'create function pg_temp.deeper(n int) returns int language plpgsql as $$ begin return pg_temp.deeper(n + 1); end $$; select pg_temp.deeper(1)',
  ],
  ['a value that is too large', "select repeat('x', 1073741824)"],
])('%s end in an error, for the one who asked', async (_name, query) => {
  const codes = async (port: number): Promise<(string | undefined)[]> => {
    const neighbour = await Conversation.open({ port })
    const conversation = await Conversation.open({ port })
    conversation.send(Q(query))
    const error = (await conversation.untilReady()).find((line) => line.startsWith('E'))
    neighbour.send(Q("select 'unharmed'"))
    expect(await neighbour.untilReady()).toContain('D unharmed')
    await Promise.all([neighbour.close(), conversation.close()])
    return error?.split(' ').slice(0, 3) ?? []
  }
  expect(await codes(servers.orez)).toEqual(await codes(servers.native))
})

test.each([
  ['drop schema pg_orez cascade', '2BP01'],
  ['drop table pg_orez.change_log', '2BP01'],
  ['create schema pg_mine', '42939'],
  ["create tablespace t location '/tmp'", '0A000'],
  ["create subscription s connection 'host=x' publication p", '0A000'],
  ['create database another', '0A000'],
])('%s is refused', async (query, code) => {
  const conversation = await Conversation.open({ port: servers.orez })
  conversation.send(Q(query))
  expect(await conversation.untilReady()).toEqual(expect.arrayContaining([expect.stringContaining(`C=${code}`), 'Z I']))
  await conversation.close()
})

test('a refusal is for the statement that it is about, pipelined or not', async () => {
  const conversation = await Conversation.open({ port: servers.orez })
  const refusal = 'E V=ERROR C=0A000 M=CREATE DATABASE is not supported'
  conversation.send(Q('select 1/0'), Q('create database x'), Q('select 2/0; create database x'), Q("select 'last'"))
  expect(await conversation.untilReady()).toEqual([expect.stringMatching(/ C=22012 /), 'Z I'])
  expect(await conversation.untilReady()).toEqual([refusal, 'Z I'])
  expect(await conversation.untilReady()).toEqual([refusal, 'Z I'])
  expect(await conversation.untilReady()).toContain('D last')
  conversation.send(P('select 1'), B(), E(), P('create database x', 'named'), SYNC, P('select 1', 'named'), SYNC)
  expect(await conversation.untilReady()).toEqual(['1', '2', 'D 1', 'C SELECT 1', refusal, 'Z I'])
  expect(await conversation.untilReady()).toEqual(['1', 'Z I'])
  conversation.send(Q('begin; select 1/0'), Q('create database x'), Q('rollback'))
  await conversation.untilReady()
  expect((await conversation.untilReady())[0]).toMatch(/ C=25P02 /)
  await conversation.untilReady()
  await conversation.close()
})
