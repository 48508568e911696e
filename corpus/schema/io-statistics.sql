-- Views of what is read of tables; nothing is counted.
create table t (a int primary key, b serial unique);
insert into t values (1);
select relname, heap_blks_read is not null, idx_blks_hit is null, toast_blks_read, tidx_blks_hit from pg_statio_user_tables order by 1;
select relname, indexrelname from pg_statio_user_indexes order by 1, 2;
select schemaname, relname from pg_statio_user_sequences;
select relname from pg_statio_all_tables where relid = 't'::regclass;
select st.relname, pgd.description from pg_catalog.pg_statio_all_tables as st inner join pg_catalog.pg_description pgd on (pgd.objoid = st.relid) where schemaname = 'public';
comment on column t.a is 'x';
select st.relname, pgd.description from pg_catalog.pg_statio_all_tables as st inner join pg_catalog.pg_description pgd on (pgd.objoid = st.relid) where schemaname = 'public';
