create sequence "a""b c";
create table q (x int default nextval('"a""b c"'), y text default 'a"b c');
drop sequence "a""b c";
drop sequence "a""b c" cascade;
select column_default from information_schema.columns where table_name = 'q' order by ordinal_position;
insert into q values (default, default) returning *;
