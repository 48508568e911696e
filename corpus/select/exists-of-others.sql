-- EXISTS within EXISTS
create table a (x int, y int);
create table b (x int, y int);
create table c (x int);
insert into a values (1, 1), (2, 2), (3, null), (null, 4), (5, 5);
insert into b values (1, 1), (2, null), (3, 3), (null, 4), (5, 1), (5, 2);
insert into c values (2), (4), (null);
-- a test that says nothing about the rows of the EXISTS around it
select * from a where exists (select from b where a.x = b.x and not exists (select from c where c.x = a.x)) order by x;
select * from a where not exists (select from b where a.x = b.x and not exists (select from c where c.x = a.x)) order by x;
select x, exists (select from b where a.x = b.x and exists (select from c where c.x = a.x)) from a order by x;
select x, exists (select from b where exists (select from c where c.x = a.x) and exists (select from c where c.x = a.y)) from a order by x;
-- nobody is looked for
select x from a where exists (select from b where false and exists (select from c where c.x = a.x)) order by x;
-- aggregates make a row where there is none
select x, exists (select count(*) from b where a.x = b.x and exists (select from c where c.x = a.x)) from a order by x;
select x, exists (select max(b.x) from b where a.x = b.x and exists (select from c where c.x = a.x) having count(*) > 1) from a order by x;
select x, exists (select b.x from b where a.x = b.x and exists (select from c where c.x = a.x) limit 0) from a order by x;
-- at three levels
select x from a where exists (select from b where exists (select from c where c.x = b.x and exists (select from a as o where o.x = a.x) and exists (select from c as e where e.x = b.x))) order by x;
-- what may fail
select x from a where exists (select from b where b.y = a.x and 10 / b.x > 0 and exists (select from c where c.x = a.y)) order by x;
-- outer rows of a join
select a.x, b.y from a join b on a.x = b.x where exists (select from c where c.x > 0 and not exists (select from c as d where d.x = a.x)) order by 1, 2;
