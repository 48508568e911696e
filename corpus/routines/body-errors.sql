-- Errors inside of functions have no position in the statement.
create table j (n int);
create function total() returns bigint language sql as $$ select sum(n) from j $$;
create function pl() returns bigint language plpgsql as $$ begin return (select sum(n) from j); end $$;
alter table j rename column n to m;
select total();
select pl();
select 1 from (select total()) x;
drop table j;
select total();
select pl();
