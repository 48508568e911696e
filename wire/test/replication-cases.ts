/** Changes whose stream is compared with PostgreSQL's. */
export interface Case {
  readonly setup: string
  /** What follows CREATE PUBLICATION name. */
  readonly publication: string
  /** Each runs as one simple query, so as one transaction unless it has its own. */
  readonly changes: readonly string[]
  /** One statement changes rows in turns; orez logs them kind by kind, or each with what follows from it. */
  readonly interleaved?: true
  /** What the server over SQLite says of the case. */
  readonly refused?: string
  /** The order in which a statement finds its rows shows. */
  readonly unordered?: true
}

const TABLE = 'create table t(id int primary key, name text, n numeric(10,2))'

/** Values that PostgreSQL stores apart (TOAST): subscribers are told that an update has left them as they were. */
const APART = `create table t(id int primary key, note text, body text, data jsonb, small text); alter table t alter body set storage external`
const BODY = "repeat('body ', 1000)"
const INCOMPRESSIBLE = "(select string_agg(md5(i::text), '') from generate_series(1, 200) i)"
const APART_CHANGES = [
  `insert into t values (1, 'n', ${BODY}, jsonb_build_object('a', ${INCOMPRESSIBLE}), 's'), (2, null, ${INCOMPRESSIBLE}, null, 's'), (3, 'n', 'short', '{}', 's')`,
  "update t set note = 'changed'",
  `update t set body = body || '!' where id = 1`,
  `update t set body = ${BODY}, note = 'again' where id = 2`,
  "update t set data = jsonb_set(coalesce(data, '{}'), '{b}', '1')",
  'update t set id = id + 10',
  `begin; insert into t values (4, null, ${BODY}, null, null); update t set note = 'in the same' where id = 4; commit`,
  'update t set body = body, note = body',
  "update t set body = 'short' where id = 11",
  "update t set note = 'last'",
  'alter table t drop column note',
  "update t set small = 'x'",
  'delete from t where id > 11',
]

const PARTITIONED = `create table t(id int, v text, primary key (id)) partition by range (id); create table t_low partition of t for values from (0) to (10);
      create table t_high partition of t for values from (10) to (100)`
const PARTITION_CHANGES = [
  "insert into t values (1, 'a'), (11, 'b')",
  "update t set v = 'c'",
  'update t set id = 12 where id = 1',
  'delete from t where id = 11',
  'truncate t',
]

