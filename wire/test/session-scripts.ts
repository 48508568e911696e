/** Scripts for several clients of one server: what one does in its session, and what the others see of it. */
import { Conversation } from '../../oracle/conversation.ts'
import { B, E, P, Q, SYNC } from '../../oracle/messages.ts'

/** What one of three clients sends; the next line waits for the answer. */
export type Line = readonly [client: 'a' | 'b' | 'c', ...messages: Uint8Array[]]

export const scripts: Readonly<Record<string, readonly Line[]>> = {
  settings: [
    ['a', Q("set timezone = 'Asia/Tokyo'; set my.own = 'a'")],
    ['b', Q("set datestyle = 'german'; show timezone")],
    ['a', Q("show datestyle; show timezone; select current_setting('my.own')")],
    ['b', Q("select nullif(current_setting('my.own', true), ''); select '2020-02-01'::date")],
    ['a', Q('reset all; show timezone')],
    ['b', Q('show datestyle')],
    ['c', Q("select set_config('timezone', 'UTC', true), set_config('my.own', 'c', false)")],
    ['c', Q("show timezone; select current_setting('my.own')")],
    ['a', Q("select current_setting('my.own', true) is distinct from 'c'")],
    ['a', Q("begin; set timezone = 'Asia/Tokyo'; rollback; show timezone")],
  ],
  'settings of a transaction': [
    ['a', Q("begin isolation level serializable read only; set timezone = 'Asia/Tokyo'; select 1")],
    ['a', Q('commit')],
    ['b', Q('show transaction_read_only; show transaction_isolation; show timezone')],
    ['b', Q('create temp table sess_rw(x int)')],
    ['a', Q('show transaction_read_only; show timezone; create temp table sess_rw(x int)')],
    ['a', Q('set default_transaction_read_only = on')],
    ['b', Q('insert into sess_rw values (1)')],
    ['a', Q('create table sess_not(x int)')],
  ],
  'settings made by functions': [
    [
      'a',
      Q(`create function sess_set() returns void language plpgsql as $$ begin set timezone = 'Asia/Tokyo'; end $$`),
    ],
    ['a', Q('select sess_set()')],
    ['b', Q('show timezone')],
    ['a', Q('show timezone')],
    ['b', Q('drop function sess_set()')],
  ],
  roles: [
    ['a', Q('create role sess_r; create table sess_t(x int); grant select on sess_t to sess_r')],
    ['a', Q('set role sess_r; select current_user')],
    ['b', Q('select current_user; insert into sess_t values (1)')],
    ['a', Q('insert into sess_t values (2)')],
    ['a', Q('select * from sess_t; reset role; select current_user')],
    ['b', Q('drop table sess_t; drop role sess_r')],
  ],
  'session authorization': [
    ['a', Q('create role sess_x login; create role sess_y; grant sess_y to sess_x')],
    ['a', Q('set session authorization sess_x; select session_user, current_user; show session_authorization')],
    ['b', Q('select session_user, current_user; show session_authorization; show is_superuser')],
    ['a', Q('create table sess_denied(x int); set role sess_y; select session_user, current_user')],
    ['a', Q('reset session authorization; select session_user, current_user')],
    ['a', Q('begin; set local session authorization sess_x; select session_user; commit; select session_user')],
    ['a', Q('begin; set session authorization sess_x; rollback; select session_user')],
    ['a', Q("set session authorization sess_x; /* ü */ set session authorization default; select session_user, 'é'")],
    ['a', P('reset session authorization'), B(), E(), SYNC],
    ['a', Q('set session authorization sess_x')],
    ['c', Q('select session_user, current_user')],
    ['a', Q('reset session authorization; set role sess_y')],
    ['b', Q('select current_user')],
    ['a', Q('select current_user; reset role; drop role sess_y; drop role sess_x')],
  ],
  'temporary tables': [
    ['a', Q("create temp table sess_tmp(x int primary key, y text default 'd'); insert into sess_tmp values (1)")],
    ['b', Q('select * from sess_tmp')],
    ['b', Q("create temp table sess_tmp(z text); insert into sess_tmp values ('b')")],
    ['a', Q('select * from sess_tmp; insert into sess_tmp values (2)')],
    ['b', Q('select * from sess_tmp')],
    ['c', Q('create table sess_tmp(shared bool); insert into sess_tmp values (true)')],
    ['a', Q('select * from sess_tmp order by 1; drop table sess_tmp; select * from sess_tmp')],
    ['b', Q('select * from sess_tmp; discard temp; select * from sess_tmp')],
    ['c', Q('drop table sess_tmp')],
    ['a', Q('create temp table sess_oc(x int) on commit drop')],
    ['a', Q('select * from sess_oc')],
  ],
  'prepared statements': [
    ['a', P("select 'a'", 's'), SYNC],
    ['b', P("select 'b', $1::int", 's'), SYNC],
    ['a', B([], { statement: 's' }), E(), SYNC],
    ['b', B(['2'], { statement: 's' }), E(), SYNC],
    ['c', B([], { statement: 's' }), E(), SYNC],
    ['a', Q('deallocate all')],
    ['b', B(['3'], { statement: 's' }), E(), SYNC],
    ['a', B([], { statement: 's' }), E(), SYNC],
    ['a', Q("prepare q as select 'sql a'")],
    ['b', Q('execute q')],
    ['b', Q("prepare q as select 'sql b'")],
    ['a', Q('execute q; select name, from_sql from pg_prepared_statements order by 1')],
    ['b', Q('execute q; select name, from_sql from pg_prepared_statements order by 1')],
  ],
  'unnamed statements': [
    ['a', P("select 'a'"), SYNC],
    ['b', P("select 'b'"), SYNC],
    ['a', B(), E(), SYNC],
    ['b', B(), E(), SYNC],
  ],
  'advisory locks': [
    ['a', Q('select pg_advisory_lock(5)')],
    ['b', Q('select pg_try_advisory_lock(5), pg_try_advisory_lock_shared(5), pg_try_advisory_lock(6)')],
    ['a', Q('select pg_advisory_unlock(6)')],
    ['a', Q('select pg_advisory_unlock(5)')],
    ['b', Q('select pg_try_advisory_lock_shared(5)')],
    ['a', Q('select pg_try_advisory_lock_shared(5), pg_try_advisory_lock(5)')],
    ['c', Q('select pg_try_advisory_xact_lock(7)')],
    ['a', Q('select pg_try_advisory_xact_lock(7)')],
  ],
  'LISTEN and NOTIFY': [
    ['a', Q('listen sess_ch')],
    ['b', Q("notify sess_ch, 'hello'")],
    ['a', Q('select 1')],
    ['b', Q('select pg_listening_channels()')],
    ['b', Q("listen sess_ch; notify sess_ch, 'both'")],
    ['a', Q('select 2')],
    ['b', Q('unlisten *')],
    ['a', Q('select pg_listening_channels()')],
    ['b', Q("notify sess_ch, 'still heard'")],
    ['a', Q('select 3')],
  ],
  'who is there': [
    ['a', Q("set application_name = 'sess a'")],
    ['b', Q("set application_name = 'sess b'; select 1")],
    [
      'a',
      Q("select application_name, state, query from pg_stat_activity where application_name like 'sess _' order by 1"),
    ],
  ],
}

