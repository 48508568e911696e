-- A missing arbiter is told of after what is constant
create table q (id int, k varchar(5), t text);
insert into q (id) values (0) on conflict (id) do update set k = coalesce(2147483647::varchar, excluded.t::varchar(3));
insert into q (id) values (0) on conflict (id) do update set k = coalesce(2147483647::varchar, excluded.t::varchar(3)) returning old.id, new.t;
insert into q (id) values (0) on conflict (id) do update set k = 2147483647::varchar;
