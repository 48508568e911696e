-- pg_depend: what keeps what from going
create schema s1;
create type mood as enum ('sad', 'ok');
create type pair as (a int, b mood);
create domain posint as int constraint positive check (value > 0);
create function f(a int, m mood) returns int language sql as 'select a';
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create table parent (id serial primary key, name text not null default 'x', m mood, p posint, big text, unique (name, p));
create table s1.child (id int generated always as identity primary key, parent_id int references parent on delete cascade, n varchar(20) constraint long check (length(n) > 2), g int generated always as (parent_id + 1) stored, d int default f(1, 'ok'), e pair[], c text collate "C");
create index child_low on s1.child (lower(n), parent_id) where g > 3;
create index child_f on s1.child (f(parent_id, 'sad'));
create sequence sq;
create sequence sq2 owned by parent.name;
create table uses (id int default nextval('sq'), constraint fine check (f(id, 'ok') > 0), check (true));
create view v as select p.id, f(p.id, p.m) as x, c.n from parent p join s1.child c on c.parent_id = p.id where p.name > 'a';
create view v2 as select v.x from v;
create view v3 as select 1 as one, count(*) from parent;
create materialized view mv as select id, name from parent;
create trigger t1 before insert or update of name on parent for each row when (new.id > 3 and f(new.id, new.m) > 0) execute function trg();
create publication pub for table parent, tables in schema s1;
create publication pub2 for table parent (id, name);
create table part (a int, b text, primary key (a)) partition by range (a);
create table part1 partition of part for values from (1) to (10);
create table kid (extra int) inherits (parent);
create index part_b on part (b);
create table idx (a int not null, unique (a));
alter table idx replica identity using index idx_a_key;
select nspname from pg_namespace where nspname = 's1';
create function et() returns event_trigger language plpgsql as $$ begin end $$;
create event trigger ev on ddl_command_end execute function et();
create table ranged (r int4range, ms mood[], ps posint[], f float8 default random());
create function g(a int default f(1, 'ok'), b mood default 'sad') returns int language sql as $$ select 1 $$;
with named as (
  select d.*,
    coalesce((select relname::text from pg_class where classid = 'pg_class'::regclass and oid = objid and relname !~ 'pg_toast'),
      (select case when relkind = 't' then 'toast' else 'toast index' end || ' of ' || coalesce((select o.relname from pg_class o where o.reltoastrelid = k.oid), (select o.relname from pg_class o join pg_index i on o.reltoastrelid = i.indrelid where i.indexrelid = k.oid)) from pg_class k where classid = 'pg_class'::regclass and k.oid = objid),
      (select typname::text from pg_type where classid = 'pg_type'::regclass and oid = objid),
      (select conrelid::regclass::text || ' ' || conname from pg_constraint where classid = 'pg_constraint'::regclass and oid = objid),
      (select adrelid::regclass::text || ' default ' || adnum from pg_attrdef where classid = 'pg_attrdef'::regclass and oid = objid),
      (select proname::text from pg_proc where classid = 'pg_proc'::regclass and oid = objid),
      (select tgrelid::regclass::text || ' ' || case when tgisinternal then tgfoid::regproc::text else tgname end from pg_trigger where classid = 'pg_trigger'::regclass and oid = objid),
      (select ev_class::regclass::text || ' ' || rulename from pg_rewrite where classid = 'pg_rewrite'::regclass and oid = objid),
      (select nspname::text from pg_namespace where classid = 'pg_namespace'::regclass and oid = objid),
      (select evtname::text from pg_event_trigger where classid = 'pg_event_trigger'::regclass and oid = objid),
      (select pubname || ' ' || prrelid::regclass from pg_publication_rel r join pg_publication p on p.oid = r.prpubid where classid = 'pg_publication_rel'::regclass and r.oid = objid),
      (select pubname || ' ' || pnnspid::regnamespace from pg_publication_namespace r join pg_publication p on p.oid = r.pnpubid where classid = 'pg_publication_namespace'::regclass and r.oid = objid)) as what,
    coalesce((select relname::text from pg_class where refclassid = 'pg_class'::regclass and oid = refobjid and relname !~ 'pg_toast'),
      (select case when relkind = 't' then 'toast' else 'toast index' end || ' of ' || coalesce((select o.relname from pg_class o where o.reltoastrelid = k.oid), (select o.relname from pg_class o join pg_index i on o.reltoastrelid = i.indrelid where i.indexrelid = k.oid)) from pg_class k where refclassid = 'pg_class'::regclass and k.oid = refobjid),
      (select typname::text from pg_type where refclassid = 'pg_type'::regclass and oid = refobjid),
      (select conrelid::regclass::text || ' ' || conname from pg_constraint where refclassid = 'pg_constraint'::regclass and oid = refobjid),
      (select proname::text from pg_proc where refclassid = 'pg_proc'::regclass and oid = refobjid),
      (select nspname::text from pg_namespace where refclassid = 'pg_namespace'::regclass and oid = refobjid),
      (select pubname::text from pg_publication where refclassid = 'pg_publication'::regclass and oid = refobjid),
      (select tgname::text from pg_trigger where refclassid = 'pg_trigger'::regclass and oid = refobjid),
      (select collname::text from pg_collation where refclassid = 'pg_collation'::regclass and oid = refobjid),
      (select lanname::text from pg_language where refclassid = 'pg_language'::regclass and oid = refobjid)) as whose
  from pg_depend d where objid >= 16384
)
select classid::regclass, what, objsubid, deptype, refclassid::regclass, whose, refobjsubid from named order by classid::regclass::text collate "C", what collate "C", objsubid, refclassid::regclass::text collate "C", whose collate "C", refobjsubid, deptype;