/** One column each of what can be long, and what SQL makes a value of it with about so many bytes. */
const LONG: readonly (readonly [type: string, of: (size: number) => string])[] = [
  ['text', (size) => `repeat('abcdefghij', ${Math.trunc(size / 10)})`],
  [
    'text',
    (size) =>
      `(select substr(string_agg(md5(i::text), ''), 1, ${size}) from generate_series(1, ${Math.trunc(size / 32) + 1}) i)`,
  ],
  ['varchar', (size) => `repeat('é', ${Math.trunc(size / 2)})`],
  ['bpchar', (size) => `repeat('x', ${size})::bpchar`],
  ['json', (size) => `to_json(array(select i from generate_series(1, ${Math.trunc(size / 4)}) i))`],
  [
    'bytea',
    (size) => `(select string_agg(sha256(i::text::bytea), '') from generate_series(1, ${Math.trunc(size / 32) + 1}) i)`,
  ],
  [
    'jsonb',
    (size) =>
      `(select jsonb_object_agg('key' || i, jsonb_build_array(i, i * 1.5, i % 2 = 0, null, md5(i::text))) from generate_series(1, ${Math.trunc(size / 80) + 1}) i)`,
  ],
  ['jsonb', (size) => `to_jsonb(repeat('text', ${Math.trunc(size / 4)}))`],
  ['numeric', (size) => `('1' || repeat('23456789', ${Math.trunc(size / 4)}) || '.5')::numeric`],
  [
    'int4[]',
    (size) => `array(select (i * 1234567::int8 % 1000003)::int4 from generate_series(1, ${Math.trunc(size / 4)}) i)`,
  ],
  [
    'int8[]',
    (size) =>
      `array(select (case when i % 3 > 0 then i * 12345678901 end)::int8 from generate_series(1, ${Math.trunc(size / 8)}) i)`,
  ],
  ['text[]', (size) => `array(select md5(i::text) from generate_series(1, ${Math.trunc(size / 36)}) i)`],
  ['numeric[]', (size) => `array(select i * 1.1 from generate_series(1, ${Math.trunc(size / 12)}) i)`],
  ['float8[]', (size) => `array(select sqrt(i::float8) from generate_series(1, ${Math.trunc(size / 8)}) i)`],
  [
    'timestamptz[]',
    (size) =>
      `array(select '2020-01-01 00:00Z'::timestamptz + i * interval '1 day 1 second' from generate_series(1, ${Math.trunc(size / 8)}) i)`,
  ],
  ['uuid[]', (size) => `array(select md5(i::text)::uuid from generate_series(1, ${Math.trunc(size / 16)}) i)`],
  [
    'interval[]',
    (size) =>
      `array(select i * interval '1 mon 2 days 3.5 seconds' from generate_series(1, ${Math.trunc(size / 16)}) i)`,
  ],
  ['bool[]', (size) => `array(select i % 7 = 0 from generate_series(1, ${size}) i)`],
  ['bit varying', (size) => `repeat('0110100', ${Math.trunc((size * 8) / 7)})::varbit`],
  [
    'int4range[]',
    (size) => `array(select int4range(i, i + i % 3) from generate_series(1, ${Math.trunc(size / 20)}) i)`,
  ],
  [
    'nummultirange',
    (size) => `(select range_agg(numrange(i, i + 0.5)) from generate_series(1, ${Math.trunc(size / 20)}) i)`,
  ],
  ['inet[]', (size) => `array(select '10.0.0.0'::inet + i from generate_series(1, ${Math.trunc(size / 12)}) i)`],
  ['duo', (size) => `(${size}, repeat('pair', ${Math.trunc(size / 4)}))::duo`],
  [
    'duo[]',
    (size) =>
      `array(select (case when i % 5 > 0 then i end, md5(i::text))::duo from generate_series(1, ${Math.trunc(size / 64)}) i)`,
  ],
]

const SIZES = [1500, 1980, 2000, 2020, 2040, 2100, 2800, 4000, 9000]

/** Each value by itself, then all of them in one row; of rows that have been stored before and after a column was dropped. */
const LONG_CASES: Readonly<Record<string, Case>> = Object.fromEntries(
  [...LONG, undefined].map((one) => {
    const types = one === undefined ? LONG : [one]
    const values = (size: number, row: number): string =>
      types
        .map(([, of], at) => of(one === undefined ? Math.trunc((size * ((at * 7 + row) % 9)) / 60) : size))
        .join(', ')
    const rows = (from: number, flag: string): string =>
      SIZES.map((size, row) => `(${from + row}, 1, ${flag}${values(size, row)}, 0.5)`).join(', ')
    return [
      `what is stored apart: ${one === undefined ? 'rows of all types' : `${one[0]}, ${one[1](8)}`}`,
      {
        setup: `create type duo as (a int, b text); create table t(id int primary key, n int2, flag bool, ${types.map(([type], at) => `c${at} ${type}`).join(', ')}, last float8)`,
        publication: 'for table t',
        changes: [
          `insert into t values ${rows(0, 'null, ')}, ${rows(100, 'true, ')}`,
          'update t set n = 2',
          'alter table t drop column flag',
          `insert into t values ${rows(200, '')}`,
          'update t set n = n where id >= 200',
        ],
        unordered: true,
      },
    ]
  }),
)

