-- Rows that an outer join has not found, as values
create table p (id int primary key, name text);
create table c (id int, p int, note text);
insert into p values (1, 'one'), (2, 'two'), (3, null);
insert into c values (10, 1, 'x'), (11, 1, null), (12, null, 'y'), (null, 3, null);
select p.id, count(c.*), count(c) from p left join c on c.p = p.id group by p.id order by p.id;
select p.id, c from p left join c on c.p = p.id order by p.id, c.id;
select p, c from p full join c on c.p = p.id order by p.id, c.id;
select p.id, c is null, c is not null, c.* is null from p left join c on c.p = p.id order by p.id, c.id;
select p.id, row_to_json(c), to_jsonb(c), to_json(p) from p left join c on c.p = p.id order by p.id, c.id;
select p.id, json_agg(c order by c.id), jsonb_agg(c) filter (where c is not null), array_agg(c.id order by c.id) from p left join c on c.p = p.id and c.id > 10 group by p.id order by p.id;
select p.id, coalesce(json_agg(c order by c.id) filter (where c.id is not null), '[]') as cs from p left join c on c.p = p.id group by p.id order by p.id;
select p.id, (c).note, c = row(10, 1, 'x')::c from p left join c on c.p = p.id order by 1, 2;
create table kid (extra int) inherits (c);
insert into kid values (20, 2, 'kid', 5);
select p.id, c, c.tableoid::regclass from p left join c on c.p = p.id order by p.id, c.id;
select p.id, s from p left join (select * from c) s on s.p = p.id order by 1;
