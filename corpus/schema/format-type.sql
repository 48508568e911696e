-- format_type(): no type, an unknown one, and modifiers that are not given or say nothing.
select format_type(0, null), format_type(0, -1), format_type(0, 5), format_type(23, null), format_type(999999, null), format_type(null, 1);
select format_type(1043, 14), format_type(1043, -1), format_type(1043, null), format_type(1560, 3), format_type(1560, -1), format_type(1560, null), format_type(1562, -1);
select format_type(1042, null), format_type(1042, -1), format_type(1042, 9), format_type(1014, -1), format_type(1014, null), format_type(1561, -1), format_type(1186, 327679);
select format_type(1700, 655366), format_type(1700, -1), format_type(1114, 3), format_type(1115, 3), format_type(18, -1), format_type(1083, 0);
create table t (a bpchar, b char, c char(3), d bit, e bit(4), f bpchar[], g char(2)[], h bit varying, i "char", j bit(2)[]);
select attname, atttypmod, format_type(atttypid, atttypmod), format_type(atttypid, null) from pg_attribute where attrelid = 't'::regclass and attnum > 0 order by attnum;
select 0::regtype, 0::regclass, 0::regproc, pg_typeof(a), pg_typeof(f) from (values (null::bpchar, null::bpchar[])) v(a, f);
select typname, format_type(typbasetype, typtypmod) from pg_type where typname in ('t', '_t', 'int4') order by 1;
