create table a (id int primary key, v text, n int default 0, updated int);
create table log (seq serial, what text);
create function log_row() returns trigger language plpgsql as $$
begin
  insert into log (what) values (tg_name || ' ' || tg_when || ' ' || tg_op || ' ' || tg_level || ' ' ||
    coalesce(old.id::text, '-') || ' ' || coalesce(new.id::text, '-'));
  return coalesce(new, old);
end $$;
create function log_row2() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    insert into log (what) values (tg_name || ' ' || tg_op || ' ' || old.id);
    return old;
  end if;
  insert into log (what) values (tg_name || ' ' || tg_when || ' ' || tg_op || ' ' || new.id || ' ' || tg_table_name);
  return new;
end $$;
create trigger b_row before insert or update or delete on a for each row execute function log_row2();
create trigger a_row after insert or update or delete on a for each row execute function log_row2();
insert into a values (1, 'one'), (2, 'two');
update a set n = n + 1 where id = 1;
delete from a where id = 2;
select what from log order by seq;
truncate log;
create function stamp() returns trigger language plpgsql as $$
begin
  new.updated := coalesce(old.updated, 0) + 1;
  new.v := upper(new.v);
  return new;
end $$;
drop trigger b_row on a;
drop trigger a_row on a;
create trigger stamp before update on a for each row execute function stamp();
update a set v = 'abc' where id = 1 returning *;
update a set v = 'def';
select * from a order by id;
create function veto() returns trigger language plpgsql as $$
begin
  if new.v = 'no' then return null; end if;
  return new;
end $$;
create trigger veto before insert on a for each row execute procedure veto();
insert into a values (3, 'no'), (4, 'yes') returning id;
select id from a order by id;
create function stmt() returns trigger language plpgsql as $$
begin
  insert into log (what) values (tg_when || ' ' || tg_op || ' ' || tg_level || ' ' || tg_nargs || coalesce(tg_argv[0], ''));
  return null;
end $$;
create trigger s1 before insert on a for each statement execute function stmt('x');
create trigger s2 after insert or update or delete on a execute function stmt();
insert into a select 10, 'ten' where false;
insert into a values (11, 'eleven');
update a set n = 5 where id = 11;
delete from a where id = 11;
select what from log order by seq;
truncate log;
create function trans() returns trigger language plpgsql as $$
declare r record;
begin
  for r in select o.id, o.n as before, w.n as after from oldt o join newt w on w.id = o.id order by o.id loop
    insert into log (what) values (r.id || ': ' || r.before || ' -> ' || r.after);
  end loop;
  return null;
end $$;
create trigger tr after update on a referencing old table as oldt new table as newt for each statement execute function trans();
update a set n = n + 10;
select what from log order by seq;
truncate log;
create function chk() returns trigger language plpgsql as $$ begin raise exception 'not allowed: %', new.id; end $$;
create trigger cond before insert on a for each row when (new.id > 100) execute function chk();
insert into a values (50, 'ok');
insert into a values (101, 'bad');
select count(*) from a where id = 101;
create trigger upd_of after update of v on a for each row when (old.v is distinct from new.v) execute function log_row2();
update a set n = 1 where id = 50;
update a set v = 'ok' where id = 50;
update a set v = 'other' where id = 50;
select what from log where what like 'upd%' order by seq;
create trigger upd_of after update of v on a for each row execute function log_row2();
create trigger bad before insert on nosuch for each row execute function log_row2();
create trigger bad before insert on a for each row execute function nosuch();
create function nottrig() returns int language sql as 'select 1';
create trigger bad before insert on a for each row execute function nottrig();
create trigger bad before update of nosuch on a for each row execute function log_row2();
drop trigger nosuch on a;
drop trigger if exists nosuch on a;
alter table a disable trigger veto;
insert into a values (60, 'no');
select v from a where id = 60;
alter table a enable trigger veto;
insert into a values (61, 'no');
select v from a where id = 61;
drop function veto();
drop function veto() cascade;
create table acc (id int primary key, total int not null);
create table item (acc int, amount int);
create function keep_total() returns trigger language plpgsql as $$
begin
  if tg_op in ('UPDATE', 'DELETE') then update acc set total = total - old.amount where id = old.acc; end if;
  if tg_op in ('UPDATE', 'INSERT') then
    update acc set total = total + new.amount where id = new.acc;
    if not found then insert into acc values (new.acc, new.amount); end if;
  end if;
  return null;
end $$;
create trigger keep after insert or update or delete on item for each row execute function keep_total();
insert into item values (1, 5), (1, 7), (2, 1);
select * from acc order by id;
update item set amount = amount * 2 where acc = 1;
delete from item where amount = 14;
select * from acc order by id;
begin;
insert into item values (1, 100);
select * from acc order by id;
rollback;
select * from acc order by id;
insert into a values (50, 'conflict') on conflict (id) do update set n = 99 returning id, v, n;
copy item from stdin;
3	30
3	31
\.
select * from acc order by id;
create function self() returns trigger language plpgsql as $$ begin if new.n > 0 then update a set n = n - 1 where id = new.id; end if; return null; end $$;
create table c (id int primary key, n int);
create function down() returns trigger language plpgsql as $$ begin if new.n > 0 then update c set n = n - 1 where id = new.id; end if; return null; end $$;
create trigger down after update on c for each row execute function down();
insert into c values (1, 0);
update c set n = 5;
select * from c;
