-- What a dump must hold: something of everything that pg_dump knows of and orez has.
create schema app; comment on schema app is 'the application';
grant usage on schema app to dump_reader;
alter default privileges in schema app grant select on tables to dump_reader;
alter default privileges for role dump_owner revoke execute on functions from public;
create type app.mood as enum ('sad', 'ok', 'so "so"'); comment on type app.mood is 'moods';
create domain app.positive as int default 1 not null constraint must_be check (value > 0);
create domain app.email as text check (value like '%@%') ;
create type app.address as (street text, zip varchar(5), nr int);
create sequence app.counter as int start 5 increment 3 maxvalue 1000 cache 2 cycle;
do $$ begin perform nextval($q$app.counter$q$); end $$;
create table app.author (
  id int generated always as identity (start 10) primary key,
  name text not null, born date default current_date, mood app.mood default 'ok', tags text[] default '{}', home app.address,
  score numeric(6,2) default 1.50 check (score >= 0), upper_name text generated always as (upper(name)) stored, data jsonb, raw bytea, at timestamptz default now(), e app.email, span interval, u uuid, r int4range,
  constraint name_key unique (name), constraint both_ok check (born is null or born > '1800-01-01'));
comment on table app.author is 'who writes'; comment on column app.author.name is 'It''s a name';
create table app.book (id bigserial primary key, author_id int not null references app.author on delete cascade on update set null deferrable initially deferred,
  title varchar(80) collate "C", price numeric, other int references app.book, unique nulls not distinct (title, price), qty app.positive);
create index book_lower on app.book (lower(title) desc nulls last) where price > 0;
create unique index on app.book (price, title) include (qty);
create index book_hash on app.book using hash (title);
alter table app.book alter title set statistics 500;
alter table app.book set (fillfactor = 70);
create view app.cheap as select b.id, b.title, a.name as author from app.book b join app.author a on a.id = b.author_id where b.price < 10;
create view app.simple with (security_barrier) as select id, title from app.book where price < 5 with local check option;
create materialized view app.totals as select author_id, count(*) as n, sum(price) from app.book group by author_id;
create index on app.totals (n);
create function app.twice(a int, b int default 2) returns int language sql immutable strict parallel safe cost 5 as 'select a * b';
create function app.touch() returns trigger language plpgsql security definer set search_path = app as $f$ begin new.name := trim(new.name); return new; end $f$;
create function app.many(n int) returns table (i int, t text) language plpgsql stable rows 7 leakproof as $$ begin return query select g, g::text from generate_series(1, n) g; end $$;
create procedure app.clean(inout n int) language plpgsql as $$ begin n := n + 1; end $$;
comment on function app.twice(int, int) is 'two times';
create trigger touching before insert or update of name on app.author for each row when (new.name is not null) execute function app.touch();
create trigger after_all after delete on app.author referencing old table as gone for each statement execute function app.touch();
alter table app.author disable trigger after_all;
create table app.event (id int, at date not null, kind text) partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.event_rest partition of app.event default;
create index on app.event (at); create table app.pk (id int, k text not null, v int, primary key (id, k), unique (k, v)) partition by list (k); create table app.pk_a partition of app.pk for values in ('a'); create table app.pk_rest partition of app.pk default partition by hash (k); create table app.pk_rest_0 partition of app.pk_rest for values with (modulus 1, remainder 0); insert into app.pk values (1, 'a', 1), (2, 'z', 2);
create table app.base (a int, b text); create table app.derived (c int) inherits (app.base); create table app.of_list (k text, v int) partition by list (k); create table app.of_list_ab partition of app.of_list for values in ('a', 'b') partition by hash (v); create table app.of_list_0 partition of app.of_list_ab for values with (modulus 2, remainder 0);
alter table app.base add constraint base_a check (a > 0);
create publication pub for table app.author (id, name), app.book where (price > 1) with (publish = 'insert, update');
create publication everything for all tables;
create publication ofschema for tables in schema app;
grant select on app.author to dump_reader; grant select, insert on app.book to dump_reader with grant option; grant usage on sequence app.counter to dump_reader; revoke execute on function app.twice(int, int) from public; grant all on app.event to dump_owner; grant usage on type app.mood to dump_reader;
alter table app.base owner to dump_owner; alter function app.many(int) owner to dump_owner; alter schema app owner to dump_owner; alter type app.address owner to dump_owner;
alter table app.author replica identity full; alter table app.book replica identity using index book_pkey;
insert into app.author (name, mood, tags, home, data, raw, at, e, span, u, r, born) values (E' Tab\there\\and\nnewline ', 'so "so"', '{a,"b c",NULL,"q\"x"}', '("x, y",12345,7)', '{"a": [1, 2.50, null]}', '\x00ff41', '2024-02-29 12:00:00.123+02', 'a@b', '1 mon 2 days 03:04:05.6', '00000000-0000-0000-0000-000000000001', '[1,5)', '1950-01-01'), ('Ünïcode ✓', null, null, null, 'null', null, '-infinity', null, null, null, 'empty', 'infinity');
insert into app.book (author_id, title, price) values (10, 'One', 9.99), (10, null, 'NaN'), (11, '', -1e-5);
insert into app.event values (1, '2024-05-05', 'x'), (2, '1999-01-01', 'y'); insert into app.derived values (1, 'b', 3);
refresh materialized view app.totals;
create function app.et() returns event_trigger language plpgsql as $$ begin end $$;
create event trigger watch on ddl_command_end when tag in ('CREATE TABLE') execute function app.et();
alter event trigger watch disable;
create table public."Mixed Case" ("Id" int primary key, "sel""ect" text default 'it''s'); insert into "Mixed Case" values (1);
create table public.empty ();
create table public.inc (like app.author including defaults including constraints including indexes);
