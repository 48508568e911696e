/** The data of COPY FROM: its lines, fields and options, on the server over SQLite as on native PostgreSQL. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { Conversation } from '../../oracle/conversation.ts'
import { Q, raw } from '../../oracle/messages.ts'
import { PgServer } from '../server/server.ts'

const TEXT = ''
const CSV = '(format csv)'
const CASES: [options: string, data: string | Buffer, columns?: string][] = [
  [TEXT, '1\t2\r\n3\t4\r\n'],
  [TEXT, '1\t2\r3\t4\r'],
  [TEXT, '1\t2\n3\t4\r\n'],
  [TEXT, '1\t2\r\n3\t4\n'],
  [TEXT, '1\t2\r'],
  [TEXT, 'a\rb\tc\n'],
  [TEXT, '1\t2\nx\ry\tz\n'],
  [CSV, '1,2\r\n3,4\r\n'],
  [CSV, '1,2\r3,4\r'],
  [CSV, '1,2\n3,4\r\n'],
  [CSV, '1,2\r\n3,4\n'],
  [CSV, '"a\r\nb",2\r\n3,4\r\n'],
  [CSV, '"a\nb",2\r\n3,4\r\n'],
  [CSV, 'a\rb,2\n'],
  [CSV, '1,2\n"x\ry",z\n'],
  [TEXT, '1\t2\n\\.\n3\t4\n'],
  [TEXT, '1\t2\n\\.'],
  [TEXT, '1\t2\nabc\\.\n'],
  [TEXT, '\\.abc\n'],
  [TEXT, '1\t2\\.\n'],
  [TEXT, '\\.\r\n'],
  [TEXT, '1\t2\r\n\\.\r\n'],
  [TEXT, '1\t2\r\n\\.\n'],
  [CSV, '1,2\n\\.\n3,4\n'],
  [CSV, '\\.,2\n'],
  [CSV, '"\\.",2\n'],
  [TEXT, 'a\\\nb\tc\n'],
  [TEXT, 'a\\\r\nb\tc\r\n'],
  [TEXT, '\\N\t\\\\N\n'],
  [TEXT, 'x\\'],
  [TEXT, 'x\\\t1\ty\n'],
  [TEXT, '\\x41\\101\\x4\\7\t\\q\n'],
  [TEXT, '\\xe9\tb\n'],
  [TEXT, '\\303\\251\tb\n'],
  [TEXT, '1\t2'],
  [TEXT, ''],
  [TEXT, '\n'],
  [TEXT, '\n\n'],
  [TEXT, '1\t2\n\n'],
  [CSV, ''],
  [CSV, '\n'],
  [CSV, '1,2\n\n'],
  [CSV, '"",\n'],
  [CSV, ',\n'],
  [CSV, '"a""b",c\n'],
  [CSV, '"a"x"b",c\n'],
  [CSV, 'x"a,b"y,c\n'],
  [CSV, '"a'],
  [CSV, '"a\n'],
  [CSV, 'a"\n'],
  ['(header)', 'a\tb\n1\t2\n'],
  ['(header match)', 'a\tb\n1\t2\n'],
  ['(header match)', 'a\tc\n1\t2\n'],
  ['(header match)', 'a\n1\t2\n'],
  ['(header match)', 'a\tb\tc\n'],
  ['(header match)', ''],
  ['(format csv, header match)', 'a,b\n1,2\n'],
  ['(format csv, header match)', '"a",b\n1,2\n'],
  ['(header match)', '\\N\tb\n'],
  ["(null 'x')", 'x\t\\x\n'],
  ["(format csv, null 'x')", 'x,"x"\n'],
  ["(delimiter '|')", 'a\\|b|c\n'],
  ["(format csv, quote '''')", "'a''b',c\n"],
  ["(format csv, quote '''', escape '\\')", "'a\\'b',c\n"],
  ["(format csv, escape '\\')", '"a\\"b\\\\c\\d",e\n'],
  ['(format csv, force_null (b))', 'a,""\n'],
  ['(format csv, force_not_null (b))', 'a,\n'],
  ["(default '\\D')", 'a\t\\D\n', "a text, b text default 'dd'"],
  ["(null '')", '\t\n'],
  ["(format csv, default 'D')", 'a,D\n', "a text, b text default 'dd'"],
  [TEXT, '1\n'],
  [TEXT, '1\t2\t3\n'],
  [TEXT, '\n', 'a text'],
  [CSV, '\n', 'a text'],
  [CSV, '1,2,3\n'],
  [CSV, '1\n'],
  [TEXT, 'x\t1\n', 'a int, b int'],
  [TEXT, '99999999999\t1\n', 'a int, b int'],
  [CSV, 'x,1\n', 'a int, b int'],
  [TEXT, Buffer.from([0x61, 0x09, 0xff, 0x0a])],
  [TEXT, Buffer.from([0x61, 0x09, 0x00, 0x0a])],
  [TEXT, 'a\tb\u2028c\n'],
  [TEXT, 'é\\\té\n'],
  ['(on_error ignore)', 'x\t1\n2\t3\n', 'a int, b int'],
  ['(on_error ignore, log_verbosity verbose)', 'x\t1\n2\t3\n', 'a int, b int'],
  ['(on_error ignore, reject_limit 1)', 'x\t1\ny\t3\n', 'a int, b int'],
  [TEXT, '', 'a int'],
  [TEXT, '\n\n'],
  ["(format csv, delimiter E'\\t')", 'a\t"b\tc"\n'],
  [CSV, 'a, b\n'],
  [CSV, ' "a" ,b\n'],
  [CSV, '"a"\r,b\n'],
  [TEXT, '1\t2\r\n3\t4'],
  [CSV, '1,2\r\n3,4'],
  [CSV, '1,2\n\\.'],
  [CSV, '\\.'],
  [CSV, 'a,b\n\\.\r\n'],
]

const SOFT: readonly (readonly [type: string, bad: string, good: string])[] = [
  ['int2', '70000', '7'],
  ['numeric(4,2)', '123.4', '1.5'],
  ['float8', '1e999', '1'],
  ['varchar(2)', 'abc', 'ab'],
  ['date', '2024-02-30', '2024-02-28'],
  ['timestamptz', 'soon', '2024-01-01 00:00+00'],
  ['interval', '1 lightyear', '1 day'],
  ['uuid', 'x', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['json', '{', '{}'],
  ['jsonb', '{', '{}'],
  ['bytea', '\\\\xg', '\\\\x00'],
  ['bool', 'maybe', 'yes'],
  ['int[]', '{1,x}', '{1,2}'],
  ['int4range', '[2,1]', '[1,2]'],
  ['inet', '1.2.3', '::1'],
  ['bit(2)', '111', '11'],
  ['mood', 'angry', 'sad'],
  ['posint', '-1', '1'],
  ['wanted', '\\N', 'x'],
]

const PREPARE = `drop table if exists c; drop type if exists mood; drop domain if exists posint, wanted;
  create type mood as enum ('sad'); create domain posint as int check (value > 0); create domain wanted as text not null`

describe('COPY FROM', () => {
  let server: PgServer
  let sides: { readonly native: Conversation; readonly orez: Conversation }

  beforeAll(async () => {
    server = await PgServer.start({ data: ':memory:', port: 0, backend: 'sqlite' })
    const [native, orez] = await Promise.all(
      [inject('nativePort'), server.port].map((port) => Conversation.open({ port })),
    )
    if (native === undefined || orez === undefined) throw new Error('no conversation')
    sides = { native, orez }
  })
  afterAll(async () => {
    await Promise.all(Object.values(sides).map((side) => side.close()))
    await server.stop()
  })

  /** What is told, and the rows that there are then. */
  const copy = async (
    side: Conversation,
    options: string,
    pieces: readonly Uint8Array[],
    columns = 'a text, b text',
  ): Promise<string[]> => {
    side.send(Q(`${PREPARE}; create table c(${columns})`))
    await side.untilReady()
    side.send(Q(`copy c from stdin ${options}`), ...pieces.map((piece) => raw('d', piece)), raw('c', Buffer.alloc(0)))
    const told = await side.untilReady()
    side.send(Q('select * from c'))
    return [...told, ...(await side.untilReady())]
  }

  test.each(CASES)('%s %j', async (options, data, columns) => {
    const bytes = Buffer.from(data)
    const expected = await copy(sides.native, options, [bytes], columns)
    expect(await copy(sides.orez, options, [bytes], columns)).toEqual(expected)
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte))
    expect(await copy(sides.orez, options, single, columns)).toEqual(expected)
  })

  test.each(SOFT)('rows with what %s does not take are left out', async (type, bad, good) => {
    const data = [Buffer.from(`1\t${bad}\n2\t${good}\n`)]
    for (const options of ['', '(on_error ignore, log_verbosity verbose)', '(on_error ignore, log_verbosity silent)']) {
      const columns = `n int, v ${type}`
      expect(await copy(sides.orez, options, data, columns)).toEqual(await copy(sides.native, options, data, columns))
    }
  })

  test('data that need not fit in memory', async () => {
    const line = `${'x'.repeat(999)}\n`
    const piece = Buffer.from(line.repeat(1000))
    const lines = await copy(sides.orez, '', Array<Buffer>(20).fill(piece), 'a text')
    expect(lines).toContain('C COPY 20000')
    sides.orez.send(Q('select count(*), min(length(a)), max(length(a)) from c'))
    expect(await sides.orez.untilReady()).toContain('D 20000 | 999 | 999')
  })
})
