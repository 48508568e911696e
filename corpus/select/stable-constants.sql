-- A part of OR that is constant only within a statement comes after what stands before it.
create table q (id int primary key, f float8, n numeric, y bytea);
insert into q values (1, 'NaN', 1, 'a'), (2, 3, 1, 'a');
select id, (octet_length(y) / (id - 1), 1) is distinct from (octet_length(y), extract(epoch from timestamptz '2024-03-10 06:59:59Z')::int8::numeric) from q where id = 2;
select id, ((1 / (id - 1)) = 1 or extract(epoch from timestamptz '2024-03-10 06:59:59Z') > 0) from q where id = 1;
select id, ((1 / (id - 1)) = 1 or extract(epoch from timestamptz '2024-03-10 06:59:59Z') > 0) from q where id = 2;
select id, (extract(epoch from timestamptz '2024-03-10 06:59:59Z') > 0 or (1 / (id - 1)) = 1) from q;
select id, ((1 / (id - 1)) = 1 and extract(epoch from timestamptz '2024-03-10 06:59:59Z') < 0) from q where id = 1;
select id, 5 in (1 / (id - 1), extract(epoch from timestamptz '1970-01-01 00:00:05Z')::int) from q where id = 1;
select id, ((1 / (id - 1)) = 1 or true) from q where id = 1;
