-- Virtual generated columns in publications.
create table t(id int primary key, n int, v int generated always as (n * 2), s int generated always as (n + 1) stored);
create publication p for table t with (publish_generated_columns = stored);
alter table t replica identity full;
insert into t values (1, 1);
update t set n = 2;
create publication p2 for table t (id, v);
create publication p3 for table t (id, s);
create publication p4 for table t where (v > 1);
alter table t replica identity default;
update t set n = 2;
select attnames from pg_publication_tables where pubname = 'p';
