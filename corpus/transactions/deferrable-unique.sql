-- Unique constraints that wait
create table items (id int primary key, pos int, constraint pos_once unique (pos) deferrable);
insert into items values (1, 1), (2, 2), (3, 3), (4, null), (5, null);
update items set pos = pos + 1 where pos is not null;
select * from items order by id;
update items set pos = 3 where id = 1;
insert into items values (6, 4);
begin;
set constraints pos_once deferred;
update items set pos = 3 where id = 1;
update items set pos = 2 where id = 2;
commit;
select * from items order by id;
begin;
set constraints all deferred;
insert into items values (7, 2);
select count(*) from items where pos = 2;
commit;
begin;
set constraints all deferred;
insert into items values (7, 2);
set constraints pos_once immediate;
rollback;
create table def (a int primary key deferrable initially deferred, b text unique deferrable initially immediate);
begin;
insert into def values (1, 'x'), (1, 'y');
savepoint s;
insert into def values (2, 'x');
rollback to s;
update def set a = 2 where b = 'y';
commit;
select * from def order by a;
insert into def values (1, 'z');
insert into def values (9, 'x');
create table refers (a int references def);
create table refers2 (b text references def (b));
insert into def values (1, 'q') on conflict do nothing;
select conname, condeferrable, condeferred, pg_get_constraintdef(oid) from pg_constraint where conrelid in ('items'::regclass, 'def'::regclass) order by 1;
select i.relname, indimmediate, indisunique, indisprimary from pg_index x join pg_class i on i.oid = indexrelid where indrelid in ('items'::regclass, 'def'::regclass) order by 1;
select tgrelid::regclass, regexp_replace(tgname, '\d+', 'N'), tgfoid::regproc, tgtype, tgdeferrable, tginitdeferred from pg_trigger where tgrelid in ('items'::regclass, 'def'::regclass) order by 1::text, 2;
alter table def replica identity using index def_b_key;
create table dup (a int, b int);
insert into dup values (1, 1), (1, 2), (null, 3), (null, 4);
alter table dup add constraint once unique (a) deferrable;
alter table dup add constraint once2 unique (b) deferrable initially deferred;
update dup set b = 5 - b;
create table liked (like items including all);
\d items
\d+ def
\d dup
\d liked
create table n (p numeric unique deferrable);
insert into n values (1.0), (2);
insert into n values (1.00);
update n set p = p + 1;
select * from n order by p;
drop table items;
