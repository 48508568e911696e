-- Functions that share a window
create table e (salary int, d date);
insert into e values (1000, '2020-01-01'), (2000, '2021-01-01'), (2500, '2021-01-02'), (2500, '2021-01-03'), (null, null);
-- several functions over frames with offsets
select sum(salary) over (order by salary range between 1000 preceding and 1000 following), count(*) over (order by salary range between 1000 preceding and 1000 following), max(d) over (order by salary range between 500 preceding and 1000 following), salary from e order by salary;
select last_value(salary) over (order by d groups between 1 preceding and 1 following), lag(salary) over (order by d groups between 1 preceding and 1 following), first_value(salary) over (order by d groups between 1 preceding and 1 following exclude current row) from e order by d;
select sum(salary) over (order by d rows between 1 preceding and current row), sum(salary) over (order by d rows between 1 preceding and 1 following), sum(salary) over (order by d rows between 2 preceding and current row) from e order by d;
