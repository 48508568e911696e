create table t (id int primary key, v text, n numeric);
create function f1(a int) returns int language plpgsql as $$ begin return a + 1; end $$;
select f1(1), f1(null);
create function gcd2(a int, b int) returns int language plpgsql immutable as $$
declare r int;
begin
  while b <> 0 loop
    r := a % b; a := b; b := r;
  end loop;
  return a;
end $$;
select gcd2(12, 18), gcd2(7, 5);
create function fact(n int) returns numeric language plpgsql as $$
begin
  if n <= 1 then return 1; else return n * fact(n - 1); end if;
end $$;
select fact(5), fact(20);
create function sums(n int) returns int language plpgsql as $$
declare total int := 0;
begin
  for i in 1..n loop
    continue when i % 2 = 0;
    exit when i > 7;
    total := total + i;
  end loop;
  for i in reverse 3..1 loop total := total * 10 + i; end loop;
  return total;
end $$;
select sums(10), sums(0);
create function grade(n int) returns text language plpgsql as $$
begin
  case when n >= 90 then return 'A'; when n >= 80 then return 'B'; else return 'F'; end case;
end $$;
select grade(95), grade(85), grade(null);
create function kind(n int) returns text language plpgsql as $$
declare r text;
begin
  case n when 1, 2 then r := 'few'; when 3 then r := 'three'; end case;
  return r;
end $$;
select kind(1), kind(3);
select kind(9);
create function ins(i int, x text) returns void language plpgsql as $$
begin
  insert into t values (i, x, i * 1.5);
  if not found then raise exception 'nothing'; end if;
end $$;
select ins(1, 'one');
select ins(2, 'two');
select ins(1, 'again');
select * from t order by id;
create function safe(i int, x text) returns text language plpgsql as $$
begin
  insert into t values (i, x);
  return 'inserted';
exception
  when unique_violation then return 'duplicate';
  when others then return sqlstate || ' ' || sqlerrm;
end $$;
select safe(1, 'x');
select safe(3, 'three');
select safe(null, 'x');
select count(*) from t;
create function looks() returns setof t language plpgsql as $$
declare r t%rowtype;
begin
  for r in select * from t order by id loop
    r.v := upper(r.v);
    return next r;
  end loop;
  return;
end $$;
select * from looks();
create function q(lo int) returns table (a int, b text) language plpgsql as $$
begin
  return query select id, v from t where id >= lo order by id;
  a := 100; b := 'extra';
  return next;
end $$;
select * from q(2);
create function outs(in x int, out double int, out half numeric) language plpgsql as $$
begin
  double := x * 2;
  half := x / 2.0;
end $$;
select * from outs(5);
select outs(5);
create function notes() returns void language plpgsql as $$
begin
  raise notice 'hello % and %', 1, 'two';
  raise warning 'careful';
  raise info 'for your information';
  raise notice 'null is %', null::text;
  raise notice '100%%';
  raise debug 'unseen';
end $$;
select notes();
create function boom(c text) returns void language plpgsql as $$
begin
  if c = 'a' then raise exception 'custom %', c using errcode = 'P1234', hint = 'h'; end if;
  if c = 'b' then raise division_by_zero; end if;
  if c = 'c' then raise exception using message = 'mm', errcode = 'unique_violation'; end if;
  if c = 'd' then raise sqlstate '22012' using message = 'zz'; end if;
  raise exception 'plain';
end $$;
select boom('a');
select boom('b');
select boom('c');
select boom('d');
select boom('e');
create function catch(c text) returns text language plpgsql as $$
begin
  perform boom(c);
  return 'none';
exception
  when sqlstate 'P1234' then return 'P1234 ' || sqlerrm;
  when division_by_zero then return 'div ' || sqlstate;
  when integrity_constraint_violation then return 'class 23 ' || sqlerrm;
  when raise_exception then return 'raised ' || sqlerrm;
end $$;
select catch('a'), catch('b'), catch('c'), catch('d'), catch('e');
create function into1(i int) returns text language plpgsql as $$
declare a int; b text; r record;
begin
  select id, v into a, b from t where id = i;
  if not found then return 'nobody'; end if;
  select * into r from t where id = i;
  return a || b || r.v || coalesce(r.n::text, '-');
end $$;
select into1(1), into1(42);
create function strict1(i int) returns text language plpgsql as $$
declare b text;
begin
  select v into strict b from t where id >= i;
  return b;
exception when no_data_found then return 'none'; when too_many_rows then return 'many';
end $$;
select strict1(1), strict1(3), strict1(9);
create function dyn(tab text, i int) returns text language plpgsql as $$
declare r text;
begin
  execute format('select v from %I where id = $1', tab) into r using i;
  return r;
end $$;
select dyn('t', 2);
select dyn('nosuch', 2);
create function arr() returns int[] language plpgsql as $$
declare a int[] := '{}'; x int; s int := 0;
begin
  for i in 1..3 loop a[i] := i * i; end loop;
  a := a || 100;
  foreach x in array a loop s := s + x; end loop;
  return a || s;
end $$;
select arr();
create function nested() returns text language plpgsql as $$
<<outside>>
declare x int := 1;
begin
  declare x int := 2;
  begin
    return outside.x || ' ' || x;
  end;
end $$;
select nested();
do $$ begin raise notice 'from do'; end $$;
do $$ declare r record; begin for r in select id from t order by id loop raise notice 'id %', r.id; end loop; end $$;
do language plpgsql $$ begin insert into t values (50, 'do'); end $$;
select * from t where id = 50;
do $$ begin insert into t values (51, 'x'); raise exception 'undo'; end $$;
select count(*) from t where id = 51;
create function diag() returns text language plpgsql as $$
declare n int; m text; s text;
begin
  update t set n = 1;
  get diagnostics n = row_count;
  begin
    raise exception 'inner' using detail = 'dd';
  exception when others then
    get stacked diagnostics m = message_text, s = pg_exception_detail;
  end;
  return n || m || s;
end $$;
select diag();
create function amb(id int) returns text language plpgsql as $$ declare v text; begin select v into v from t where t.id = amb.id; return v; end $$;
select amb(1);
create function noret() returns int language plpgsql as $$ begin end $$;
select noret();
create function badsyntax() returns int language plpgsql as $$ begin retrun 1; end $$;
create function proc_out() returns record language plpgsql as $$ begin return (1, 'a'); end $$;
create procedure p(inout a int) language plpgsql as $$ begin a := a * 2; end $$;
call p(21);
create function const() returns int language plpgsql as $$ declare c constant int := 3; begin c := 4; return c; end $$;
select const();
create function nn() returns int language plpgsql as $$ declare c int not null := 3; begin c := null; return c; end $$;
select nn();
create function cur() returns text language plpgsql as $$
declare c cursor for select v from t order by id; x text; r text := '';
begin
  open c;
  loop
    fetch c into x;
    exit when not found;
    r := r || x;
  end loop;
  close c;
  for y in c loop r := r || '/' || y.v; end loop;
  return r;
end $$;
select cur();
create function asserts(a int) returns void language plpgsql as $$ begin assert a > 0, 'not positive'; end $$;
select asserts(1);
select asserts(-1);
create function typed() returns t.v%type language plpgsql as $$ declare x t.v%type := 'tt'; begin return x; end $$;
select typed();
