-- Rows as JSON, and set-returning functions whose arguments are computed beforehand.
create table users (id int primary key, email text, n numeric(5,2), at timestamptz);
insert into users values (1, 'a', 1.50, '2024-01-01 10:00+00'), (2, null, null, null);
select coalesce(json_agg(row_to_json(t)), '[]')::text from (select id, email from users order by id) t;
select jsonb_array_elements_text('["a","b"]'::text::jsonb);
select json_agg(u) from users u;
select jsonb_agg(u order by id desc) from users u;
select row_to_json(u) from users u order by id;
select to_jsonb(u), to_json(u) from users u where id = 1;
select row_to_json(row(1, 'x'));
select to_json(t) from (select 1 as a, null as b, array[1,2] as c) t;
select id, (select json_agg(x) from (select u2.id from users u2 where u2.id >= u.id order by 1) x) from users u order by id;
select json_agg(x) filter (where id > 1) from (select id from users) x;
select generate_series(1, 1 + 2), upper('x');
select json_agg(a) from (values (array[1]), (null), (array[2,3])) v(a); select jsonb_agg(a) from (values (array[1]), (array[2,3])) v(a); select json_agg(row(1,2)), json_agg(null::int) from generate_series(1,2);
