-- Functions that read what stands before a join.
create table a(x int, j jsonb); insert into a values (1,'{"p":1,"q":2}'),(2,'{"q":3}'),(3,null);
create table b(k text, v int); insert into b values ('p',10),('q',20),('r',30);
select a.x, e.key, b.v from a, jsonb_each(a.j) e join b on b.k = e.key order by 1,2;
select a.x, e.key, b.v from a, jsonb_each(a.j) e left join b on b.k = e.key and b.v > 10 order by 1,2;
select a.x, e.key, b.v from a, b join jsonb_each(a.j) e on b.k = e.key order by 1,2;
select a.x, e.key, b.v from a, jsonb_each(a.j) e right join b on b.k = e.key order by 1,2;
select a.x, e.key, b.v from a, b left join jsonb_each(a.j) e on b.k = e.key order by 1,2,3;
select a.x, s, b.v from a cross join b, generate_series(1, a.x) s join b c on c.v = s * 10 where b.v = c.v order by 1,2;
select a.x, s, c.v from a, generate_series(1, a.x) s join (b c join b d on c.v = d.v) on c.v = s * 10 order by 1,2;
