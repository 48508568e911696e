-- Names in views as they are shown
create table parent (id serial primary key, name text not null default 'x', m int, t timestamptz, a int[]);
create table child (id int primary key, parent_id int references parent, note varchar(20));
create view v1 as select id, name from parent;
create view v2 as select p.id, p.name as title, count(c.id) as n, c.note from parent p left join child c on c.parent_id = p.id where p.m > 3 and p.name like 'a%' group by p.id, p.name, c.note having count(*) > 1 order by p.id desc, 2 limit 10 offset 2;
create view v9 as select * from parent p where exists (select 1 from child c where c.parent_id = p.id) and id in (select parent_id from child) and m = any (select m from parent) and m > all (select id from child) and m = any (a);
create view v16 as values (1, 'a'), (2, 'b');
create materialized view v26 as select p.id as pid, c.id from parent p cross join child c where p.id <> c.id with no data;
create schema s2;
create table s2.parent (x int);
create view s2.w1 as select parent.x, p.id from s2.parent, parent p;
set search_path = s2, public;
create view w2 as select * from parent, public.parent p2;
select pg_get_viewdef('s2.w1'::regclass), pg_get_viewdef('w2'::regclass);
set search_path = public;
select pg_get_viewdef('s2.w1'::regclass), pg_get_viewdef('s2.w2'::regclass), pg_get_viewdef('s2.w2', true);
create function addone(i int, variadic extra int[] default '{}') returns int language sql as 'select i + 1';
create function two(i int, j int default 4) returns int language sql as 'select i + j';
create view w3 as select addone(1) as one, addone(id, 1, 2) as two from parent;
select pg_get_viewdef('w3'::regclass);
create view w4 as select two(id) as one, two(id, 3) as two from parent;
select pg_get_viewdef('w4'::regclass);
create type pair as (a int, b text);
create domain posint as int check (value > 0);
create table typed (p pair, d posint, e text collate "C");
create view w5 as select (p).a, (t.p).b, d + 1 as d1, d::int, t.*::text as all_of_it from typed t;
select pg_get_viewdef('w5'::regclass), pg_get_viewdef('w5'::regclass, true);
create view w6 as select * from (select * from (select id from parent) x where x.id > 1) y left join lateral (select y.id + p.id as sum from parent p where p.id = y.id) z on true;
select pg_get_viewdef('w6'::regclass), pg_get_viewdef('w6'::regclass, true);
create view w7 as select case when exists (select 1 from child where case when id = 1 then true else false end) then (select case when true then 1 end) end as deep, (select a.id from (select id from parent where id = (select max(id) from child)) a) from parent;
select pg_get_viewdef('w7'::regclass), pg_get_viewdef('w7'::regclass, true);
create view w8 as with a as (with b as (select 1 as one) select * from b union select 2) select * from a where one in (select one from a union all values (1));
select pg_get_viewdef('w8'::regclass), pg_get_viewdef('w8'::regclass, true);
create view w9 as select id from parent where id + 1 * 2 - m / 3 > 4 and (m = 1 or (m = 2 and not m = 3)) and -m < 5 and (m::text || 'x') = 'y' and a || 5 = array[1] and id = (m + 1) % 2;
select pg_get_viewdef('w9'::regclass), pg_get_viewdef('w9'::regclass, true);
create view w10 as select table_name, view_definition from information_schema.views where table_name = 'v1';
select * from w10;
select pg_get_viewdef('w10'::regclass);
select definition from pg_views where viewname = 'v2';
select definition from pg_matviews where matviewname = 'v26';
create view w11 as select json_build_object('a', id), jsonb_agg(m order by id), id::bigint::text, array_agg(p) from parent p group by id;
select pg_get_viewdef('w11'::regclass), pg_get_viewdef('w11'::regclass, true);
create view w12 as select * from parent join child using (id) where id > 1 order by id;
select pg_get_viewdef('w12'::regclass), pg_get_viewdef('w12'::regclass, true);
create view w13 as select 1 as a union select 2 union all select 3 order by a desc limit 2;
select pg_get_viewdef('w13'::regclass), pg_get_viewdef('w13'::regclass, true);
create view w14 as select sum(x) from (select 1.0 as x union select 2) s having sum(x) > 0;
select pg_get_viewdef('w14'::regclass), pg_get_viewdef('w14'::regclass, true);
create view w15 as select lower(name) as l from parent group by lower(name) order by lower(name), count(*);
select pg_get_viewdef('w15'::regclass), pg_get_viewdef('w15'::regclass, true);
create view w16 as select * from generate_series(1,2) as t(x), unnest(array[1,2]) where x = unnest;
select pg_get_viewdef('w16'::regclass), pg_get_viewdef('w16'::regclass, true);
create view w17 as select '{"a":1}'::jsonb -> 'a' as j, ('{"a":1}'::jsonb) ->> 'a', 'abc' || id as c, m between 1 and id from parent;
select pg_get_viewdef('w17'::regclass), pg_get_viewdef('w17'::regclass, true);
\d+ v1
\d+ v2
\sv v9
\d+ v26
