-- the parameters of all functions, each looked up once
select count(*) > 6000 as many from information_schema.parameters;
create function two_of(a int, b text default 'x') returns int language sql as 'select 1';
create procedure one_of(inout c numeric) language sql as 'select 1.5';
select r.routine_name, r.routine_type, p.ordinal_position, p.parameter_mode, p.parameter_name, p.data_type
from information_schema.routines r left join information_schema.parameters p on p.specific_name = r.specific_name
where r.routine_schema = 'public' order by r.routine_name, p.ordinal_position;
-- rows of functions beside tables, whatever the order in which they are joined
create table kind (id int primary key, name text);
insert into kind values (1, 'one'), (2, 'two'), (3, 'three');
create table bag (id int, kinds int[]);
insert into bag values (1, '{1,2}'), (2, '{3,3,1}'), (3, '{}'), (4, null);
select k.name, s.id from kind k, (select id, unnest(kinds) as kind from bag) s where k.id = s.kind order by s.id, k.name;
select k.name, s.id from (select id, unnest(kinds) as kind from bag) s join kind k on k.id = s.kind order by s.id, k.name;
select k.name, s.id from kind k left join (select id, unnest(kinds) as kind from bag) s on k.id = s.kind order by k.id, s.id;
select k.name, s.id from (select id, unnest(kinds) as kind from bag) s left join kind k on k.id = s.kind + 1 order by s.id, k.name;
select count(*) from kind a, kind b, (select unnest(kinds) as kind from bag) s, (select generate_series(1, 3) as n) n where a.id = s.kind and b.id = n.n;
select a.name, u from kind a, (select id, unnest(kinds) as u from bag) s, unnest(array[s.id, a.id]) as e where e = a.id order by 1, 2;
select k.name, s.n from kind k left join lateral (select count(*) as n from (select unnest(kinds) as kind from bag) u where u.kind = k.id) s on true order by k.id;
