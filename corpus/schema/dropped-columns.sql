-- What is left of dropped columns in the catalogs.
create table dc (a int, b text not null, c numeric(5, 2), d int default 3);
alter table dc drop column b;
alter table dc drop column d;
alter table dc add column e varchar(7);
select attnum, attname, atttypid, attlen, attalign, attbyval, attstorage, atttypmod, attnotnull, atthasdef, attisdropped, attidentity, attgenerated, attislocal, attinhcount, attcollation from pg_attribute where attrelid = 'dc'::regclass and attnum > 0 order by attnum;
select relnatts from pg_class where relname = 'dc';
insert into dc values (1, 2.5, 'x') returning *;
select column_name, ordinal_position from information_schema.columns where table_name = 'dc' order by 2;
select attname from pg_attribute where attrelid = 'dc'::regclass and attnum > 0 and not attisdropped order by attnum;
