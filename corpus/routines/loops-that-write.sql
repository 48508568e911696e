-- loops over tables that they change, temporary tables made twice, settings of a transaction
create table t (a int primary key, b text); insert into t values (1,'x'),(2,'y'),(3,'z');
create or replace procedure loopy() language plpgsql as $$ declare r record; begin for r in select * from t order by a loop update t set b = r.b || r.a where a = r.a; end loop; end $$;
call loopy();
select * from t order by a;
do $$ declare r t; begin for r in delete from t where a > 1 returning * loop raise notice '%', r; end loop; end $$;
do $$ declare x int; y text; begin for x, y in insert into t values (5, 'q'), (6, 'r') returning a, b loop raise notice '% %', x, y; end loop; end $$;
do $$ declare r record; begin for r in select * from t loop insert into t values (r.a + 100, r.b); end loop; end $$;
select * from t order by a;
do $$ declare r record; begin for r in select a from t order by a loop delete from t where a = r.a + 1; end loop; end $$;
select count(*) from t;
create function lk() returns int language plpgsql as $$ declare n int; begin lock table t in share mode; select count(*) into n from t; return n; end $$;
select lk();
do $$ begin create temp table tmp (x int); insert into tmp values (1); drop table tmp; create temp table tmp (y text); insert into tmp values ('b'); raise notice '%', (select y from tmp); end $$;
do $$ begin perform set_config('my.x', '5', true); raise notice '%', current_setting('my.x'); end $$;
select current_setting('my.x', true);
do $$ declare v int; begin v := nextval('nosuch'); exception when undefined_table then raise notice 'no %', sqlstate; end $$;
