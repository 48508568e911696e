-- PL/pgSQL: statements of all kinds, options of a body, variadic arguments
create table t (a int primary key, b text); insert into t values (1,'x'),(2,'y'),(3,'z');
select * from t order by a;
do $$ declare x int; begin select a into strict x from t where a = 99; exception when no_data_found then raise notice 'none %', sqlerrm; end $$;
do $$ declare x int; begin select a into strict x from t; exception when too_many_rows then raise notice 'many %', sqlerrm; end $$;
do $$ declare n int; begin update t set b = 'q' where a < 3; get diagnostics n = row_count; raise notice '%', n; if found then raise notice 'found'; end if; end $$;
do $$ declare s text; begin begin perform 1/0; exception when division_by_zero then get stacked diagnostics s = message_text; raise notice '%', s; end; end $$;
do $$ begin for i in reverse 5..1 by 2 loop continue when i = 3; raise notice '%', i; end loop; end $$;
do $$ declare arr int[] := '{{1,2},{3,4}}'; x int; y int[]; begin foreach x in array arr loop raise notice '%', x; end loop; foreach y slice 1 in array arr loop raise notice '%', y; end loop; end $$;
do $$ begin assert 1 = 2, 'assertion'; end $$;
do $$ <<outer>> begin for i in 1..3 loop <<inner>> for j in 1..3 loop exit outer when i = 2; continue inner when j = 2; raise notice '% %', i, j; end loop; end loop; end $$;
create function srf() returns table (x int, y text) language plpgsql as $$ begin for x, y in select a, b from t order by a loop return next; end loop; return query select 100, 'h'; return; end $$;
select * from srf();
create function var(variadic int[]) returns int language plpgsql as $$ begin return array_length($1, 1); end $$;
select var(1,2,3), var(variadic '{1,2}');
create function dflt(a int, b int default 5, c text default 'q') returns text language plpgsql as $$ begin return a || ' ' || b || c; end $$;
select dflt(1), dflt(1, 2), dflt(1, c => 'z');
do $$ declare r t%rowtype; v t.b%type := 'v'; begin select * into r from t where a = 1; raise notice '% % %', r, r.b, v; r.b := v; raise notice '%', r; end $$;
do $$ begin execute format('insert into %I values (%L, %L)', 't', 50, 'it''s'); execute 'update t set b = $1 where a = $2' using 'u', 50; end $$;
select * from t where a = 50;
do $$ declare r record; begin execute 'select 1 as one, 2 as two' into r; raise notice '% %', r.one, r.two; raise notice '%', r.three; end $$;
do $$ begin raise exception using message = 'm', errcode = '22012', detail = 'd', hint = 'h', column = 'c', constraint = 'k', table = 't', schema = 's', datatype = 'dt'; end $$;
do $$ begin raise division_by_zero; end $$;
do $$ begin raise sqlstate 'P1234' using message = 'own'; end $$;
do $$ begin raise 'a % b', 1, 2; end $$;
do $$ begin raise 'a % b % c', 1; end $$;
do $$ begin raise info 'i %', null; raise log 'l'; raise debug 'd'; raise warning '100%%'; end $$;
do $$ declare x int := 1; begin case x when 1, 2 then raise notice 'low'; when 3 then raise notice 'three'; else raise notice 'else'; end case; case when x > 5 then null; end case; end $$;
do $$ declare x int; begin x := 'abc'; end $$;
do $$ declare x varchar(2); begin x := 'abc'; end $$;
do $$ declare x numeric(4,1); begin x := 12.345; raise notice '%', x; x := 12345; end $$;
do $$ declare x date := '2020-02-30'; begin null; end $$;
do $$ begin return; raise notice 'no'; end $$;
do $$ begin return 1; end $$;
create function noret() returns int language plpgsql as $$ begin null; end $$;
select noret();
create function trig() returns trigger language plpgsql as $$ begin if tg_op = 'DELETE' then return old; end if; new.b := upper(new.b) || tg_argv[0] || tg_nargs; return new; end $$;
create trigger tt before insert or update or delete on t for each row when (pg_trigger_depth() = 0) execute function trig('z');
insert into t values (70, 'low') returning *;
delete from t where a = 70 returning *;
do $$ declare x int := 5; begin declare x int := 6; begin raise notice '%', x; end; raise notice '%', x; end $$;
do $$ #variable_conflict use_column
declare a int := 99; begin raise notice '%', (select max(a) from t); end $$;
do $$ declare a int := 2; begin perform * from t where t.a = a; end $$;
do $$ declare v int; begin v := (select count(*) from t) + 1; raise notice '%', v; if exists (select from t where b = 'Z') then raise notice 'e'; end if; end $$;
do $$ declare a int[]; begin a[3] := 1; a[1:2] := '{7,8}'; raise notice '%', a; a := a || 4; raise notice '% %', a, cardinality(a); end $$;
do $$ declare j jsonb := '{}'; begin j['a'] := '1'; j['b']['c'] := '"x"'; raise notice '%', j; end $$;
create function tr_ret(r record) returns text language plpgsql as $$ begin return r::text; end $$;
select tr_ret(t) from t order by a limit 1;
do $$ declare x int; begin while x is null or x < 3 loop x := coalesce(x, 0) + 1; end loop; raise notice '%', x; end $$;
do $$ begin commit; end $$;
do $$ begin insert into t values (200, 'c'); commit; insert into t values (201, 'd'); rollback; end $$;
select count(*) from t where a >= 200;
do $$ #variable_conflict use_variable
declare a int := 99; begin raise notice '%', (select max(a) from t); end $$;
create function uc(a int) returns setof t language plpgsql as $$
# variable_conflict use_column
begin return query select t.a, b from t where a = uc.a; end $$;
select * from uc(2);
create function uv(b text) returns bigint language plpgsql as $$ #variable_conflict error
begin return (select count(*) from t where t.b = uv.b); end $$;
select uv('Z');
do $$ #print_strict_params on
#variable_conflict use_column
declare a int; begin select a into strict a from t where a = 1; raise notice '%', a; end $$;
do $$ #variable_conflict use_variable
declare t record; begin select 1 as a, 'x' as b into t; raise notice '%', (select t.a from t limit 1); end $$;
create function vs(variadic s text[]) returns text language plpgsql as $$ begin return array_to_string(s, '-'); end $$;
select vs('a'), vs('a', 'b', 'c'), vs(variadic array['q', 'r']);
create function vi(lead int, variadic rest int[] default '{}') returns int language plpgsql as $$ begin return lead + coalesce((select sum(x) from unnest(rest) x), 0); end $$;
select vi(1), vi(1, 2), vi(1, 2, 3);
