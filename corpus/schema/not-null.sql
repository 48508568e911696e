-- NOT NULL constraints of tables and their children
create table named (a int constraint must not null, b int not null, c serial, d int primary key);
create table p (a int not null, b int constraint bb not null, c int);
create table c1 () inherits (p);
create table c2 (a int not null, c int not null) inherits (p);
create table c3 (b int constraint mine not null) inherits (p);
create table c4 (a int primary key) inherits (p);
create table p2 (a int not null, z int not null);
create table c5 () inherits (p, p2);
create table part (a int primary key, b int not null) partition by range (a);
create table part1 partition of part for values from (1) to (10);
create table part2 partition of part (b constraint again not null) for values from (10) to (20);
create table sub partition of part for values from (20) to (30) partition by list (b);
create table sub1 partition of sub for values in (1);
create view nn as select conrelid::regclass::text as t, conname, conislocal, coninhcount, conkey, pg_get_constraintdef(oid) from pg_constraint where contype = 'n' and conrelid >= 16384;
select * from nn order by t collate "C", conkey;
alter table p alter column c set not null;
select * from nn where t ~ '^c|^p$' order by t collate "C", conkey;
alter table c1 alter column a set not null;
alter table p alter column a set not null;
alter table c1 alter column a set not null;
select * from nn where t = 'c1' order by t collate "C", conkey;
create table att (a int not null, b int not null);
alter table part attach partition att for values from (40) to (50);
select * from nn where t = 'att' order by t collate "C", conkey;
alter table part detach partition att;
select * from nn where t = 'att' order by t collate "C", conkey;
create table inh (a int constraint x not null, b int not null, c int not null);
alter table inh inherit p;
select * from nn where t = 'inh' order by t collate "C", conkey;
alter table inh no inherit p;
select * from nn where t = 'inh' order by t collate "C", conkey;
alter table p add column e int not null default 3;
select * from nn where conkey[1] > 3 order by t collate "C", conkey;
alter table p drop column e;
select * from nn where conkey[1] > 3 order by t collate "C", conkey;
alter table p rename to pp;
alter table pp rename column a to aa;
select * from nn where t in ('pp', 'c1') order by t collate "C", conkey;
alter table named alter column b drop not null;
alter table named alter column b set not null;
create table liked (like named including all);
select * from nn where t in ('named', 'liked') order by t collate "C", conkey;
\d+ part1
\d+ part2
\d c4
\d+ named
