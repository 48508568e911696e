-- An assignment of one name takes the variable; with clauses behind it, it is a query as any other.
create table t (id int, v int);
insert into t values (1, 10), (2, 20);
do $$ declare a int; b int := 5; begin a := b; raise notice '%', a; a := b where false; raise notice '%', a; a := b from t limit 1; raise notice '%', a; end $$;
do $$ declare a int; begin a := v from t where id = 2; raise notice '%', a; a := count(*) from t; raise notice '%', a; end $$;
do $$ declare a int; v int := 3; begin a := v from t where id = 2; raise notice '%', a; end $$;
do $$ declare a int[] := '{1,2}'; begin a[1] := a[2]; raise notice '%', a; a[2] := max(v) from t; raise notice '%', a; end $$;
do $$ declare a int; begin a := id from t; end $$;
do $$ declare a int; begin a := missing; end $$;
do $$ declare a int; r record; begin a := r; end $$;
do $$ declare a int; r record; begin a := r.x; end $$;
do $$ declare a int; t2 text := 'x'; begin a := t2; end $$;
do $$ <<l>> declare a int := 4; begin declare a int := 5; b int; begin b := l.a; raise notice '% %', b, a; b := a; raise notice '%', b; end; end $$;
