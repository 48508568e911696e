-- Columns that PARTITION OF names are not local
create table p (a int, b char, c int, d int, constraint pc check (d > 0)) partition by list (a);
create table p1 partition of p (b unique, c not null, d default 4) for values in (1, 2);
create table p2 partition of p (constraint p2c check (c > 1), constraint pc check (d > 0)) for values in (3);
create table p3 (b char, a int, d int, c int, constraint pc check (d > 0));
alter table p attach partition p3 for values in (4);
select attrelid::regclass::text, attname, attislocal, attinhcount, attnotnull from pg_attribute where attrelid in ('p'::regclass, 'p1'::regclass, 'p2'::regclass, 'p3'::regclass) and attnum > 0 order by 1, attnum;
select conrelid::regclass::text, conname, conislocal, coninhcount from pg_constraint where conrelid in ('p'::regclass, 'p1'::regclass, 'p2'::regclass, 'p3'::regclass) order by 1, 2;
alter table p drop b, add b char;
select attrelid::regclass::text, attname, attislocal, attinhcount, attnotnull from pg_attribute where attrelid in ('p'::regclass, 'p1'::regclass, 'p2'::regclass, 'p3'::regclass) and attnum > 0 order by 1, attnum;
alter table p drop c;
alter table p drop d;
select attrelid::regclass::text, attname, attislocal, attinhcount, attnotnull from pg_attribute where attrelid in ('p'::regclass, 'p1'::regclass, 'p2'::regclass, 'p3'::regclass) and attnum > 0 order by 1, attnum;
insert into p values (1, 'x'), (3, 'y'), (4, 'x');
select tableoid::regclass, * from p order by a;
select * from p3;
\d p1
\d p3
