-- current_query()
select current_query();
create table cq(a text); create or replace function cqf() returns text language plpgsql as $$ begin return current_query(); end $$;
insert into cq select current_query() ; select * from cq;
select cqf();
do $$ begin insert into cq values (current_query()); end $$; 
select * from cq;
prepare cqp as select current_query(); execute cqp;
