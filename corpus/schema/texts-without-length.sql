-- Types without their length in texts: bpchar and bit are not what character and bit of the standard are.
create table t (a bit(3) default B'101', b bit default '1', c bpchar default 'x', d bpchar[] default '{a,b}', e bit(2)[] default '{10}', f varchar(3) default 'abc', g char(3) default 'x');
create view v as select B'101' as x, '101'::bit(3) as y, 'q'::bpchar as z, a || B'1' as w, array['a'::bpchar] as u, B'1' = b as t, c = 'x' as s, cast(a as bit(2)) as r, array[B'10', a] as o, '{a}'::bpchar[] as n, a = B'101'::bit(3) as m from t;
select column_name, column_default from information_schema.columns where table_name = 't' order by ordinal_position;
select pg_get_viewdef('v');
alter table t add check (a <> B'000'), add check (c <> 'y'::bpchar), add check (b = any ('{1,0}'::bit[]));
select pg_get_constraintdef(oid) from pg_constraint where conrelid = 't'::regclass order by conname;