/** The same with several transactions that are open at once, which PGlite's one session does not have. */
export const concurrentScripts: Readonly<Record<string, readonly Line[]>> = {
  'what is committed': [
    ['a', Q('create table sess_c(id int primary key, n int); insert into sess_c values (1, 10), (2, 20)')],
    ['a', Q('begin; update sess_c set n = n + 1 where id = 1; select n from sess_c order by id')],
    ['b', Q('begin; select n from sess_c order by id')],
    ['c', Q('begin isolation level repeatable read; select n from sess_c order by id')],
    ['a', Q('commit')],
    [
      'b',
      Q('select n from sess_c order by id; update sess_c set n = n * 2 where id = 1; select n from sess_c order by id'),
    ],
    ['c', Q('select n from sess_c order by id')],
    ['a', Q('select n from sess_c order by id')],
    [
      'b',
      Q('savepoint s; delete from sess_c; select count(*) from sess_c; rollback to s; select count(*) from sess_c'),
    ],
    ['b', Q('commit')],
    ['c', Q('select n from sess_c order by id; update sess_c set n = 0 where id = 1')],
    ['c', Q('rollback')],
    ['c', Q('begin isolation level serializable; select sum(n) from sess_c')],
    ['c', Q('insert into sess_c select 3, sum(n) from sess_c; commit; select * from sess_c order by id')],
    ['a', Q('begin; create table sess_new(x int); insert into sess_new values (1)')],
    ['b', Q('select * from sess_new')],
    ['a', Q('commit')],
    ['b', Q('select * from sess_new; begin; drop table sess_new; rollback; select * from sess_new')],
    ['a', Q('drop table sess_new, sess_c')],
  ],
  'cursors and holdable ones': [
    ['a', Q('begin; declare sess_k cursor for select generate_series(1, 5); fetch 2 from sess_k')],
    ['b', Q('fetch 1 from sess_k')],
    ['a', Q('fetch 1 from sess_k; close sess_k; fetch 1 from sess_k')],
    ['a', Q('rollback')],
  ],
}

/** What the clients are told, in turn. */
export const perform = async (port: number, script: readonly Line[], database = 'postgres'): Promise<string[]> => {
  const clients = {
    a: await Conversation.open({ port, database }),
    b: await Conversation.open({ port, database }),
    c: await Conversation.open({ port, database }),
  }
  const said: string[] = []
  for (const [name, ...messages] of script) {
    clients[name].send(...messages)
    said.push(`-- ${name}`, ...(await clients[name].untilReady()))
  }
  for (const client of Object.values(clients)) await client.close()
  return said
}
