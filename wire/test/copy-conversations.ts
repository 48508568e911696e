/** Conversations with COPY in them. */
import { B, c, d, E, f, P, Q, SYNC } from '../../oracle/messages.ts'
import { FrameWriter } from '../protocol/frame.ts'
import type { Step } from './hold.ts'

/** Bytes of a COPY in binary format, given in hexadecimal. */
const copied = (hex: string): Uint8Array =>
  new FrameWriter()
    .begin('d')
    .bytes(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
    .finish()
    .take()

/** What stands before the first row. */
const COPY_HEADER = '5047434f50590aff0d0a00 00000000 00000000 '

export const copyConversations: Readonly<Record<string, readonly Step[]>> = {
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
}
