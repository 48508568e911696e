-- The constraints of partitions as text
create table r (a int, b text, c date) partition by range (a);
create table r1 partition of r for values from (1) to (10);
create table r2 partition of r for values from (10) to (maxvalue);
create table rd partition of r default;
create table l (a int, b text) partition by list (b);
create table l1 partition of l for values in ('x', 'y', null);
create table l2 partition of l for values in ('z') partition by range (a);
create table l21 partition of l2 for values from (minvalue) to (5);
create table l3 partition of l for values in (null) partition by list (a);
create table ld partition of l default;
create table l4 partition of l for values in ('n');
create table l5 partition of l for values in (null);
create table m (a int, b date, c bigint, d text) partition by range (a, b, c);
create table m1 partition of m for values from (1, '2020-01-01', 5) to (1, '2021-01-01', 6);
create table m2 partition of m for values from (2, '2020-01-01', minvalue) to (3, maxvalue, maxvalue);
create table m3 partition of m for values from (4, '2020-01-01', 1) to (5, '2020-01-01', 2);
create table m4 partition of m for values from (6, '2020-01-01', 1) to (6, '2020-01-01', 9);
create table m5 partition of m for values from (minvalue, minvalue, minvalue) to (0, minvalue, minvalue);
create table md partition of m default;
create table e (a int) partition by range (a);
create table ed partition of e default;
create table ea (a int) partition by range (a);
create table ea1 partition of ea for values from (minvalue) to (maxvalue);
select relname, pg_get_partition_constraintdef(oid) from pg_class where relname ~ '^(r|l|m|e)[a-z0-9]*$' order by relname collate "C";
select pg_get_partition_constraintdef('r'::regclass), pg_get_partition_constraintdef(0);
\d+ r1
\d+ rd
\d+ l21
\d+ m
create table ea2 partition of ea default;
select pg_get_partition_constraintdef('ea2'::regclass);
