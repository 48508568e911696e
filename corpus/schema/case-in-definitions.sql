-- CASE and its kin in the text of defaults, checks and indexes
create table t (a int check (case when a > 1 then a < 10 else true end), b text default case when true then 'x' end, c int generated always as (case a when 1 then 2 else 3 end) stored, d text check (nullif(d, 'x') is not null), e int[] default array[]::int[], f date check (extract(year from f) > 2000));
create index on t ((case when a is distinct from 3 then 1 else 2 end)) where (a, c) <> (1, 2);
select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = 't'::regclass order by adnum;
select conname, pg_get_constraintdef(oid), pg_get_constraintdef(oid, true) from pg_constraint where conrelid = 't'::regclass and contype = 'c' order by 1;
select pg_get_indexdef(indexrelid), pg_get_indexdef(indexrelid, 0, true) from pg_index where indrelid = 't'::regclass;
\d t
