-- Subscripts of jsonb by what becomes text or an integer; what is left of columns whose types have gone.
select (to_jsonb('{a,b}'::text[]))['1'::varchar(2)], (to_jsonb('{a,b}'::text[]))[1::int2], ('{"a": 1}'::jsonb)['a'::name], ('{"a ": 1}'::jsonb)['a'::char(2)];
select ('{"a": 1}'::jsonb)[1::int8];
select ('{"a": 1}'::jsonb)[true];
select ('{"a": 1}'::jsonb)['2020-01-01'::date];
create type en as enum ('x'); create domain dn as int; create type co as (a int8); create domain dt as text;
create table t (a int, e en, d dn, c co, ea en[], ca co[], da dn[], dd dt, z int);
drop type en cascade; drop domain dn cascade; drop type co cascade; drop domain dt cascade;
select attname, atttypid, attlen, attbyval, attalign, attstorage, attisdropped, attcollation from pg_attribute where attrelid = 't'::regclass and attnum > 0 order by attnum;
insert into t values (1, 2); select * from t;
create domain pk as int; create table p (a pk) partition by range (a);
drop domain pk cascade;
