create table t (a int primary key, b text);
create procedure p(n int) language plpgsql as $$
begin
  for i in 1..n loop
    insert into t values (i, 'x');
    if i % 2 = 0 then commit; else rollback; end if;
  end loop;
end $$;
call p(5);
select * from t order by a;
begin;
call p(10);
rollback;
do $$ begin insert into t values (100, 'do'); commit; insert into t values (101, 'do'); rollback; insert into t values (102, 'do'); end $$;
select * from t order by a;
begin;
do $$ begin commit; end $$;
rollback;
create function f() returns int language plpgsql as $$ begin commit; return 1; end $$;
select f();
do $$ begin perform f(); end $$;
do $$ declare x int; begin x := f(); end $$;
do $$ begin begin insert into t values (200, 'e'); commit; exception when others then raise notice '%', sqlerrm; end; end $$;
do $$ begin begin rollback; exception when division_by_zero then null; end; end $$;
do $$ begin insert into t values (300, 'e'); commit; insert into t values (300, 'e'); end $$;
select * from t order by a;
create procedure outerp() language plpgsql as $$
declare x int := 1;
begin
  insert into t values (400, 'outer');
  call p(2);
  x := x + 1;
  insert into t values (401, x::text);
  rollback;
  insert into t values (402, x::text);
end $$;
delete from t;
call outerp();
select * from t order by a;
create procedure sec() language plpgsql security definer as $$ begin commit; end $$;
call sec();
create procedure sets() language plpgsql set work_mem = '4MB' as $$ begin commit; end $$;
call sets();
do $$ begin call sec(); end $$;
create procedure chained() language plpgsql as $$ begin
  insert into t values (500, current_setting('transaction_isolation')); commit and chain;
  insert into t values (501, current_setting('transaction_isolation')); rollback and chain;
  insert into t values (502, current_setting('transaction_isolation')); commit;
  insert into t values (503, current_setting('transaction_isolation'));
end $$;
call chained();
select * from t where a >= 500 order by a;
do $$ declare r record; begin
  for r in select a from t order by a loop
    insert into t values (r.a + 1000, 'loop'); commit;
  end loop;
end $$;
select count(*) from t;
do $$ declare c cursor for select a from t order by a; x int; begin
  open c; fetch c into x; commit; fetch c into x;
end $$;
do $$ begin set local work_mem = '1MB'; raise notice '%', current_setting('work_mem'); commit; raise notice '%', current_setting('work_mem'); end $$;
do $$ begin set work_mem = '2MB'; rollback; raise notice '%', current_setting('work_mem'); set work_mem = '2MB'; commit; raise notice '%', current_setting('work_mem'); end $$;
show work_mem;
create table par (id int primary key);
create table chi (id int references par deferrable initially deferred);
do $$ begin insert into chi values (1); commit; end $$;
do $$ begin insert into chi values (1); insert into par values (1); commit; end $$;
select * from chi;
do $$ begin create table made (x int); commit; insert into made values (1); rollback; end $$;
select * from made;
do $$ begin create table made2 (x int); rollback; insert into made2 values (1); end $$;
select * from made2;
create procedure outp(inout x int) language plpgsql as $$ begin x := x + 1; commit; x := x + 1; end $$;
call outp(5);
do $$ declare y int := 1; begin call outp(y); raise notice '%', y; end $$;
create function trg() returns trigger language plpgsql as $$ begin commit; return new; end $$;
create trigger tr before insert on made for each row execute function trg();
insert into made values (5);
do $$ begin insert into made values (5); end $$;
do $$ begin execute 'commit'; end $$;
do $$ begin savepoint s; end $$;
do $$ begin start transaction; end $$;
select now() = statement_timestamp();
do $$ declare a timestamptz := now(); begin commit; raise notice '%', now() >= a; end $$;
do $$ begin commit; commit; rollback; rollback; end $$;
do $$ begin insert into t values (9000, 'n'); notify x; commit; raise exception 'late'; end $$;
select * from t where a = 9000;
