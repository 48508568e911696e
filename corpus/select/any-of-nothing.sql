-- Comparisons with the rows of a query that has none
create table q (id int primary key, f float8);
create table r (g float4);
insert into q values (1, -2.5), (2, 4), (3, null);
select q.id from q where (sqrt(q.f) in (select g from r)) order by 1;
select q.id from q where (sqrt(q.f) not in (select g from r)) order by 1;
select q.id from q where (sqrt(q.f) > all (select g from r)) order by 1;
select q.id, sqrt(q.f) = any (select g from r) from q order by 1;
select q.id from q where sqrt(q.f) in (select g from r where g > q.f) order by 1;
insert into r values (2);
select q.id from q where (sqrt(q.f) in (select g from r)) order by 1;
select q.id from q where (sqrt(q.f) in (select g from r where g > 100)) order by 1;
select q.id from q where (sqrt(q.f) in (select g from r where q.f > 0)) order by 1;
