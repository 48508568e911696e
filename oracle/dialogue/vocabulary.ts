/** What random clients ask for: statements of every kind that the protocol treats in its own way. */

/** Before each conversation. */
export const SETUP = `
  drop table if exists fz, fz2, fd, fk;
  create table fk (a int primary key);
  create table fd (a int references fk deferrable initially deferred);
  create table fz (a int primary key, b text);
  insert into fk values (1);
  insert into fz values (1, 'one'), (2, 'two'), (3, 'three');
  create or replace procedure pr() language plpgsql as $$ begin insert into fz values (100); end $$;
  create or replace procedure po(inout x int) language sql as 'select x + 1';
  create or replace procedure pc(n int) language plpgsql as $$ begin
    insert into fz values (200 + n); commit; insert into fz values (300 + n); rollback;
    raise notice 'ended'; insert into fz values (400 + n);
  end $$`

/** Statements that have no parameters. */
const PLAIN: readonly string[] = [
  ...['', 'select', 'select 1 as one', 'select a, b from fz order by a', 'values (1), (2), (3)'],
  ...['selec', 'select * from missing', 'select * from fz2', 'select 1/0', 'select pg_sleep(0)'],
  ...[
    'select count(*) from fz for update',
    'select a from fz order by a for update',
    'delete from fz where a = 3 returning b',
  ],
  'with w as (insert into fz values (40) returning a) select a from w',
  'merge into fz using (values (1), (30)) v (x) on v.x = fz.a when matched then delete when not matched then insert values (v.x)',
  ...['begin', 'begin', 'begin read only', 'commit', 'commit and chain', 'rollback', 'rollback and chain'],
  ...['savepoint s', 'rollback to s', 'release s', 'set constraints all deferred'],
  ...[
    "set application_name = 'x'",
    "set local application_name = 'y'",
    'show application_name',
    'reset application_name',
  ],
  ...['create table fz2 (x int)', 'drop table fz2', 'alter table fz add column c int', 'truncate fz', 'vacuum fz'],
  ...['create temp table tt as select 1 as x', 'select * into temp ti from fz', 'lock table fz'],
  ...['prepare ps as select a from fz order by a', 'prepare pq (int) as insert into fz values ($1) returning a'],
  ...['execute ps', 'execute pq (20)', 'deallocate ps', 'deallocate all', 'discard all', 'discard temp'],
  'declare c cursor for select a from fz order by a',
  'declare ch scroll cursor with hold for select a from fz order by a',
  ...['fetch 1 from c', 'fetch all from ch', 'move 1 in ch', 'close c', 'close all'],
  ...["do $$ begin raise notice 'n'; end $$", "do $$ begin raise notice 'n'; raise exception 'e'; end $$"],
  ...['copy (select a, b from fz order by a) to stdout', 'copy (select 1/0) to stdout', 'call pr()', 'call po(1)'],
  ...['call pc(1)', 'call pc(2)', 'do $$ begin insert into fz values (500); commit; perform 1/0; end $$'],
  ...['listen ch', 'notify ch', "notify ch, 'p'", 'unlisten *'],
  ...['select name from pg_prepared_statements order by 1', 'select name, statement from pg_cursors order by 1'],
]

/** Statements with parameters, and values for them, which are not always right. */
const OPEN: readonly (readonly [sql: string, values: readonly (readonly (string | null)[])[]])[] = [
  ['select $1::int + 1 as n', [['5'], ['x'], []]],
  ['select 8 / $1::int', [['2'], ['1']]],
  ['select $1', [['t'], [null]]],
  ['select setting from pg_settings where name = $1', [['application_name']]],
  ['insert into fz values ($1, $2)', [['7', 'x'], ['8', 'y'], ['1', 'twice'], ['9']]],
  ['insert into fz values ($1) returning a, b', [['10'], ['11']]],
  ['insert into fd values ($1)', [['1'], ['50']]],
  [
    'update fz set b = b || $1 where a = $2 returning a',
    [
      ['q', '2'],
      ['q', '1'],
    ],
  ],
  ['delete from fz where a = $1', [['1'], ['2'], ['99']]],
]

export interface Asked {
  readonly sql: string
  readonly values: readonly (string | null)[]
}

export const STATEMENTS: readonly Asked[] = [
  ...PLAIN.map((sql) => ({ sql, values: [] })),
  ...OPEN.flatMap(([sql, all]) => all.map((values) => ({ sql, values }))),
]

/** Texts that ask for data once. */
export const COPIES: readonly string[] = [
  ...['copy fz (a, b) from stdin', 'copy fz from stdin (format csv)', 'copy fz (a) from stdin', 'copy fd from stdin'],
  ...['copy fz2 from stdin', 'copy fz (missing) from stdin', "copy fz from stdin with (delimiter ',', null 'x')"],
]

/**
 * Pieces of data, which need not be whole lines. No key comes twice: PostgreSQL stores rows by the thousand, and first looks
 * for errors of other kinds in all of them.
 */
export const PIECES: readonly string[] = [
  ...['', '70\n', '71\tseven\n', '72,csv\n', 'x\tno number\n', '73\t', 'half\n', '74\ta\tb\n', '\\.\n', '\n'],
  ...['75\t\\N\n', '76,"quoted, and', ' more"\n', '\\N\n', '50\n'],
]

/** Texts of simple queries. */
export const TEXTS: readonly string[] = [
  ...PLAIN,
  ...[';', 'select 1; select 2', 'begin; select 1', 'select 1; commit; select 2', 'select 1; begin; select 2'],
  ...['insert into fz values (60); select 1/0', 'begin; insert into fz values (61); commit; select 1/0'],
  ...[
    'select 1; rollback; select 2',
    'insert into fz values (62); savepoint s',
    'insert into fz values (63); vacuum fz',
  ],
  ...['begin; commit; rollback', 'set application_name = z; select 1/0', 'commit; select 1/0', 'begin; begin'],
  ...[
    'fetch all from ch; select 1',
    'prepare ps as select 1; execute ps; deallocate ps',
    'execute ps; execute pq (21)',
  ],
  ...[
    'declare c2 cursor for select 1; fetch c2',
    'select 1; declare c2 cursor for select 1; fetch c2; commit; fetch c2',
  ],
  ...[
    'notify ch; select 1/0',
    'create table fz2 (x int); insert into fz2 values (1); drop table fz2',
    'select 1; selec',
  ],
  ...[
    'insert into fd values (50); select 1',
    'insert into fd values (50); rollback',
    'begin; insert into fd values (50)',
  ],
  ...[
    'start transaction; select 1; select 1/0; select 2; rollback; select 3',
    'copy (select a from fz order by a) to stdout; select 1',
  ],
  ...["set local application_name = 'l'; show application_name", 'reset all; show application_name', 'abort; begin'],
  ...['end; select 1', 'select 1; commit and chain', 'release s; select 1', 'select $1::int'],
]