export const apartCases: Readonly<Record<string, Case>> = {
  ...LONG_CASES,
  'toast_tuple_target and storage': {
    setup: `create table t(id int primary key, n int, body text, kept text, more text) with (toast_tuple_target = 200);
      alter table t alter kept set storage main; alter table t alter more set storage plain`,
    publication: 'for table t',
    changes: [
      `insert into t select i, 0, repeat('body ', 30 * i), ${INCOMPRESSIBLE.replace('200', '20')}, repeat('m', i * 40) from generate_series(1, 30) i`,
      'update t set n = 1',
      'alter table t set (toast_tuple_target = 2000)',
      `insert into t select i + 100, 0, repeat('body ', 300 * i), ${INCOMPRESSIBLE.replace('200', '20')}, repeat('m', i * 40) from generate_series(1, 30) i`,
      'update t set n = 2 where id > 100',
      'alter table t alter kept set storage extended',
      `insert into t select i + 200, 0, 'short', ${INCOMPRESSIBLE.replace('200', '100')}, repeat('m', i * 40) from generate_series(1, 30) i`,
      'update t set n = 3 where id > 200',
    ],
    unordered: true,
  },
  'values that are stored apart': { setup: APART, publication: 'for table t', changes: APART_CHANGES, unordered: true },
  'the same, with the whole row as identity': {
    setup: `${APART}; alter table t replica identity full`,
    publication: 'for table t',
    changes: APART_CHANGES,
    unordered: true,
  },
  'the same, with a filter that rows come to pass': {
    setup: `${APART}; alter table t replica identity full`,
    publication: "for table t where (small = 'x')",
    changes: [...APART_CHANGES.slice(0, 3), "update t set small = 'x'", "update t set small = 'y'"],
    unordered: true,
  },
  'the same, with a filter on the key': {
    setup: APART,
    publication: 'for table t where (id > 5)',
    changes: APART_CHANGES,
    unordered: true,
  },
  'a key that is stored apart': {
    setup: `create table t(id text not null, note text); alter table t alter id set storage external;
      create unique index on t (id); alter table t replica identity using index t_id_idx`,
    publication: 'for table t',
    changes: [
      `insert into t values (repeat('k', 2200), 'n')`,
      "update t set note = 'm'",
      "update t set id = id || '!'",
    ],
  },
}

