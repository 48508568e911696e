/** What no client should send: messages of every kind with bodies of any kind, wrong lengths, statements meant to harm. */
import { connect } from 'node:net'
import fc from 'fast-check'
import { startupMessage } from '../conversation.ts'
import { B, C, c, D, d, E, FLUSH, P, Q, raw, SYNC } from '../messages.ts'

export interface Attack {
  readonly bytes: Buffer
  /** How many messages they are, or would be. */
  readonly messages: number
  /** The connection has begun as it should. */
  readonly loggedIn: boolean
}

const NESTED = `${'('.repeat(2000)}1${')'.repeat(2000)}`

/** Statements that are wrong, too large, or begin what they do not end. None of them does harm to data of others. */
const STATEMENTS: readonly string[] = [
  ...[
    '',
    ';',
    ';;;',
    'select',
    'select $1',
    'select $99999',
    "select 'open",
    'select /* open',
    '\\d',
    'select \u0000 1',
  ],
  ...['begin', 'commit', 'rollback', 'savepoint a', 'rollback to b', 'begin isolation level serializable'],
  ...[`select ${NESTED}`, `select ${'x'.repeat(70_000)}`, `select ${"'a' || ".repeat(3000)}'b'`, 'select 1/0'],
  ...['copy (select 1) to stdout', 'copy nothing from stdin', 'create temp table own (a int)', 'copy own from stdin'],
  ...["set timezone = 'Mars/Olympus'", "set datestyle = ''", 'reset all', 'discard all', 'deallocate all', 'listen x'],
  ...[
    'declare c cursor for select 1',
    'fetch all from c',
    'prepare p as select $1::int',
    "execute p('x')",
    'close all',
  ],
  ...[
    'select repeat(repeat(chr(1), 1000), 1000)',
    'select array_fill(1, array[1000000])',
    "select '{{1},{2,3}}'::int[]",
  ],
  ...["select '\\xzz'::bytea", "select 'NaN'::numeric ^ 'Infinity'", "select ('{' || repeat('[', 10000))::jsonb"],
  ...['select pg_advisory_xact_lock_shared(1)', 'select set_config(null, null, null)', 'select pg_sleep(-1)'],
]

const sql = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...STATEMENTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 100 }) },
)
const name = fc.constantFrom('', 'a', 'b', 'x'.repeat(300))
const values = fc.array(fc.option(fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 4 })
const target = fc.constantFrom('portal' as const, 'statement' as const)

/** Messages as they should be, one by one. */
const proper = fc.oneof(
  sql.map((text) => Q(text)),
  fc
    .tuple(sql, name, fc.array(fc.nat(4000), { maxLength: 3 }))
    .map(([text, statement, types]) => P(text, statement, types)),
  fc
    .tuple(values, name, name, fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 3 }))
    .map(([list, statement, portal, formats]) => B(list, { statement, portal, formats })),
  fc.tuple(target, name).map(([of, which]) => D(of, which)),
  fc.tuple(target, name).map(([of, which]) => C(of, which)),
  fc.tuple(name, fc.integer({ min: -3, max: 5 })).map(([portal, rows]) => E(portal, rows)),
  fc.constantFrom(SYNC, FLUSH, c),
  fc.string({ maxLength: 50 }).map((text) => d(text)),
)

/** The same with some bytes changed. */
const damaged = fc
  .tuple(proper, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 }))
  .map(([bytes, changes]) => {
    const copy = Buffer.from(bytes)
    for (const [at, byte] of changes) copy[at % copy.length] = byte
    return copy
  })

const anyBody = fc
  .tuple(fc.constantFrom(...'BCDEFHPQScdfpX'), fc.uint8Array({ maxLength: 60 }))
  .map(([type, body]) => raw(type, body))

const wrongLength = fc
  .tuple(fc.constantFrom(...'BPQEd'), fc.uint8Array({ maxLength: 60 }), fc.integer({ min: -5, max: 1 << 30 }))
  .map(([type, body, length]) => raw(type, body, length))

const noise = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))

const message = fc.oneof(
  { weight: 6, arbitrary: proper },
  { weight: 4, arbitrary: damaged },
  { weight: 3, arbitrary: anyBody },
  { weight: 1, arbitrary: wrongLength },
  { weight: 1, arbitrary: noise },
)

export const attacks: fc.Arbitrary<Attack> = fc
  .tuple(fc.array(message, { minLength: 1, maxLength: 16 }), fc.integer({ min: 0, max: 7 }))
  .map(([messages, begins]) => ({
    bytes: Buffer.concat(messages),
    messages: messages.length,
    // most go further than the start-up packet
    loggedIn: begins > 0,
  }))

/** Throws bytes at the server on a connection of their own, and waits until they have been dealt with. */
export const attack = (port: number, { bytes, loggedIn }: Attack): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      if (loggedIn) socket.write(startupMessage({ user: 'postgres', database: 'postgres' }))
      socket.end(bytes)
    })
    socket.resume()
    socket.on('error', () => undefined)
    socket.on('close', () => resolve())
  })
