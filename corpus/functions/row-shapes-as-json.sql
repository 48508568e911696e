-- Rows of several shapes as JSON in one statement, and literals that INSERT takes from SELECT.
select row_to_json(row((select array_agg(x) as d from generate_series(5,10) x)),false);
select row_to_json(row(1, 2), true);
create type p3 as (b text, c int, z int);
select row_to_json(row(array[5, 6]), false);
select row_to_json(r, false) from (select row(array[5,6]) as r) s;
select row_to_json(x, false) from (select 1 as q) x;
select row_to_json(x), row_to_json(y) from (select 1 as q) x, (select 2 as r, 'z' as s) y;
select row_to_json(x.r), row_to_json(y.r), to_json(x.r) from (select row(1) as r) x, (select row(2, 'z'::text) as r) y;
select json_agg(x.r), json_agg(y.r), jsonb_agg(y.r) from (select row(1) as r) x, (select row(2, 'z'::text) as r) y;
create table it (f1 int, f2 int[], f3 p3);
insert into it (f3.b, f3.c) select 'lit', 3;
insert into it (f2[1], f2[2]) select '7', 8 union all select '1', 2;
insert into it (f1, f2) select '5', '{1,2}';
insert into it (f1) select x from (select '6') s(x);
insert into it (f1) select distinct '7';
select * from it;
