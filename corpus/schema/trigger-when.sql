-- WHEN of triggers as text
create table t (a int, "B" text);
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger one before insert on t for each row when (new.a > 3 and new."B" is not null) execute function trg();
create trigger two after update of a or delete on t for each row when (old.a is distinct from 4) execute function trg('x');
create trigger three before insert on t when (true) execute function trg();
select pg_get_triggerdef(oid), pg_get_triggerdef(oid, true) from pg_trigger where tgrelid = 't'::regclass order by tgname;
\d t
