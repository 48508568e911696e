-- Bodies of functions are read when they are run: columns may have changed since.
create table jobs (id int primary key, n int, attempts int default 0);
insert into jobs values (1, 5), (2, 70000);
create function total() returns bigint language sql as $$ select sum(n) from jobs $$;
create function first_n() returns int language plpgsql as $$ declare r jobs; begin select * into r from jobs order by id limit 1; return r.n; end $$;
create function typed() returns text language plpgsql as $$ declare v jobs.attempts%type; begin select attempts into v from jobs where id = 1; return pg_typeof(v)::text; end $$;
create function tg() returns trigger language plpgsql as $$ begin new.attempts := coalesce(new.attempts, 0) + 1; return new; end $$;
create trigger counting before update on jobs for each row execute function tg();
select total(), first_n(), typed();
alter table jobs alter column attempts type int2, alter column n type bigint;
select total(), first_n(), typed();
update jobs set n = n + 1 returning id, n, attempts, pg_typeof(attempts), pg_typeof(n);
alter table jobs alter column n type text using 'n' || n;
select first_n();
select total();
alter table jobs alter column attempts type int2 using 32767;
update jobs set n = 'x';
create function atomic() returns int begin atomic select attempts from jobs limit 1; end;
alter table jobs alter column attempts type int4;
-- Nobody has run these before.
create table tasks (id int primary key, n int, attempts int default 0);
insert into tasks values (1, 5), (2, 70000);
create function total_tasks() returns bigint language sql as $$ select sum(n) from tasks $$;
create function first_task() returns int language plpgsql as $$ declare r tasks; begin select * into r from tasks order by id limit 1; return r.n; end $$;
create trigger counting before update on tasks for each row execute function tg();
alter table tasks alter column attempts type int2, alter column n type bigint;
select total_tasks(), first_task();
update tasks set n = n + 1 returning id, n, attempts, pg_typeof(attempts), pg_typeof(n);
