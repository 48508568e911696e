-- SQLSTATE and SQLERRM by themselves.
create function exc() returns text language plpgsql as $$begin perform 1/0; return 'read'; exception when others then return sqlerrm; end$$;
select exc();
create function exc2() returns text language plpgsql as $$begin perform 1/0; return 'read'; exception when division_by_zero then return sqlerrm; end$$;
select exc2();
create function exc3() returns text language plpgsql as $$begin perform * from (values(1)) v; return 'read'; exception when others then return sqlerrm; end$$;
select exc3();
create function exc4() returns text language plpgsql as $$begin perform from (values(1)) v; return 'read'; exception when insufficient_privilege then return sqlerrm; end$$;
select exc4();
create function exc5() returns text language plpgsql as $$begin perform 1; return 'read'; exception when insufficient_privilege then return sqlerrm; end$$;
select exc5();
create function n1() returns text language plpgsql as $$
declare t text := '';
begin
  begin
    perform 1/0;
  exception when others then
    t := t || sqlstate;
    begin
      perform 'x'::int;
    exception when others then
      t := t || sqlerrm || sqlstate;
      begin raise exception 'third'; exception when others then return t || sqlerrm; end;
    end;
  end;
  return t;
end$$;
select n1();
create function n2() returns text language plpgsql as $$
declare r record; sqlstate text := 'mine';
begin
  for r in select 1 as a loop
    begin
      raise exception 'e%', r.a using errcode = 'P9999';
    exception when others then
      for r in select 2 as a loop return sqlstate; end loop;
    end;
  end loop;
end$$;
select n2();
create function n3() returns setof text language plpgsql as $$
begin
  for i in 1..3 loop
    begin
      perform 1/(i-2);
      return next 'ok';
    exception when division_by_zero then return next sqlerrm;
    end;
  end loop;
  begin perform 'y'::int; exception when others then return next sqlerrm; return next sqlstate; end;
end$$;
select * from n3();
create function n4(n int) returns text language plpgsql as $$
begin
  perform 1/n; return 'fine';
exception when others then
  if n = 0 then return n4(5) || sqlerrm; end if;
  return sqlerrm;
end$$;
select n4(0);
do $$begin sqlerrm := 'x'; exception when others then null; end$$;
do $$begin raise exception 'q'; exception when others then sqlerrm := 'x'; end$$;
