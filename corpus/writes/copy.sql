-- COPY FROM STDIN in text and CSV.
create table t (id int, name text, n numeric(5,2), at date, ok bool);
copy t from stdin;
1	one	1.5	2024-01-01	t
2	\N	\N	\N	\N
3	tab\there\\	2	2024-02-29	f
\.
select * from t order by id;
copy t (id, name) from stdin with (format csv, header);
id,name
4,"quoted, ""text"""
5,
6,""
\.
select id, name, name is null from t where id > 3 order by id;
copy t from stdin;
x	y	1	2024-01-01	t
\.
copy t from stdin;
7	short
\.
copy t from stdin;
7	long	1	2024-01-01	t	more
\.
copy t (nope) from stdin;
copy nope from stdin;
copy t from stdin (delimiter '|', null 'none');
8|eight|none|2024-01-01|t
\.
select id, n from t where id = 8;
create table k (id int primary key, v int check (v > 0));
copy k from stdin;
1	1
1	2
\.
copy k from stdin;
1	-1
\.
select count(*) from k;
