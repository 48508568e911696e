/** Conversations with a server, by name: what a client sends, step by step. */
import { Conversation } from '../../oracle/conversation.ts'
import { B, C, c, D, d, E, F, FLUSH, f, P, Q, raw, SYNC } from '../../oracle/messages.ts'
import { FrameWriter } from '../protocol/frame.ts'

/** What is sent at once, and the start of the answer's last line (default: ready for query). */
export type Step = readonly Uint8Array[] | { readonly send: readonly Uint8Array[]; readonly until: string }

const INT4 = 23

/** Bytes of a COPY in binary format, given in hexadecimal. */
const copied = (hex: string): Uint8Array =>
  new FrameWriter()
    .begin('d')
    .bytes(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
    .finish()
    .take()

/** What stands before the first row. */
const COPY_HEADER = '5047434f50590aff0d0a00 00000000 00000000 '

/** A parameter in binary format, given in hexadecimal, and what it is as text. */
const binary = (type: number, hex: string): Uint8Array[] => {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex')
  const rest = new FrameWriter().begin('B').cstring('').cstring('').int16(1).int16(1).int16(1).int32(bytes.length)
  return [P('select $1', '', [type]), rest.bytes(bytes).int16(0).finish().take(), E(), SYNC]
}

export const conversations: Readonly<Record<string, readonly Step[]>> = {
  'simple: rows, types and NULL': [
    [Q("select 1 as a, 'x'::text b, null::int4, 1.50::numeric(5,2) n, true, array[1,2]")],
  ],
  'simple: no columns': [[Q('select')], [Q('select from generate_series(1,2)')]],
  'simple: several statements': [[Q("select 1; select 'two'; values (3),(4)")]],
  'simple: empty': [[Q('')], [Q(' ; ')], [Q('-- nothing')]],
  'simple: an error ends the text': [[Q('select 1; select 1/0; select 2')], [Q('select 3')]],
  'simple: syntax error with position': [[Q('select 1 frm x')], [Q("select 'é', frm from where")]],
  'simple: positions beside several TRUNCATEs': [
    [Q('create table conv_t(x int)')],
    [Q('/* é */ truncate conv_t; select 1; truncate conv_t restart identity; select 2, missing')],
    [Q('truncate conv_t; /* é */ truncate missing; truncate conv_t')],
    [Q('begin; select 1/0'), Q('truncate conv_t; truncate conv_t'), Q('rollback; truncate conv_t; truncate conv_t')],
    [Q('set session authorization default; select missing')],
    [Q('drop table conv_t')],
  ],
  'simple: errors have detail, hint and names': [
    [Q('create table conv_e(id int primary key, n int check (n > 0), u text unique)')],
    [Q('insert into conv_e values (1, 1), (1, 1)')],
    [Q('insert into conv_e values (2, -1)')],
    [Q('insert into conv_e values (null, 1)')],
    [Q('select conv_e.nme from conv_e')],
    [Q('drop table conv_e')],
  ],
  'simple: pipelined queries': [
    { send: [Q('select 1'), Q('select 2'), Q('select 1/0'), Q('select 3')], until: 'D 3' },
    { send: [], until: 'Z' },
  ],
  'implicit transaction of a text is all or nothing': [
    [Q('create table conv_i(x int)')],
    [Q('insert into conv_i values (1); insert into conv_i values (2/0)')],
    [Q('select count(*) from conv_i')],
    [Q('insert into conv_i values (1); commit; insert into conv_i values (2/0)')],
    [Q('select count(*) from conv_i')],
    [Q('drop table conv_i')],
  ],
  'transaction status and 25P02': [
    [Q('begin')],
    [Q('select 1')],
    [Q('select 1/0')],
    [Q('select 2')],
    [P('select 3'), SYNC],
    [Q('rollback')],
    [Q('commit')],
    [Q('begin; select 1/0')],
    [Q('commit')],
  ],
  savepoints: [
    [Q('create table conv_s(x int); begin; insert into conv_s values (1); savepoint a; insert into conv_s values (2)')],
    [Q('savepoint b; insert into conv_s values (3/0)')],
    [Q('rollback to b; release a; savepoint c; insert into conv_s values (4); rollback to c; commit')],
    [Q('select * from conv_s order by 1'), Q('drop table conv_s')],
    { send: [], until: 'Z' },
    [Q('savepoint x')],
    [Q('begin; release nosuch')],
    [Q('rollback')],
  ],
  'read only': [[Q('begin read only; create table conv_ro(x int)')], [Q('rollback')]],
  'extended: one exchange': [[P('select $1::int + 1 as x, $2::text', '', []), B(['41', null]), D('portal'), E(), SYNC]],
  'extended: describe a statement': [
    [P('select $1 = any($2::int[])', 'st'), D('statement', 'st'), SYNC],
    [C('statement', 'st'), SYNC],
  ],
  'extended: given parameter types': [[P('select $1', '', [INT4]), D('statement'), B(['7']), E(), SYNC]],
  'extended: no data': [
    [P('create temp table conv_nd(x int)'), B(), D('portal'), E(), SYNC],
    [Q('drop table conv_nd')],
  ],
  'simple: violations have the row, the key and names': [
    [
      Q(`create domain conv_pos as int check (value > 0) not null;
        create table conv_p(id int primary key, "Other" text unique, d date, check (d > '2000-01-01'));
        create table conv_c(a int not null, b text, at timestamp, n numeric(5,2), pos conv_pos, p int references conv_p, q int references conv_p on delete restrict,
          constraint few check (n < 100), unique (a, b), unique nulls not distinct (at));
        create unique index conv_low on conv_c (lower(b));
        create table conv_d(x int unique deferrable initially deferred, p int references conv_p(id) deferrable)`),
    ],
    [Q("insert into conv_p values (1, 'o''ne', '2020-02-29'), (2, repeat('é', 50), '2020-03-01')")],
    [Q("set datestyle = 'german'; insert into conv_p values (1, null, null)")],
    [Q("insert into conv_p values (3, 'o''ne', null)")],
    [Q("insert into conv_p values (3, repeat('é', 50), '1999-12-31')")],
    [Q('update conv_p set id = null where id = 1')],
    [Q("insert into conv_c values (1, null, '2020-01-01', 5, 1, 1, 2)")],
    [Q("insert into conv_c values (1, 'x', '2020-01-01', 5, 1, 1, 2)")],
    [Q("insert into conv_c values (null, 'x', '2020-01-01', 5.5, 1, 1, 2)")],
    [Q("insert into conv_c values (2, repeat('long ', 30), null, 100, 1, 1, 2)")],
    [Q("insert into conv_c values (2, 'x', '2021-01-01', 1, 0, 1, 2)")],
    [Q("insert into conv_c values (2, 'x', '2021-01-01', 1, null, 1, 2)")],
    [Q("insert into conv_c values (2, 'x', '2021-01-01', 1, 1, 7, 2)")],
    [
      Q(
        "insert into conv_c values (2, 'x', '2021-01-01', 1, 1, 1, 2); insert into conv_c values (2, 'x', '2022-01-01', 1, 1, 1, 2)",
      ),
    ],
    [Q('delete from conv_p where id = 1')],
    [Q('delete from conv_p where id = 2')],
    [Q('update conv_p set id = 9 where id = 1')],
    [Q('begin; insert into conv_d values (1, 5), (1, null)')],
    [Q('rollback; begin; set constraints all deferred; insert into conv_d values (1, 5); commit')],
    [Q('insert into conv_d values (1), (1)')],
    [
      Q(`do $$ declare d text; c text; t text; begin insert into conv_p values (1, null, null);
        exception when unique_violation then get stacked diagnostics d = pg_exception_detail, c = constraint_name, t = table_name;
        raise notice '% % %', d, c, t; end $$`),
    ],
    [Q('drop table conv_d, conv_c, conv_p; drop domain conv_pos')],
  ],
  'extended: empty': [[P(''), B(), D('portal'), E(), SYNC]],
  'extended: binary results': [
    [
      P("select 1::int2, 2::int4, 3::int8, 1.5::float8, 'x'::text, true, '2020-01-02'::date, 12.34::numeric"),
      B([], { formats: [1] }),
      E(),
      SYNC,
    ],
  ],
  'extended: binary results of other types': [
    [Q('create type pg_temp.duo as (a int, b text, c numeric)')],
    ...[
      "'Infinity'::numeric, '-Infinity'::numeric, 'NaN'::numeric, 0.00::numeric, 123456789.000100::numeric",
      "b'10110011100'::bit(11), ''::varbit, b'1'::bit",
      "'::1'::inet, '10.0.0.0/8'::cidr, '192.168.1.5/24'::inet, '2001:db8::/32'::cidr",
      "'[1,5)'::int4range, 'empty'::int8range, '(,2024-01-01]'::daterange, '[1.5,2.50]'::numrange, '[2024-01-01 00:00,)'::tsrange",
      "'{[1,3),[5,9)}'::int4multirange, '{}'::nummultirange",
      "row(1, 'é', null)::pg_temp.duo, array['$.a'::jsonpath], '{\"a\": [1]}'::jsonb, '0/16B3748'::pg_lsn",
      "'{{1,2},{3,null}}'::int4[], '[0:1]={a,b}'::text[], '{[1,2)}'::int4range[], '1 mon 2 days'::interval, '12:00+02'::timetz",
    ].map((list): Uint8Array[] => [P(`select ${list}`), B([], { formats: [1] }), E(), SYNC]),
  ],
  'extended: bytes and a byte order mark': [
    [
      P(`select 'x'::"char", ''::"char", '\\351'::"char", $1::text, length($1)`),
      B(['\ufeffé'], { formats: [1] }),
      E(),
      SYNC,
    ],
    [
      P('select $1, $2, $3', '', [18, 18, 25]),
      raw(
        'B',
        Buffer.from([0, 0, 0, 1, 0, 1, 0, 3, 0, 0, 0, 1, 0xe9, 0, 0, 0, 1, 0, 0, 0, 0, 3, 0xef, 0xbb, 0xbf, 0, 0]),
      ),
      E(),
      SYNC,
    ],
    [P('select $1::text'), raw('B', Buffer.from([0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 2, 65, 0, 0, 0])), E(), SYNC],
    [P('select $1::text'), raw('B', Buffer.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 65, 0, 0, 0])), E(), SYNC],
    [P('select $1', '', [18]), raw('B', Buffer.from([0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 2, 65, 66, 0, 0])), E(), SYNC],
  ],
  'extended: binary parameters': [
    binary(16, '02'), // bool
    binary(21, '8000'),
    binary(700, '7fc00000'), // float4
    binary(701, '8000000000000000'),
    binary(1082, '7fffffff'), // date
    binary(1082, '80000000'),
    binary(1083, '000000141dd76000'), // time, 24:00
    binary(1114, '7fffffffffffffff'), // timestamp
    binary(1266, '0000000000000000 fffff1f0'), // timetz
    binary(1186, '8000000000000000 80000000 80000000'), // interval
    binary(1186, '7fffffffffffffff 7fffffff 7fffffff'),
    binary(1700, '0002 0000 0000 0001 000c 04d2'), // numeric
    binary(1700, '0002 0001 4000 0005 0000 04d2'),
    binary(1700, '0000 0000 c000 0000'),
    binary(1007, '00000001 00000001 00000017 00000002 00000005 00000004 00000007 ffffffff'), // int4[]
    binary(3802, '01 7b7d'), // jsonb
    binary(2950, '00112233445566778899aabbccddeeff'), // uuid
    binary(26, 'ffffffff'), // oid
    binary(1700, '0000 0000 d000 0020'),
    binary(1560, '0000000b b380'), // bit
    binary(1560, '0000000b b39f'),
    binary(1562, '00000000'), // varbit
    binary(869, '02 18 00 04 c0a80105'), // inet
    binary(869, '03 80 01 10 00000000000000000000000000000001'),
    binary(650, '02 08 00 04 0a000000'), // cidr
    binary(3904, '02 00000004 00000001 00000004 00000005'), // int4range
    binary(3904, '04 00000004 00000001 00000004 00000005'),
    binary(3904, '01'),
    binary(3904, '18'),
    binary(3904, 'e1'),
    binary(
      4451,
      '00000002 00000011 02 00000004 00000005 00000004 00000009 00000011 02 00000004 00000001 00000004 00000003',
    ), // int4multirange
    binary(4072, '01 242e61'), // jsonpath
    binary(3220, '0000000001000000'), // pg_lsn
  ],
  'extended: binary parameters that are not what they should be': [
    binary(16, ''),
    binary(16, '0101'),
    binary(1560, 'ffffffff'),
    binary(1560, '0000000b b3'),
    binary(869, '01 18 00 04 c0a80105'),
    binary(869, '02 21 00 04 c0a80105'),
    binary(869, '02 18 00 05 c0a80105'),
    binary(650, '02 08 00 04 0a000001'),
    binary(3904, '02 00000004 00000005 00000004 00000001'),
    binary(3904, '02 00000005 0000000100'),
    binary(3904, '02 ffffffff'),
    binary(3904, '01 00'),
    binary(4451, '00000001 00000001'),
    binary(4072, '02 24'),
    binary(21, '00'),
    binary(23, '0000000000'),
    binary(1082, '7ffffff0'),
    binary(1082, '80000001'),
    binary(1083, 'ffffffffffffffff'),
    binary(1083, '000000141dd76001'),
    binary(1114, '7ffffffffffffff0'),
    binary(1184, '8000000000000001'),
    binary(1266, '0000000000000000 7fffffff'),
    binary(1266, 'ffffffffffffffff 00000000'),
    binary(1700, '0001 0000 0001 0000 0001'),
    binary(1700, '0001 0000 0000 0000 2710'),
    binary(1700, '0001 0000 0000 ffff 0001'),
    binary(1700, '0002 0000 0000 0000 0001'),
    binary(1700, '0001 0000 0000 0000 0001 00'),
    binary(1007, '00000007 00000000 00000017'),
    binary(1007, '00000001 00000002 00000017 00000001 00000001 00000004 00000007'),
    binary(1007, '00000001 00000000 00000014 00000001 00000001 00000004 00000007'),
    binary(1007, '00000001 00000000 00000017 00000002 00000001 00000004 00000007'),
    binary(1007, '00000001 00000000 00000017 00000001 00000001 00000003 000007'),
    binary(1007, '00000001 00000000 00000017 00000001 00000001 00000005 0000000700'),
    binary(1007, '00000001 00000000 00000017 00000001 00000001 00000004 00000007 00'),
    binary(3802, '02 7b7d'),
    binary(3802, '01 7b'),
    binary(3802, ''),
    binary(114, '7b'),
    binary(2950, '00112233445566778899aabbccddee'),
    binary(2950, '00112233445566778899aabbccddeeff00'),
    binary(1186, '0000000000000000 00000000'),
  ],
  'extended: binary parameters of a domain': [
    [Q('create domain conv_small as int4 check (value < 10)')],
    [Q('create table conv_domain(a conv_small)')],
    [P('insert into conv_domain values ($1)'), B(['99']), E(), SYNC],
    [P('insert into conv_domain values ($1)'), B(['8']), E(), SYNC],
    [P('insert into conv_domain values ($1 + 1)'), B(['9']), E(), SYNC],
    [P('select $1::conv_small, $1 + 1'), B(['7']), E(), SYNC],
    [P('select pg_typeof($1), $1::conv_small'), B([null]), E(), SYNC],
    [
      P('insert into conv_domain values ($1)'),
      raw('B', Buffer.from([0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 4, 0, 0, 0, 99, 0, 0])),
      E(),
      SYNC,
    ],
    [
      P('insert into conv_domain values ($1)'),
      raw('B', Buffer.from([0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 4, 0, 0, 0, 9, 0, 0])),
      E(),
      SYNC,
    ],
    [Q('select * from conv_domain'), Q('drop table conv_domain; drop domain conv_small')],
    { send: [], until: 'Z' },
  ],
  'extended: row limits and portals': [
    [
      P('select generate_series(1,5)', 'g'),
      B([], { statement: 'g', portal: 'p' }),
      E('p', 2),
      E('p', 2),
      E('p', 2),
      E('p', 2),
      SYNC,
    ],
    [E('p'), SYNC],
    [Q('begin')],
    [B([], { statement: 'g', portal: 'p' }), E('p', 2), SYNC],
    [E('p', 0), SYNC],
    [C('portal', 'p'), E('p'), SYNC],
    [Q('rollback'), C('statement', 'g'), SYNC],
    { send: [], until: 'Z' },
  ],
  'extended: as many rows as are asked for': [
    [Q('create table conv_m (a int)')],
    [P('select 1'), B(), E('', 1), E('', 1), E('', 1), SYNC],
    [P('select generate_series(1, 4)'), B(), E('', 2), E('', 2), E('', 2), E('', 2), SYNC],
    [P('select generate_series(1, 4)'), B(), E('', 2), E('', 0), E('', 1), SYNC],
    [P('select 1 where false'), B(), E('', 1), E('', 1), SYNC],
    [P('insert into conv_m values (1), (2), (3) returning a'), B(), E('', 2), E('', 2), SYNC],
    [P('insert into conv_m values (4), (5) returning a'), B(), E('', 1), E('', 1), E('', 1), SYNC],
    [P('insert into conv_m values (6), (7) returning a'), B(), E('', 0), E('', 0), SYNC],
    [P('update conv_m set a = a + 10 returning a'), B(), E('', 7), E(), SYNC],
    [P('delete from conv_m where a > 15 returning a'), B(), E('', 1), SYNC],
    [P('insert into conv_m values (8), (9)'), B(), E('', 1), E('', 1), SYNC],
    [
      P('with w as (delete from conv_m where a > 8 returning a) select * from w order by a'),
      B(),
      E('', 2),
      E('', 3),
      SYNC,
    ],
    [
      P('with w as (delete from conv_m returning a) insert into conv_m select a + 1 from w returning a'),
      B(),
      E('', 1),
      E('', 3),
      SYNC,
    ],
    [P('show search_path'), B(), E('', 1), E('', 1), SYNC],
    [P('values (1), (2)'), B(), E('', 2), E('', 2), SYNC],
    [Q('begin; declare conv_c scroll cursor for select generate_series(1, 3)')],
    [P('fetch all from conv_c'), B(), E('', 3), E('', 3), SYNC],
    [P('move backward 2 in conv_c'), B(), E('', 1), SYNC],
    [P('fetch 2 from conv_c'), B(), E('', 1), E('', 1), E('', 1), SYNC],
    [Q('rollback; drop table conv_m')],
  ],
  'extended: interleaved portals': [
    [Q('begin')],
    [
      P('select generate_series(1,3)', 'a'),
      B([], { statement: 'a', portal: 'p1' }),
      B([], { statement: 'a', portal: 'p2' }),
      SYNC,
    ],
    [E('p1', 1), E('p2', 2), E('p1', 1), E('p2', 2), E('p1', 2), SYNC],
    [Q('commit')],
    [C('statement', 'a'), SYNC],
  ],
  'extended: an error skips to Sync': [
    [P('select 1/0'), B(), E(), P('select 2'), B(), E(), SYNC, P('select 3'), B(), E(), SYNC],
    { send: [], until: 'Z' },
  ],
  'extended: errors of parsing, binding and naming': [
    [P('selec 1'), SYNC],
    [P('select * from conv_nosuch'), SYNC],
    [P('select $1::int'), B(['x']), E(), SYNC],
    [P('select $1::int'), B([]), E(), SYNC],
    [B([], { statement: 'nosuch' }), SYNC],
    [E('nosuch'), SYNC],
    [D('statement', 'nosuch'), SYNC],
    [D('portal', 'nosuch'), SYNC],
    [C('statement', 'nosuch'), C('portal', 'nosuch'), SYNC],
    [P('select 1; select 2'), SYNC],
    [P('select 1', 'twice'), P('select 2', 'twice'), SYNC],
    [B([], { statement: 'twice' }), E(), SYNC],
    [C('statement', 'twice'), SYNC],
  ],
  'extended: Sync alone, Flush': [[SYNC], { send: [P('select 1'), FLUSH], until: '1' }, [B(), E(), SYNC]],
  'extended: implicit transaction until Sync': [
    [Q('create table conv_x(x int)')],
    [P('insert into conv_x values (1)'), B(), E(), P('select 1/0'), B(), E(), SYNC],
    [Q('select count(*) from conv_x; drop table conv_x')],
  ],
  'a named statement outlives transactions and errors': [
    [P('select $1::int * 2', 'keep'), SYNC],
    [Q('select 1/0')],
    [Q('begin; rollback')],
    [B(['21'], { statement: 'keep' }), E(), SYNC],
    [Q('execute keep(4)')],
    [Q("select name, statement, from_sql from pg_prepared_statements where name = 'keep'")],
    [Q('deallocate keep')],
    [B(['21'], { statement: 'keep' }), SYNC],
  ],
  'SQL-level PREPARE': [
    [Q('prepare conv_p(int) as select $1 + 1')],
    [Q('execute conv_p(1)')],
    [Q('execute conv_p')],
    [B(['5'], { statement: 'conv_p' }), E(), SYNC],
    [Q('deallocate all')],
    [Q('execute conv_p(1)')],
  ],
  'COPY in, text': [
    [Q('create table conv_c(id int, t text)')],
    { send: [Q('copy conv_c from stdin')], until: 'G' },
    [d('1\tone\n2\t'), d('\\N\n'), d('3\tthree\\tx\n'), c],
    [Q('select * from conv_c order by 1')],
    { send: [Q('copy conv_c from stdin')], until: 'G' },
    [d('4\tfour\n'), f('changed my mind')],
    { send: [Q('copy conv_c from stdin')], until: 'G' },
    [d('x\ty\n'), d('5\tfive\n'), c],
    [Q('select count(*) from conv_c')],
    {
      send: [Q('copy conv_c(id, t) from stdin with (format csv, header)'), d('id,t\n'), d('9,"a,b"\n'), c],
      until: 'Z',
    },
    [Q('select * from conv_c where id = 9; drop table conv_c')],
  ],
  'COPY out': [
    [Q("copy (select g, 'r' || g from generate_series(1,3) g) to stdout")],
    [Q("copy (select 1, 'a,b', null) to stdout with (format csv, header)")],
    [Q('copy (select 1::int4, true) to stdout with (format binary)')],
    [
      Q(
        `copy (select g, null::text, g::numeric, '\\xab'::bytea from generate_series(1,3) g) to stdout with (format binary)`,
      ),
    ],
    [Q('copy (select 1 where false) to stdout binary')],
    [Q('copy (select 1/0) to stdout')],
  ],
  'COPY in, binary': [
    [Q('create table conv_b(id int, t varchar(3), n numeric(4,1))')],
    { send: [Q('copy conv_b from stdin (format binary)')], until: 'G' },
    [
      copied(`${COPY_HEADER}0003 00000004 00000001 00000002 6162 ffffffff`),
      copied('0003 00000004 00000002 ffffffff 0000000c 0002 0000 0000 0002 0001 157c ffff'),
      c,
    ],
    [Q('select * from conv_b order by 1')],
    ...[
      ['another signature', '5047434f50590aff0d0b00 00000000 00000000 ffff'],
      ['critical flags', '5047434f50590aff0d0a00 00020000 00000000 ffff'],
      ['rows with oids', '5047434f50590aff0d0a00 00010000 00000000 ffff'],
      ['no length', '5047434f50590aff0d0a00 00000000'],
      ['a wrong length', '5047434f50590aff0d0a00 00000000 00000009'],
      ['too few columns', `${COPY_HEADER}0002 00000004 00000001 00000002 6162 ffff`],
      ['a short field', `${COPY_HEADER}0003 00000004 0000`],
      ['a long field', `${COPY_HEADER}0003 00000005 0000000100 ffffffff ffffffff ffff`],
      ['a negative size', `${COPY_HEADER}0003 fffffffe`],
      ['what is not UTF-8', `${COPY_HEADER}0003 00000004 00000001 00000001 ff ffffffff ffff`],
      ['too long a text', `${COPY_HEADER}0003 00000004 00000001 00000004 61626364 ffffffff ffff`],
      ['something after the end', `${COPY_HEADER}ffff 00`],
      ['no end', `${COPY_HEADER}0003 00000004 00000009 ffffffff ffffffff`],
    ].flatMap(([, bytes]): Step[] => [
      { send: [Q('copy conv_b from stdin (format binary)')], until: 'G' },
      [copied(bytes ?? ''), c],
    ]),
    [Q('select id from conv_b order by 1; drop table conv_b')],
  ],
  'COPY in the extended protocol': [
    [Q('create table conv_ce(id int)')],
    { send: [P('copy conv_ce from stdin'), B(), E(), SYNC], until: 'G' },
    [d('1\n'), c, SYNC],
    [P('copy conv_ce to stdout'), B(), E(), SYNC],
    [Q('drop table conv_ce')],
  ],
  'COPY messages outside of COPY are ignored': [[d('x'), c, Q('select 1')]],
  'COPY of several statements': [[Q('copy (select 1) to stdout; select 2')]],
  notices: [
    [
      Q(
        "do $$ begin raise notice 'hello %', 1; raise warning using message = 'careful', hint = 'a hint', errcode = '01234'; end $$",
      ),
    ],
    [Q('drop table if exists conv_nosuch')],
    [Q('set client_min_messages = error; drop table if exists conv_nosuch; reset client_min_messages')],
    [Q('commit')],
  ],
  'LISTEN and NOTIFY': [
    [Q('listen conv_ch')],
    [Q("notify conv_ch, 'one'; select pg_notify('conv_ch', 'two')")],
    [Q("begin; notify conv_ch, 'three'; notify conv_ch, 'three'")],
    [Q('commit')],
    [Q("begin; notify conv_ch, 'lost'; rollback")],
    [Q('select pg_listening_channels()')],
    [Q("unlisten conv_ch; notify conv_ch, 'unheard'")],
    [Q('begin; listen conv_ch; rollback')],
    [Q('select pg_listening_channels()')],
    [Q('begin; listen a; savepoint s; listen b; rollback to s; commit')],
    [Q('select pg_listening_channels()')],
    [Q('unlisten *')],
    [Q('select pg_listening_channels()')],
  ],
  cursors: [
    [Q('begin; declare cu scroll cursor for select generate_series(1,4)')],
    [Q('fetch 2 from cu; fetch backward 1 from cu; move 1 in cu; fetch all from cu; close cu')],
    [Q('fetch 1 from cu')],
    [Q('rollback')],
    [Q('declare cu cursor for select 1')],
  ],
  'settings are reported when they change': [
    [Q("set datestyle = 'german'; select '2020-02-01'::date")],
    [Q("set timezone = 'Europe/Berlin'")],
    [Q("set application_name = 'conv'; show application_name")],
    [Q("begin; set local timezone = 'UTC'; commit")],
    [Q("begin; set timezone = 'UTC'; rollback")],
    [Q("select set_config('extra_float_digits', '0', false), 0.1::float4::float8")],
    [Q('reset all')],
    [Q('show timezone; show datestyle; show extra_float_digits')],
    [Q('set nosuch = 1')],
    [Q("set my.own = 'x'; show my.own")],
    [Q('set statement_timeout = -2')],
    [Q('set statement_timeout = 5000; show statement_timeout; reset statement_timeout')],
  ],
  'DISCARD ALL': [
    [Q("set datestyle = 'german'; create temp table conv_d(x int); listen q; prepare w as select 1")],
    [Q('discard all')],
    [Q('select * from conv_d')],
    [Q('show datestyle')],
    [Q('execute w')],
    [Q('select pg_listening_channels()')],
    [Q('begin; discard all')],
    [Q('rollback')],
  ],
  'advisory locks of one session': [
    [Q('select pg_advisory_lock(1), pg_advisory_lock(1), pg_try_advisory_lock(2, 3), pg_advisory_xact_lock(9)')],
    [Q('select pg_advisory_unlock(1), pg_advisory_unlock(1), pg_advisory_unlock(2, 3)')],
    [Q('select pg_advisory_unlock_all()')],
  ],
  'function call': [[F(1317, 'length of me')], [F(1317, 'é'), Q('select 1')], { send: [], until: 'Z' }, [F(99999, '')]],
  'function calls that fail, in blocks, of users': [
    [
      Q(
        "create function conv_f(a int, b text) returns text language plpgsql as $$ begin raise notice 'called'; return b || a; end $$",
      ),
    ],
    [Q('create function conv_z() returns int language sql as $$ select 1 / 0 $$')],
    [Q('begin'), F(1311, 'ABC'), F(1317, 'x')],
    { send: [], until: 'Z' },
    { send: [], until: 'Z' },
    [F(2167, 'x')],
    [F(1317, 'x')],
    [F(1318, 'x')],
    [Q('rollback')],
    [F(1299, 'x')],
    [F(1066, 'x')],
    [F(2108, 'x')],
    [F(1318, 'x')],
    [raw('F', Buffer.from('0000052500010001000100000001410001', 'hex'))],
    [raw('F', Buffer.from('0000052500010001000100000001410000', 'hex'))],
    [raw('F', Buffer.from('0000052500010001000100000001410002', 'hex'))],
    [raw('F', Buffer.from('0000052500010005000100000001410001', 'hex'))],
    [raw('F', Buffer.from('00000525000200010001000100000001410001', 'hex'))],
    [raw('F', Buffer.from('000005250000000100000001410001', 'hex'))],
    [raw('F', Buffer.from('00000525000000010000000241c30000', 'hex'))],
    [raw('F', Buffer.from('000005250000000000', 'hex'))],
    [raw('F', Buffer.from('00000525000000010000', 'hex'))],
    [raw('F', Buffer.from('0000052500000001ffffffff0000', 'hex'))],
    [raw('F', Buffer.from('0000006e00000002000000023130000000023220000000', 'hex'))],
    [Q('drop function conv_f; drop function conv_z')],
  ],
  'what a query makes a table of is counted': [
    [P('create table conv_as as select generate_series(1, 3) as n'), B(), D('portal'), E(), SYNC],
    [P('create table conv_as2 as table conv_as'), B(), E('', 1), SYNC],
    [P('select n into conv_as3 from conv_as where n > 1'), B(), E(), SYNC],
    [Q('drop table conv_as, conv_as2, conv_as3')],
  ],
  'statement timeout': [
    [Q('set statement_timeout = 100')],
    [Q('select count(*) from generate_series(1, 100000000)')],
    [Q('begin; set local statement_timeout = 0; select 1'), Q('rollback')],
    { send: [], until: 'Z' },
    [Q('select pg_sleep(5)')],
    [Q("reset statement_timeout; select 'still here'")],
  ],
  'statement timeout in loops and joins': [
    [Q('create function conv_l(i int) returns int language plpgsql as $$ begin return i; end $$')],
    [Q('set statement_timeout = 100')],
    [Q('do $$ begin loop end loop; end $$')],
    [Q('do $$ begin loop begin perform 1; exception when others then null; end; end loop; end $$')],
    [Q('begin; create table conv_lost (a int)'), Q('select sum(conv_l(i)) from generate_series(1, 10000000) i')],
    { send: [], until: 'Z' },
    [Q('rollback; select * from conv_lost')],
    [Q('with recursive r (i) as (select 1 union all select i + conv_l(1) from r) select sum(i) from r')],
    [Q('reset statement_timeout; drop function conv_l')],
  ],
  'cursors of SQL are portals': [
    [Q('begin; declare conv_c cursor for select generate_series(1, 3) as n')],
    [D('portal', 'conv_c'), SYNC],
    [D('portal', 'conv_x'), SYNC],
    [Q('rollback; begin; declare conv_c cursor for select 1 as one')],
    [C('portal', 'conv_c'), SYNC],
    [Q('fetch conv_c'), Q('rollback')],
    { send: [], until: 'Z' },
  ],
  sleeping: [
    [Q('select pg_sleep(0.01)')],
    [Q('select pg_sleep(-1) as x'), Q('select pg_catalog.pg_sleep(0::float8)'), Q('select 1')],
    { send: [], until: 'Z' },
    { send: [], until: 'Z' },
    [Q("select pg_sleep_for('10 ms')")],
    [Q("select pg_sleep_until('2020-01-01')")],
    [Q('begin; create table conv_s (a int); select pg_sleep(0.01); insert into conv_s values (1); rollback')],
    [P('select pg_sleep($1)', '', [701]), B(['0.01']), E(), SYNC],
  ],
  'idle-in-transaction timeout': [
    [Q("set idle_in_transaction_session_timeout = '100ms'; begin")],
    { send: [], until: 'Z' },
  ],
  'bytes that are not UTF-8': [
    [raw('Q', Buffer.from("select 'a\xff\xfeb'\0", 'latin1'))],
    [raw('Q', Buffer.from("select '\xe4\xfe'\0", 'latin1'))],
    [raw('Q', Buffer.from("select '\xed\xa0\x80'\0", 'latin1'))],
    [raw('P', Buffer.from("\0select '\xf0\x9f'\0\0\0", 'latin1')), SYNC],
    [raw('P', Buffer.from('s\xe9\0select 1\0\0\0', 'latin1')), SYNC],
    [P('select $1::text'), raw('B', Buffer.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 3, 65, 0xc0, 0x80, 0, 0])), E(), SYNC],
    [Q('create table conv_u(a text)')],
    { send: [Q('copy conv_u from stdin')], until: 'G' },
    [raw('d', Buffer.from('ok\na\xe4\xfeb\n', 'latin1')), c],
    [Q('select * from conv_u'), Q('drop table conv_u')],
    { send: [], until: 'Z' },
  ],
  'unknown message type ends the connection': [{ send: [raw('y', Buffer.alloc(0))], until: 'Z' }],
  'a query without its terminator': [{ send: [raw('Q', Buffer.from('select 1'))], until: 'Z' }],
  'a Bind that promises more than it has': [
    { send: [P('select $1::text'), raw('B', Buffer.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 99, 65])), SYNC], until: 'Z' },
  ],
  'a Describe of nothing known': [{ send: [raw('D', Buffer.from('X\0')), SYNC], until: 'Z' }],
  'a Close of nothing known': [{ send: [raw('C', Buffer.from('X\0')), SYNC], until: 'Z' }],
  'trailing bytes in a message': [{ send: [raw('E', Buffer.from('\0\0\0\0\0extra')), SYNC], until: 'Z' }],
  'a password when none was asked for': [{ send: [raw('p', Buffer.from('x\0'))], until: 'Z' }],
}

