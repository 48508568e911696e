-- ON CONFLICT that has no arbiter, and RETURNING.
create table q (id int primary key, e text, f float8, i int, y bytea);
insert into q values (1, 'a', 'NaN', 1, ''), (2, 'b', 3, 1, null);
select i, count(e) from q where ((array[0, q.i])[q.i] between width_bucket((q.f - q.f), 0, 10, 5) and octet_length(q.y)) group by i;
select i, count(e) from q where ((array[5, q.i])[q.i] between width_bucket((q.f - q.f), 0, 10, 5) and octet_length(q.y)) group by i;
insert into q (id) values (0) on conflict (f) do update set e = greatest(excluded.e, 'sad') returning old.id, new.t;
insert into q (id) values (0) on conflict (f) do update set zz = greatest(excluded.e, 'sad') returning old.id, new.t;
with changed as (update q set e = to_jsonb(jsonb_array_length('{"a": 1}'::jsonb))::text returning id) select r.id from r;
with changed as (update q set e = to_jsonb(jsonb_array_length('{"a": 1}'::jsonb))::text returning id) select id from changed;
