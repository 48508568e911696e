-- Access privileges of a new database, and other things that psql lists.
select nspname, nspacl, array_to_string(nspacl, E'\n'), array_length(nspacl, 1), nspacl[1] from pg_namespace where nspname in ('public', 'pg_catalog', 'information_schema') order by 1;
select datname, datacl from pg_database where datname <> 'corpus' order by 1;
select datname, pg_encoding_to_char(encoding), array_to_string(datacl, E'\n') from pg_database order by 1;
select count(*), count(relacl) from pg_class where relnamespace = 'pg_catalog'::regnamespace;
select relname, relacl from pg_class where relname in ('pg_authid','pg_class','pg_largeobject') order by 1;
select distinct proacl::text from pg_proc order by 1;
select relname from pg_class where relacl = array['postgres=arwdDxtm/postgres'::aclitem] limit 1;
select coalesce(nspacl, '{}') from pg_namespace order by nspname limit 2;
select nspacl from pg_namespace group by nspacl;
select i, pg_encoding_to_char(i) from generate_series(-1, 45) i;
select spcname, pg_tablespace_location(oid) from pg_tablespace order by 1;
select pg_tablespace_location(5);
create function body_text() returns int language sql as 'select 1';
select pg_get_function_sqlbody('body_text'::regproc), pg_get_function_sqlbody(1), pg_operator_is_visible(96), pg_operator_is_visible(1);