/** What a server says in a conversation. */
export const hold = async (port: number, steps: readonly Step[], database: string): Promise<string[]> => {
  const conversation = await Conversation.open({ port, database })
  const said: string[] = []
  for (const step of steps) {
    const { send, until } = 'send' in step ? step : { send: step, until: 'Z' }
    if (send.length > 0) conversation.send(...send)
    said.push(...(await conversation.until(until)), '')
  }
  await conversation.close()
  return said
}

/** Those of what PGlite does not do: it has one session, which cursors WITH HOLD would be of. */
export const sqliteConversations: Readonly<Record<string, readonly Step[]>> = {
  'cursors in the extended protocol': [
    [Q('begin')],
    [
      P('declare conv_d scroll cursor with hold for select i, $1::text from generate_series(1, $2::int) i'),
      D('statement'),
      B(['x', '4']),
      D('portal'),
      E(),
      SYNC,
    ],
    [P('fetch 2 from conv_d'), B(), D('portal'), E(), SYNC],
    [P('fetch all from conv_d'), D('statement'), B(), E('', 1), E('', 5), SYNC],
    [P('fetch conv_missing', 'conv_s'), D('statement', 'conv_s'), SYNC],
    [Q('rollback; begin')],
    [P('move backward all in conv_d'), B(), D('portal'), E(), SYNC],
    [
      Q(
        'rollback; begin; declare conv_e no scroll cursor for select 1; declare conv_h scroll cursor with hold for select 2',
      ),
    ],
    [
      Q(
        'select name, statement, is_holdable, is_binary, is_scrollable, creation_time = now() from pg_cursors order by 1',
      ),
    ],
    [
      P('select name, is_holdable, is_scrollable from pg_cursors order by 1'),
      B([], { portal: 'conv_p' }),
      D('portal', 'conv_p'),
      E('conv_p'),
      SYNC,
    ],
    [P('close conv_e'), B(), D('portal'), E(), SYNC, Q('select name from pg_cursors order by 1')],
    { send: [], until: 'Z' },
    [P('commit'), B(), D('portal'), E(), SYNC, Q('select name, is_holdable from pg_cursors')],
    { send: [], until: 'Z' },
    [Q('fetch conv_h; close conv_h; deallocate all')],
    [P('declare conv_n cursor for select 1'), B(), E(), SYNC],
    [Q('begin'), P('select generate_series($1::int, 9) as n', '', [23]), B(['2'], { portal: 'conv_g' }), SYNC],
    { send: [], until: 'Z' },
    [Q('move forward 3 in conv_g'), P('fetch conv_g'), B(), D('portal'), E(), SYNC],
    { send: [], until: 'Z' },
    [E('conv_g', 1), Q('select 1')],
    [E('conv_g', 9), SYNC, Q('savepoint a'), Q('fetch backward 1 from conv_g')],
    { send: [], until: 'Z' },
    { send: [], until: 'Z' },
    [Q('rollback to a; close conv_g; fetch conv_g')],
    [Q('rollback; begin')],
    [P('select 1 as one'), B([], { portal: 'conv_k' }), SYNC],
    [Q('fetch 5 from conv_k; fetch conv_k; rollback')],
    [Q('begin; prepare conv_q as select 1')],
    [P('deallocate conv_q'), B(), D('portal'), E(), SYNC],
    [P('prepare conv_r (int) as select $1 + 1'), B(), D('portal'), E(), SYNC],
    [Q('execute conv_r (2); rollback; deallocate conv_r')],
  ],
  'what is understood when, and what ends a portal': [
    [
      Q(
        'create table conv_p (a int primary key); create table conv_d (a int references conv_p deferrable initially deferred)',
      ),
    ],
    [P('lock table conv_p', 's'), D('statement', 's'), B([], { statement: 's' }), E(), SYNC],
    [P('drop table conv_none'), B(), D('portal'), E(), SYNC],
    [P('create table conv_n (x int)'), B([], { portal: 'p' }), E('p'), D('portal', 'p'), E('p'), SYNC],
    [P('select 1/0 as x', 't'), D('statement', 't'), B([], { statement: 't' }), SYNC],
    [P('copy (select 1/0) to stdout'), D('statement'), B(), E(), SYNC],
    [P('set constraints all deferred'), B(), E(), P('set local application_name = a'), B(), E(), SYNC],
    [P('commit'), B([], { portal: 'p' }), E('p'), P('select 1'), B([], { portal: 'p' }), E('p'), SYNC],
    [P('discard all'), B([], { portal: 'p' }), E('p'), E('p'), SYNC],
    [Q('insert into conv_d values (5); select 1')],
    [Q("begin; set application_name = 'b'")],
    [Q('select 1/0')],
    [P('', 'e'), D('statement', 'e'), B([], { statement: 'e' }), SYNC],
    [P('select $1::int', 'n'), SYNC],
    [Q('rollback; begin; declare conv_c cursor for select * from conv_p')],
    [P('truncate conv_p, conv_d'), B(), E(), SYNC],
    [Q('rollback; begin read only')],
    [P('select a from conv_p for update'), B(), SYNC],
    [Q('rollback'), Q("do $$ begin raise notice 'n'; raise exception 'e'; end $$")],
    { send: [], until: 'Z' },
    [P('select * from conv_n', 'c'), P('select x from conv_n', 'x'), P('insert into conv_n values ($1)', 'i'), SYNC],
    [Q('alter table conv_n add column y text')],
    [D('statement', 'c'), SYNC],
    [D('statement', 'x'), D('statement', 'i'), SYNC],
    [Q('drop table conv_p, conv_d, conv_n')],
    [D('statement', 'x'), SYNC],
    [D('statement', 'i'), SYNC],
  ],
  'EXECUTE in the extended protocol': [
    [Q('create table if not exists conv_x (a int, b text); prepare conv_t as select 1 as one, $1::text as two')],
    [P("execute conv_t ('x')"), D('statement'), B(), D('portal'), E(), SYNC],
    [P("execute conv_t ('x')"), B([], { formats: [1] }), D('portal'), E(), SYNC],
    [P("execute conv_t ('x', 2)"), D('statement'), B(), D('portal'), E(), SYNC],
    [P('execute conv_u', 'conv_v'), D('statement', 'conv_v'), B([], { statement: 'conv_v' }), D('portal'), E(), SYNC],
    [Q('prepare conv_u as select i from generate_series(1, 5) i')],
    [D('statement', 'conv_v'), B([], { statement: 'conv_v' }), D('portal'), E('', 2), E('', 2), E('', 2), SYNC],
    [Q('prepare conv_w (int) as insert into conv_x values ($1) returning a; prepare conv_y as delete from conv_x')],
    [P('execute conv_w (1)'), D('statement'), B(), D('portal'), E(), SYNC],
    [P('execute conv_w (2)'), B(), E('', 1), SYNC],
    [P('execute conv_y'), D('statement'), B(), D('portal'), E(), SYNC],
    [P('select $1::int + 1', 'conv_z'), B(['1'], { statement: 'conv_z' }), E(), SYNC],
    [
      Q(
        'select name, statement, parameter_types, result_types, from_sql, generic_plans, custom_plans from pg_prepared_statements order by 1',
      ),
    ],
    [Q('execute conv_z (3); execute conv_t (null)')],
    [Q('deallocate all; drop table conv_x')],
  ],
}
