create sequence s;
create materialized view m as select 1 as x;
create type c as (x int);
alter trigger tg on s rename to th;
alter trigger tg on m rename to th;
alter trigger tg on c rename to th;
