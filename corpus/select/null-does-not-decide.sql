-- What is behind AND, OR and NOT is computed, and fails, unless what is before it decides; NULL does not.
create table q (id int primary key, i int, n int);
insert into q values (0,0,null),(1,0,5);
select id, case when n > 3 and 1 / i > 0 then 1 end from q where id = 0;
select id, (n > 3 and 1 / i > 0) from q where id = 0;
select id from q where id = 0 and n > 3 and 1 / i > 0;
select id, case when n > 3 or 1 / i > 0 then 1 end from q where id = 1;
select id, case when not (n > 3 and 1 / i > 0) then 1 end from q where id = 0;
select id from q where id = 0 and not (n > 3 and 1 / i > 0);
select id from q where id = 0 and (id = 5 or (n > 3 and 1 / i > 0));
select count(*) filter (where n > 3 and 1/i > 0) from q;
select id, (n > 3 and 1 / i > 0) is true from q where id = 0;
select id, not (n > 3 and 1 / i > 0) from q where id = 0;
select id, coalesce(n > 3 and 1 / i > 0, false) from q where id = 0;
