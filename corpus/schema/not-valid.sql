-- Constraints that rows may violate which were there before
create table p (id int primary key);
create table t (a int, b int);
insert into t values (1, -1), (2, 5);
alter table t add constraint pos check (b > 0) not valid;
alter table t add constraint fk foreign key (a) references p not valid;
alter table t add constraint fk2 foreign key (a) references p on delete cascade deferrable not valid;
select conname, convalidated, pg_get_constraintdef(oid) from pg_constraint where conrelid = 't'::regclass order by 1;
insert into t values (1, -2);
insert into t values (1, 2);
update t set b = 7 where a = 2;
update t set b = -7 where a = 2;
update t set a = 9 where a = 2;
alter table t validate constraint pos;
delete from t where b < 0;
alter table t validate constraint pos;
alter table t validate constraint pos;
alter table t validate constraint fk;
insert into p values (2);
alter table t validate constraint fk;
alter table t validate constraint nope;
alter table p validate constraint p_pkey;
select conname, convalidated, pg_get_constraintdef(oid) from pg_constraint where conrelid = 't'::regclass order by 1;
create table n (a int, constraint c check (a > 0) not valid);
select convalidated from pg_constraint where conrelid = 'n'::regclass;
\d t
