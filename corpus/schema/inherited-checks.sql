-- Checks of parents and children are the same whatever their names are written like.
create function pos(int) returns bool language sql immutable as 'select $1 > 0';
create table parent (a int, b text, constraint len check (length(b) > 0), constraint p check (pos(a)));
create table child (a int, constraint len check (length(b) > 0), constraint p check (pos(a))) inherits (parent);
create table other (a int, constraint p check (pos(a + 1))) inherits (parent);
select conname, conislocal, coninhcount from pg_constraint where conrelid = 'child'::regclass and contype = 'c' order by 1;
create table c2 (a int, b text, constraint up check (upper(b) = b));
alter table c2 inherit parent;
alter table c2 add constraint len check (length(b) > 0), add constraint p check (pos(a));
alter table c2 inherit parent;
alter table parent add constraint up check (upper(b) = b);
select conname, conislocal, coninhcount from pg_constraint where conrelid = 'c2'::regclass and contype = 'c' order by 1;
create table p2 (a int, b text, check (length(b) > 1)) partition by list (a);
create table p2_1 partition of p2 (constraint p2_b_check check (length(b) > 1)) for values in (1);
create table p2_2 (a int, b text, constraint p2_b_check check (length(b) > 1));
alter table p2 attach partition p2_2 for values in (2);
\d p2_2
