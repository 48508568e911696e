-- Several changes of one table in a statement, of different rows and of the same.
create table b (id int primary key, v int, w text, k int unique);
insert into b select i, i * 10, 'w' || i, i from generate_series(1, 8) i;
with a as (update b set v = 0 where id = 1 returning id, v) update b set w = 'main' where id = 2 returning id, w, (select v from a);
with a as (delete from b where id = 3 returning *) update b set v = v + 1 where id in (select id + 1 from a) returning id, v;
with a as (update b set v = 7 where id = 5), c as (update b set v = 8 where id = 6 returning id), d as (delete from b where id = 7 returning id) select (select id from c), (select id from d), (select v from b where id = 5);
select * from b order by id;
with a as (update b set v = 1 where id = 1 returning id) update b set v = 2 where id = 1;
with a as (delete from b where id = 1 returning id) update b set v = 2 where id = 1;
with a as (update b set k = 100 where id = 1) update b set k = 1 where id = 2;
with a as (update b set v = 1 where id = 1) update b set k = 200 where id = 2;
with a as (update b set v = 99 where id > 100) update b set v = v * 2 where id = 8 returning *;
with a as (insert into b values (20, 1, 'n', 20) returning id), c as (update b set w = 'c' where id = 4 returning id), d as (update b set w = 'd' where id = 5 returning id) select * from a, c, d;
select id, v, w from b order by id;
create table p (id int, v int) partition by list (id);
create table p1 partition of p for values in (1);
with a as (update p set v = 1 where id = 1) update p set v = 2 where id = 2;