export const cases: Readonly<Record<string, Case>> = {
  'insert, update, delete': {
    setup: TABLE,
    publication: 'for table t',
    changes: [
      "insert into t values (1, 'one', 1.5), (2, null, null)",
      "update t set name = 'uno' where id = 1",
      'update t set id = 20 where id = 2',
      'update t set id = id',
      'delete from t',
    ],
  },
  'one transaction of several statements': {
    setup: TABLE,
    publication: 'for table t',
    changes: [
      "begin; insert into t values (1, 'a'); update t set n = 7; savepoint s; insert into t values (2); rollback to s; insert into t values (3); commit",
    ],
  },
  'rolled back transactions leave no trace': {
    setup: TABLE,
    publication: 'for table t',
    changes: ['begin; insert into t values (1); rollback', 'insert into t values (2)'],
  },
  'virtual generated columns': {
    setup:
      'create table t(id int primary key, n int, v int generated always as (n * 2), s int generated always as (n + 1) stored)',
    publication: 'for table t with (publish_generated_columns = stored)',
    changes: ['insert into t values (1, 2)', 'update t set n = 3 where v = 4', 'delete from t'],
  },
  'a filter by a virtual generated column': {
    setup: 'create table t(id int primary key, n int, v int generated always as (n * 2))',
    publication: "for table t where (v > 2) with (publish = 'insert')",
    changes: ['insert into t values (1, 1), (2, 2), (3, null), (4, 3)', 'update t set n = 5'],
  },
  'unlogged tables': {
    setup: `${TABLE}; create unlogged table quick(id int primary key, v int)`,
    publication: 'for all tables',
    changes: [
      "insert into t values (1, 'x', null); insert into quick values (1, 1)",
      'update quick set v = 2',
      'alter table quick set logged',
      'update quick set v = 3',
      'alter table quick set unlogged',
      'delete from quick',
      'create unlogged table later as select 1 as a',
      'alter table t set unlogged',
      'delete from t',
    ],
  },
  'unlogged partitions': {
    setup: `create table t(id int, v text) partition by range (id); create unlogged table t_low partition of t for values from (0) to (10);
      create table t_high partition of t for values from (10) to (100)`,
    publication: 'for table t',
    changes: [
      "insert into t values (1, 'a'), (11, 'b')",
      "update t_low set v = 'c'",
      'delete from t_low',
      'truncate t',
    ],
  },
  'replica identity full': {
    setup: `${TABLE}; alter table t replica identity full`,
    publication: 'for table t',
    changes: ["insert into t values (1, 'x', null)", "update t set name = 'y'", 'update t set n = 1', 'delete from t'],
  },
  'replica identity index': {
    setup:
      'create table t(a int not null, b text not null, c int); create unique index t_ab on t(b, a); alter table t replica identity using index t_ab',
    publication: 'for table t',
    changes: ["insert into t values (1, 'x', 5)", 'update t set c = 6', "update t set b = 'y'", 'delete from t'],
  },
  'no replica identity, inserts only': {
    setup: 'create table t(a int, b text)',
    publication: "for table t with (publish = 'insert, truncate')",
    changes: ["insert into t values (1, 'x')", "update t set b = 'y'", 'delete from t', 'truncate t'],
  },
  'composite key': {
    setup: 'create table t(a int, b text, c text, primary key (c, a))',
    publication: 'for table t',
    changes: ["insert into t values (1, 'b', 'c')", "update t set b = 'bb'", "update t set c = 'cc'", 'delete from t'],
  },
  'all kinds of values': {
    setup: `create type mood as enum ('sad', 'happy'); create domain positive as int check (value > 0); create type pair as (a int, b text);
      create table t(id int primary key, b bool, i2 int2, i8 int8, f4 float4, f8 float8, num numeric, ch char(4), vc varchar(9), by bytea,
      d date, ti time, tz timetz, ts timestamp, tsz timestamptz, iv interval, u uuid, j json, jb jsonb, ia int[], ta text[], m mood, p positive,
      c pair, r int4range, ip inet, bt bit(3))`,
    publication: 'for table t',
    changes: [
      `insert into t values (1, true, -32768, 9223372036854775807, 0.1, 'NaN', 'Infinity', 'ab', 'é"\\', '\\xdeadbeef', '2020-02-29', '12:34:56.789', '12:00+02',
       'infinity', '2020-01-01 00:00+01', '1 mon -3 days 04:05:06', '00000000-0000-0000-0000-000000000001', '{"a": 1}', '{"b":[1,null]}', '{{1,2},{3,null}}',
       '{"a,b","c\\"d",NULL,""}', 'happy', 5, '(1,"x,y")', '[1,5)', '::1/128', '101')`,
      `set timezone = 'Asia/Tokyo'; set datestyle = 'german'; set extra_float_digits = -10; set bytea_output = 'escape'; set intervalstyle = 'iso_8601';
       update t set ts = '0044-03-15 BC', f4 = 1e-10, m = 'sad'`,
    ],
  },
  'values of other types': {
    refused: 'a column of type point is not supported',
    setup: 'create table t(id int primary key, pt point, x xml)',
    publication: 'for table t',
    changes: ["insert into t values (1, '(1,2)', null)", "update t set x = '<a/>', pt = '(3,4)'"],
  },
  truncate: {
    setup: `${TABLE}; create table u(id int primary key, t_id int references t)`,
    publication: 'for table t, u',
    changes: [
      'insert into t values (1); insert into u values (1, 1)',
      'truncate u',
      'truncate t, u',
      'truncate t cascade',
      'truncate t, u restart identity',
      'begin; truncate u restart identity; truncate t cascade; commit',
      // in one text, told apart by the tables that each of them empties
      'truncate t cascade; truncate u; truncate u, t cascade',
      'do $$ begin truncate u restart identity; truncate t cascade; end $$',
      `do $$ begin for i in 1..2 loop execute 'truncate u restart identity'; execute 'truncate t restart identity cascade'; truncate u; end loop; end $$`,
      'create procedure empty_all() language plpgsql as $$ begin truncate t cascade; truncate u; end $$',
      'begin; truncate u restart identity; call empty_all(); truncate t, u; commit',
      'create schema other; create table other.u(id int primary key); truncate other.u restart identity; truncate u',
      `do $$ begin execute format('set local search_path = other, %s', current_setting('search_path')); truncate u restart identity; truncate t cascade; end $$`,
    ],
  },
  'procedures that end the transaction': {
    setup: `${TABLE}; create table u(id int primary key, t_id int references t deferrable initially deferred);
      create procedure fill(n int) language plpgsql as $$ begin
        for i in 1..n loop
          insert into t values (i, 'row ' || i, i);
          if i % 3 = 0 then rollback; elsif i % 2 = 0 then commit; end if;
        end loop;
      end $$;
      create procedure twice() language plpgsql as $$ begin update t set n = n + 1; commit; call fill(2); delete from t; end $$`,
    publication: 'for table t, u',
    changes: [
      'call fill(7)',
      'do $$ begin delete from t where id = 4; commit and chain; truncate t, u; rollback; truncate u; commit; end $$',
      'delete from t',
      'call twice()',
      `do $$ begin
         insert into u values (1, 1); insert into t values (1, 'late', 1); commit;
         begin insert into t values (1, 'twice', 1); exception when unique_violation then update t set name = 'once'; end;
         commit;
         delete from u;
         perform pg_logical_emit_message(true, 'told', 'of it'); rollback;
         perform pg_logical_emit_message(true, 'told', 'of that'); commit;
       end $$`,
      'alter table t add column more text',
      "do $$ begin update t set more = 'm'; commit; alter table t drop column name; update t set n = 7; commit; delete from u; delete from t; end $$",
    ],
  },
  'constraint triggers that write when the transaction ends': {
    setup: `${TABLE}; create table u(id int primary key, what text);
      create function follow() returns trigger language plpgsql as $$ begin
        if tg_op = 'DELETE' then insert into u values (old.id + 100, 'gone') on conflict (id) do update set what = 'gone again'; return old; end if;
        if new.n < 3 then update t set n = n + 1 where id = new.id; end if;
        insert into u values (new.id, new.name) on conflict (id) do update set what = excluded.what || u.what;
        return new;
      end $$;
      create constraint trigger follow after insert or update or delete on t deferrable initially deferred for each row execute function follow()`,
    publication: 'for table t, u',
    changes: [
      "insert into t values (1, 'a', 1)",
      "begin; insert into t values (2, 'b', 5), (3, 'c', 5); update t set name = 'bb' where id = 2; savepoint s; delete from t where id = 3; rollback to s; commit",
      'begin; delete from t where id = 1; set constraints follow immediate; delete from t where id = 2; set constraints all deferred; delete from t where id = 3; commit',
      "begin; insert into t values (9, 'z', 9); rollback",
    ],
  },
  'truncate of the same table with other options': {
    setup: `${TABLE}; create table u(id int primary key, t_id int references t)`,
    publication: 'for table t, u',
    changes: [
      'truncate u; truncate u restart identity',
      'truncate u restart identity; insert into u values (1); truncate u cascade; truncate u',
      'truncate u restart identity',
      'begin; truncate t, u; savepoint s; truncate u cascade; rollback to s; truncate u restart identity; truncate t, u cascade; commit',
      'begin; truncate u restart identity; commit; truncate u; begin; truncate u cascade; rollback; truncate u restart identity',
      'begin; truncate u restart identity; alter publication pub drop table u; truncate u; alter publication pub add table u; truncate u cascade; commit',
      'truncate u restart identity; /* é */ truncate u; truncate u cascade;',
    ],
  },
  'truncate in functions': {
    refused: 'is not supported',
    setup: `${TABLE}; create table u(id int primary key, t_id int references t); create table v(id int)`,
    publication: 'for table t, u, v',
    changes: [
      `do $$ begin execute 'truncate u restart identity; truncate t restart identity cascade'; truncate u; end $$`,
      `create function empty_u() returns void language sql as 'select 1; truncate u restart identity; truncate t cascade'`,
      'select empty_u(); truncate u',
      `create function empty_often() returns void language sql as 'select 1; truncate u restart identity; truncate u; truncate u cascade'`,
      'begin; truncate u restart identity; truncate u; select empty_often(); truncate u cascade; truncate u; commit',
      // the trigger's own TRUNCATE comes first
      `create function first() returns trigger language plpgsql as 'begin truncate v restart identity; return null; end'`,
      'create trigger first before truncate on t execute function first()',
      'truncate t cascade',
    ],
  },
  messages: {
    setup: TABLE,
    publication: 'for table t',
    changes: [
      "select pg_logical_emit_message(true, 'pre', 'hello')",
      "begin; insert into t values (1); select pg_logical_emit_message(true, 'pre', '\\x0001ff'::bytea); insert into t values (2); commit",
      "select pg_logical_emit_message(true, '', ''), pg_logical_emit_message(true, 'é', repeat('x', 3000))",
      "begin; select pg_logical_emit_message(true, 'lost', 'lost'); rollback",
      "begin; truncate t; select pg_logical_emit_message(true, 'between', ''); truncate t; commit",
      "select pg_logical_emit_message(false, 'alone', 'a')",
      "begin; insert into t values (3); select pg_logical_emit_message(false, 'first', 'b'); insert into t values (4); commit",
      "begin; insert into t values (5); savepoint s; select pg_logical_emit_message(false, 'kept', 'c'); rollback to s; commit",
      "begin; insert into t values (6); select pg_logical_emit_message(false, 'last', 'd'); commit; insert into t values (7)",
      "begin; insert into t values (8); select pg_logical_emit_message(false, 'whatever', 'e'); rollback",
    ],
  },
  'column lists': {
    setup: 'create table t(id int primary key, a text, b text, c int)',
    publication: 'for table t (id, c)',
    changes: ["insert into t values (1, 'a', 'b', 3)", "update t set a = 'x'", 'update t set id = 2', 'delete from t'],
  },
  'row filters': {
    unordered: true,
    setup: 'create table t(id int primary key, v int)',
    publication: 'for table t where (id > 10)',
    changes: [
      'insert into t values (1, 1), (11, 1), (12, 2)',
      'update t set v = 9',
      'update t set id = 5 where id = 11',
      'update t set id = 50 where id = 1',
      'delete from t',
    ],
  },
  'all tables, and one made later': {
    setup: TABLE,
    publication: 'for all tables',
    changes: [
      "insert into t values (1, 'x')",
      'create table later(id int primary key, v text); insert into later values (1)',
      "update later set v = 'y'",
      'create table made as select 1 as x',
      'drop table later',
    ],
  },
  'tables in a schema': {
    setup: 'create schema inner_s; create table inner_s.a(x int primary key); create table outer_t(x int primary key)',
    publication: 'for tables in schema inner_s',
    changes: [
      'insert into inner_s.a values (1); insert into outer_t values (1)',
      'create table inner_s.b(y int primary key); insert into inner_s.b values (2)',
      'drop schema inner_s cascade; drop table outer_t',
    ],
  },
  'the schema changes in mid-stream': {
    setup: TABLE,
    publication: 'for table t',
    changes: [
      "insert into t values (1, 'x')",
      'alter table t add column extra int default 5',
      'insert into t values (2)',
      'alter table t rename column name to title; insert into t values (3)',
      'alter table t drop column n',
      "update t set title = 'z' where id = 3",
      'alter table t alter column extra type text',
      'insert into t values (4)',
      'alter table t rename to t2',
      'insert into t2 values (5)',
      'begin; insert into t2 values (6); alter table t2 add column w int; insert into t2 values (7); commit',
      'drop table t2',
    ],
  },
  'publications change in mid-stream': {
    setup: `${TABLE}; create table u(id int primary key)`,
    publication: 'for table t',
    changes: [
      'insert into u values (1)',
      'alter publication pub add table u',
      'insert into u values (2); insert into t values (1)',
      'alter publication pub drop table t',
      'insert into t values (2); insert into u values (3)',
      "alter publication pub set (publish = 'delete')",
      'insert into u values (4)',
      'delete from u where id = 4',
    ],
  },
  'cascades and triggers': {
    interleaved: true,
    setup: `${TABLE}; create table u(id int primary key, t_id int references t on delete cascade on update cascade); create table audit(n serial primary key, what text);
      create function note() returns trigger language plpgsql as $$ begin insert into audit(what) values (tg_op || ' ' || old.id); return null; end $$;
      create trigger note after delete on u for each row execute function note()`,
    publication: 'for table t, u, audit',
    changes: [
      'insert into t values (1), (2); insert into u values (10, 1), (11, 1), (12, 2)',
      'update t set id = 3 where id = 2',
      'delete from t where id = 1',
    ],
  },
  'triggers that change the same rows': {
    unordered: true,
    setup: `create table t(id int primary key, v text, n int default 0); create table self(id int primary key, up int references self on update cascade on delete cascade);
      create function again() returns trigger language plpgsql as $$ begin update t set n = n + 1, v = v || '+' where id = new.id; return null; end $$;
      create trigger "a first" after insert on t for each row execute function again();
      create function all_again() returns trigger language plpgsql as $$ begin update t set n = n + 10; return null; end $$;
      create trigger "a second" after delete on t for each statement execute function all_again()`,
    publication: 'for table t, self',
    interleaved: true,
    changes: [
      "insert into t values (1, 'x'), (2, 'y')",
      'delete from t where id = 1',
      'insert into self values (1, 1), (2, 1), (3, 2)',
      'update self set id = 10 where id = 1',
      'delete from self where id = 10',
      'create trigger late after update of v on t for each row when (new.n < 100) execute function again()',
      "update t set v = 'z', n = 98",
    ],
  },
  'upsert, merge, copy-like bulk': {
    unordered: true,
    interleaved: true,
    setup: TABLE,
    publication: 'for table t',
    changes: [
      "insert into t values (1, 'a') on conflict (id) do update set name = 'b'",
      "insert into t values (1, 'a'), (2, 'c') on conflict (id) do update set name = excluded.name || '!'",
      'insert into t values (1) on conflict do nothing',
      "merge into t using (values (1), (5)) v(id) on t.id = v.id when matched then delete when not matched then insert values (v.id, 'm')",
      "insert into t select g, 'row ' || g, g from generate_series(100, 130) g",
      "with gone as (delete from t where id > 120 returning id) insert into t select id + 1000, 'moved' from gone",
    ],
  },
  'generated columns and identity': {
    unordered: true,
    setup:
      'create table t(id int generated always as identity primary key, a int, twice int generated always as (a * 2) stored)',
    publication: 'for table t',
    changes: ['insert into t(a) values (1), (2)', 'update t set a = 5 where id = 1', 'delete from t'],
  },
  'generated columns published': {
    setup: 'create table t(id int primary key, a int, twice int generated always as (a * 2) stored)',
    publication: 'for table t with (publish_generated_columns = stored)',
    changes: ['insert into t(id, a) values (1, 2)', 'update t set a = 5'],
  },
  partitions: {
    setup: PARTITIONED,
    publication: 'for table t',
    changes: PARTITION_CHANGES,
  },
  'partitions as their root': {
    setup: PARTITIONED,
    publication: 'for table t with (publish_via_partition_root)',
    changes: PARTITION_CHANGES,
  },
  inheritance: {
    setup: 'create table t(id int primary key, v text); create table child(extra int, primary key (id)) inherits (t)',
    publication: 'for table t',
    changes: [
      "insert into t values (1, 'a'); insert into child values (2, 'b', 3)",
      "update t set v = 'c'",
      'delete from t',
    ],
  },
  'names that need quotes': {
    setup: 'create schema "Ünï s"; create table "Ünï s"."T ""1"" "("Id" int primary key, "sel ect" text, "a\'b" text)',
    publication: 'for table "Ünï s"."T ""1"" "',
    changes: [
      `insert into "Ünï s"."T ""1"" " values (1, 'x', 'y')`,
      `update "Ünï s"."T ""1"" " set "Id" = 2`,
      'drop schema "Ünï s" cascade',
    ],
  },
}
