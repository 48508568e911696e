-- MERGE into tables with triggers.
create table log (n serial, what text, tab text);
create table t (id int primary key, v int, w text);
create function note() returns trigger language plpgsql as $$ begin
  insert into log (what, tab) values (tg_when || ' ' || tg_op || ' ' || tg_level || case when tg_level = 'ROW' then ' ' || case when tg_op = 'INSERT' then '' else old.id || ':' || coalesce(old.v::text, '-') end || '>' || case when tg_op = 'DELETE' then '' else new.id || ':' || coalesce(new.v::text, '-') end else '' end, tg_table_name);
  if tg_op = 'DELETE' then return old; end if; return new; end $$;
create trigger a_bs before insert or update or delete on t execute function note();
create trigger a_as after insert or update or delete on t execute function note();
create trigger a_br before insert or update or delete on t for each row execute function note();
create trigger a_ar after insert or update or delete on t for each row execute function note();
insert into t values (1, 10), (2, 20), (3, 30);
truncate log restart identity;
merge into t using (values (1, 100)) s (id, v) on s.id = t.id when matched then update set v = s.v;
select * from log order by n;
truncate log restart identity;
merge into t using (values (5, 50)) s (id, v) on s.id = t.id when matched then delete when not matched then insert values (s.id, s.v);
select * from log order by n;
truncate log restart identity;
merge into t using (values (2, null), (3, 33), (6, 60)) s (id, v) on s.id = t.id when matched and s.v is null then delete when matched then update set v = s.v when not matched then insert (id, v) values (s.id, s.v);
select what, tab from log where what like '%STATEMENT' order by n;
select what, tab from log where what like '%ROW%' order by what;
select * from t order by id;
truncate log restart identity;
merge into t using (values (77)) s (id) on s.id = t.id when matched then do nothing;
select * from log order by n;
merge into t using (values (77)) s (id) on s.id = t.id when matched then update set v = 1 when not matched and false then insert values (1);
select * from log order by n;
truncate log restart identity;
-- A trigger that keeps rows, one that changes them.
create function keep() returns trigger language plpgsql as $$ begin if new.v = 0 then return null; end if; new.w := 'kept'; return new; end $$;
create trigger b_keep before insert or update on t for each row execute function keep();
merge into t using (values (1, 0), (3, 7), (8, 0), (9, 9)) s (id, v) on s.id = t.id when matched then update set v = s.v when not matched then insert (id, v) values (s.id, s.v);
select * from t order by id;
merge into t using (values (3, 70)) s (id, v) on s.id = t.id when matched then update set v = s.v returning merge_action(), t.*;
delete from t where id = 3;
insert into t values (3, 7);
-- Transition tables.
create function totals() returns trigger language plpgsql as $$ begin
  if tg_op = 'INSERT' then insert into log (what, tab) select 'new ' || count(*) || ' ' || coalesce(sum(v), 0), 'ins' from fresh;
  elsif tg_op = 'UPDATE' then insert into log (what, tab) select 'upd ' || count(*) || ' ' || coalesce(sum(f.v - o.v), 0), 'upd' from fresh f join gone o using (id);
  else insert into log (what, tab) select 'old ' || count(*) || ' ' || coalesce(sum(v), 0), 'del' from gone; end if; return null; end $$;
create trigger c_i after insert on t referencing new table as fresh for each statement execute function totals();
create trigger c_u after update on t referencing new table as fresh old table as gone for each statement execute function totals();
create trigger c_d after delete on t referencing old table as gone for each statement execute function totals();
truncate log restart identity;
merge into t using (values (1, 5), (3, 6), (9, null), (10, 11), (12, 13)) s (id, v) on s.id = t.id when matched and s.v is null then delete when matched and s.id = 1 then update set v = s.v + 1 when matched then update set v = s.v when not matched then insert (id, v) values (s.id, s.v);
select what, tab from log where tab <> 't' order by n;
select * from t order by id;
merge into t using (select 1 as one) s on false when not matched by source and t.id > 9 then delete when not matched by source then update set v = v + 1;
select what, tab from log where tab <> 't' order by n;
select * from t order by id;
-- A trigger of a column.
create trigger d_w before update of w on t for each row when (old.w is distinct from new.w) execute function note();
merge into t using (values (1)) s (id) on s.id = t.id when matched then update set w = 'x';
merge into t using (values (1)) s (id) on s.id = t.id when matched and t.v > 100 then update set v = 1 when matched then update set w = 'y';
drop table t, log;
-- A partitioned table.
create table p (id int, v int) partition by list (id);
create table p1 partition of p for values in (1);
create table p2 partition of p for values in (2);
create table log (n serial, what text, tab text);
create trigger a_bs before insert or update or delete on p execute function note();
create trigger a_as after insert or update or delete on p execute function note();
create trigger a_ar after insert or update or delete on p for each row execute function note();
merge into p using (values (1, 1), (2, 2)) s (id, v) on s.id = p.id when matched then update set v = s.v when not matched then insert values (s.id, s.v);
select what, tab from log where what like '%STATEMENT' order by n;
select what, tab from log where what like '%ROW%' order by what;
merge into p using (values (1, 10), (2, 20)) s (id, v) on s.id = p.id when matched and s.id = 2 then delete when matched then update set v = s.v;
select what, tab from log where what like '%ROW%' order by what;
select * from p;
drop table log;
