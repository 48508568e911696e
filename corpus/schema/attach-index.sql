-- Indexes and keys of partitioned tables alone, and what is attached to them; COPY to generated columns.
create table p (id int not null, k text not null, v int) partition by list (k);
create table p_a (id int constraint p_id_not_null not null, k text constraint p_k_not_null not null, v int);
create table p_b (id int not null, k text not null, v int) partition by list (k);
create table p_b1 (id int not null, k text not null, v int);
alter table only p_b attach partition p_b1 for values in ('b');
alter table only p attach partition p_a for values in ('a');
alter table only p attach partition p_b for values in ('b', 'c');
create index p_v on only p (v);
select indexrelid::regclass::text, indisvalid from pg_index where indrelid in ('p'::regclass, 'p_a'::regclass) order by 1;
create index p_a_v on p_a (v);
create index p_a_other on p_a (id);
select inhrelid::regclass::text, inhparent::regclass::text from pg_inherits where inhparent = 'p_v'::regclass;
alter index p_v attach partition p_a_other;
alter index p_v attach partition p_missing;
alter index p_missing attach partition p_a_v;
alter index p_v attach partition p_a;
alter index p_v attach partition p_a_v;
alter index p_v attach partition p_a_v;
select inhrelid::regclass::text, inhparent::regclass::text from pg_inherits where inhparent = 'p_v'::regclass;
select indexrelid::regclass::text, indisvalid from pg_index where indrelid = 'p'::regclass order by 1;
create index p_b_v on only p_b (v);
create index p_b1_v on p_b1 (v);
alter index p_v attach partition p_b1_v;
alter index p_v attach partition p_b_v;
select indexrelid::regclass::text, indisvalid from pg_index where indrelid in ('p'::regclass, 'p_b'::regclass) order by 1;
alter index p_b_v attach partition p_b1_v;
select indexrelid::regclass::text, indisvalid from pg_index where indrelid in ('p'::regclass, 'p_b'::regclass) order by 1;
select relname, relkind, relispartition from pg_class where relname like 'p\_%v' order by 1;
alter table only p add constraint p_pkey primary key (id, k);
select conname, conrelid::regclass::text, conislocal, coninhcount, conparentid::regclass::text <> '-' from pg_constraint where conrelid in ('p'::regclass, 'p_a'::regclass) and contype = 'p' order by 1;
select conname, conrelid::regclass::text, conislocal, coninhcount from pg_constraint where conrelid in ('p'::regclass, 'p_a'::regclass, 'p_b'::regclass) and contype = 'n' order by 2, 1;
create unique index p_a_u on p_a (id, k);
alter index p_pkey attach partition p_a_u;
drop index p_a_u;
alter table only p_a add constraint p_a_pkey primary key (id, k);
select conname, conrelid::regclass::text, conislocal, coninhcount from pg_constraint where conrelid = 'p_a'::regclass and contype in ('n', 'p') order by 1;
alter index p_pkey attach partition p_a_pkey;
alter table only p_b add primary key (id, k);
alter table only p_b1 add primary key (id, k);
alter index p_b_pkey attach partition p_b1_pkey;
alter index p_pkey attach partition p_b_pkey;
select conname, conrelid::regclass::text, conislocal, coninhcount, conparentid <> 0 from pg_constraint where contype = 'p' and conname like 'p\_%' order by 1;
select relname, indisvalid, indisprimary from pg_index join pg_class on oid = indexrelid where relname like $$p\_%pkey$$ order by 1;
insert into p values (1, 'a', 1), (1, 'b', 2);
insert into p values (1, 'a', 3);
insert into p values (1, 'b', 3);
create table p_c partition of p for values in ('z');
select indexrelid::regclass::text, indisvalid from pg_index where indrelid = 'p_c'::regclass order by 1;
create table empty_p (a int) partition by list (a);
create index e on only empty_p (a);
select indisvalid from pg_index where indexrelid = 'e'::regclass;
create table g (a int, b int generated always as (a * 2) stored, c int default 7, check (b > 0));
copy g (a, c) from stdin;
1	2
2	\N
\.
copy g (b) from stdin;
copy g from stdin;
5	6
\.
select * from g;
