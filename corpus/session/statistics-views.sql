-- What a server counts, of which there is nothing, and what roles may do, as information_schema has it.
create role clerk;
create table t (id int primary key, v text);
create index t_v on t (v);
grant select, insert on t to clerk with grant option;
select relname, indexrelname, schemaname from pg_stat_user_indexes order by 1, 2;
select schemaname, relname from pg_stat_user_tables order by 1, 2;
select count(*) > 50 from pg_stat_all_tables;
select relname, last_vacuum, last_analyze, vacuum_count, analyze_count from pg_stat_user_tables;
select indexrelname, con.conname from pg_stat_user_indexes idx left join pg_constraint con on con.conindid = idx.indexrelid order by 1;
select grantee, table_name, privilege_type, is_grantable from information_schema.table_privileges where table_schema = 'public' order by 1, 2, 3;
select grantor, grantee, privilege_type from information_schema.role_table_grants where table_name = 't' order by 1, 2, 3;
set role clerk;
select grantee, table_name, privilege_type from information_schema.table_privileges where table_schema = 'public' order by 1, 2, 3;
reset role;
drop table t; drop role clerk;
