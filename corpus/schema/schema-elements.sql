-- CREATE SCHEMA with what is in it.
create table outside (id int primary key);
create function plain() returns trigger language plpgsql as $$ begin return new; end $$;
create role reader;
create schema shop
  create view cheap as select id, price from item where price < 10
  create index on item (price)
  create table item (id serial primary key, price numeric not null check (price > 0), kind int references kinds, tag text default 'x')
  create table kinds (id int primary key)
  create sequence counter start 5
  create trigger t before insert on item for each row execute function plain()
  grant select on item to reader;
create schema shop
  create view cheap as select id, price from item where price < 10
  create index on item (price)
  create table kinds (id int primary key)
  create table item (id serial primary key, price numeric not null check (price > 0), kind int references kinds, out int references outside, tag text default 'x')
  create sequence counter start 5
  create trigger t before insert on item for each row execute function plain()
  grant select on item to reader;
select relname, relkind, relacl from pg_class where relnamespace = 'shop'::regnamespace order by relname;
select conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'shop'::regnamespace order by conname;
select pg_get_viewdef('shop.cheap'::regclass), pg_get_indexdef('shop.item_price_idx'::regclass);
select tgname, tgrelid::regclass from pg_trigger where not tgisinternal;
insert into shop.item (price) values (5), (50);
select * from shop.cheap;
select nextval('shop.counter');
show search_path;
create schema wrong create table shop.x (a int);
create schema wrong create table wrong.x (a int);
select * from wrong.x;
create schema if not exists more create table x (a int);
create schema if not exists more;
create schema if not exists more;
create schema shop create table again (a int);
create schema failing create table a (x int) create table b (y int references nothing);
select nspname from pg_namespace where nspname in ('failing', 'wrong', 'more') order by 1;
create schema deep create table one (a int) create view two as select a from one create view three as select a + 1 as b from two;
select * from deep.three;
drop schema deep cascade;
drop schema shop cascade;
drop role reader;
