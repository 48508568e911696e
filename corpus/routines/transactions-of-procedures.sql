-- what a procedure may do with the transaction that it has begun
create table a (k text primary key, n int);
create procedure inner_p(i int) language plpgsql as $$ begin insert into a values ('p' || i, i); if i % 2 = 0 then commit; else rollback; end if; end $$;
create procedure outer_p() language plpgsql as $$ declare x int := 0; begin for i in 1..5 loop call inner_p(i); x := x + 1; end loop; raise notice 'x %', x; end $$;
call outer_p();
do $$ begin execute 'call inner_p(8)'; end $$;
do $$ begin execute 'do ''begin commit; end'''; end $$;
do $$ begin execute 'insert into a values (''e'', 1)'; commit; call inner_p(8); execute 'select 1'; rollback; end $$;
do $$ begin commit; insert into a values ('late', 1); set transaction isolation level repeatable read; end $$;
do $$ begin commit; update a set n = n; rollback; set transaction isolation level repeatable read; raise notice '%', current_setting('transaction_isolation'); end $$;
do $$ begin commit; set transaction read only; insert into a values ('ro', 1); end $$;
do $$ begin commit; raise notice '%', now() > '2000-01-01'; set transaction isolation level repeatable read; end $$;
do $$ begin insert into a values ('x', 1); set transaction isolation level repeatable read; end $$;
do $$ begin set transaction isolation level repeatable read; end $$;
select * from a order by k;
