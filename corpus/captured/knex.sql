-- What knex 3.3.0 sends for the atlas, captured from the wire.

select version();
create table "country" ("code" text, "name" text not null, "continent" text check ("continent" in ('Africa', 'Americas', 'Asia', 'Europe', 'Oceania')) not null, "area" double precision not null default '0', "languages" text[] not null default '{}', "place_count" integer not null default '0', constraint "country_pkey" primary key ("code"));
comment on table "country" is 'countries of the atlas';
create table "place" ("id" serial primary key, "name" varchar(200) not null, "country_code" text not null, "latitude" real, "longitude" decimal(9, 5), "is_capital" boolean not null default '0');
alter table "place" add constraint "place_country_code_foreign" foreign key ("country_code") references "country" ("code") on delete CASCADE;
alter table "place" add constraint "place_country_code_name_unique" unique ("country_code", "name");
create index "place_country" on "place" ("country_code");
create table "note" ("id" uuid default (gen_random_uuid()), "place_id" integer, "body" text not null, "tags" jsonb, "created_at" timestamptz not null default CURRENT_TIMESTAMP, "updated_at" timestamptz not null default CURRENT_TIMESTAMP, constraint "note_pkey" primary key ("id"));
alter table "note" add constraint "note_place_id_foreign" foreign key ("place_id") references "place" ("id") on delete SET NULL;
select * from information_schema.tables where table_name = $1 and table_schema = current_schema()
  \bind 'note' \g
select * from information_schema.columns where table_name = $1 and column_name = $2 and table_schema = current_schema()
  \bind 'note' 'body' \g
select * from information_schema.columns where table_name = $1 and table_catalog = current_database() and table_schema = current_schema()
  \bind 'place' \g
alter table "country" add column "capital" text null, add column "population" bigint default '0';
alter table "country" rename "capital" to "seat";
alter table "country" alter column "place_count" drop default;
alter table "country" alter column "place_count" drop not null;
alter table "country" alter column "place_count" type integer using ("place_count"::integer);
alter table "country" drop column "seat";
create view "capital" ("id", "name") as select "id", "name" from "place" where "is_capital" = true;
insert into "country" ("area", "code", "continent", "languages", "name") values ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10), ($11, $12, $13, $14, $15)
  \bind '551695' 'FR' 'Europe' '{"French"}' 'France' '41284' 'CH' 'Europe' '{"German","French"}' 'Switzerland' '377930' 'JP' 'Asia' '{"Japanese"}' 'Japan' \g
insert into "place" ("country_code", "is_capital", "latitude", "longitude", "name") values ($1, $2, $3, $4, $5), ($6, DEFAULT, $7, $8, $9), ($10, DEFAULT, $11, $12, $13), ($14, $15, $16, $17, $18) returning "id", "name"
  \bind 'FR' 'true' '48.85' '2.3488' 'Paris' 'FR' '45.75' '4.84671' 'Lyon' 'CH' NULL '8.55' 'Zürich' 'JP' 'true' '35.69' '139.69171' '東京' \g
insert into "note" ("body", "id", "place_id", "tags") values ($1, $2, $3, $4)
  \bind 'a \\ and a '' and a "' 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' '1' '{"mood":"good","stars":[4,5]}' \g
insert into "country" ("code", "continent", "name") values ($1, $2, $3) on conflict ("code") do update set "name" = excluded."name"
  \bind 'FR' 'Europe' 'France!' \g
insert into "country" ("code", "continent", "name") values ($1, $2, $3) on conflict ("code") do nothing
  \bind 'JP' 'Asia' 'Nippon' \g
select * from "country" order by "name" asc;
select "id", "name" from "place" where "country_code" = $1 order by "id" asc limit $2
  \bind 'FR' '1' \g
select "p"."id", "c"."name" as "country", "n"."body" from "place" as "p" inner join "country" as "c" on "c"."code" = "p"."country_code" left join "note" as "n" on "n"."place_id" = "p"."id" where "p"."name" ilike $1 or "n"."body" is not null order by "p"."id" desc limit $2
  \bind '%o%' '10' \g
select count(*) as "places", avg("latitude") as "middle" from "place" group by "country_code" order by "places" asc;
select "country_code" from "place" group by "country_code" having count(*) > $1
  \bind '1' \g
select "name" from "place" where "country_code" in (select "code" from "country" where "area" > $1) order by "id" asc
  \bind '100000' \g
select "name" from "place" where "id" between $1 and $2 and not "name" = $3
  \bind '2' '3' 'Lyon' \g
select * from "country" where exists (select 1 from "place" where place.country_code = country.code) order by "name" asc;
select "name" from "country" where $1 = any(languages) order by "name" asc
  \bind 'French' \g
select "id" from "note" where jsonb_path_query_first("tags", $1) #>> '{}' = $2
  \bind '$.mood' 'good' \g
select "id" from "note" where "tags" @> $1
  \bind '{"mood":"good"}' \g
select "name", rank() over (partition by "country_code" order by "id") as "place_rank" from "place" order by "name" asc;
select "name" from "country" union select "name" from "place" order by "name" asc;
with "large" as (select * from "country" where "area" > $1) select "name" from "large" order by "name" asc
  \bind '100000' \g
select distinct on ("continent") "continent", "name" from "country" order by "continent" asc, "name" asc;
select count("id") from "capital";
select max("longitude") as "east", min("longitude") as "west", sum("longitude") as "total" from "place";
BEGIN;
update "place" set "name" = $1 where "name" = $2 returning "id", "name"
  \bind 'Lutetia' 'Paris' \g
update "country" set "place_count" = "place_count" + $1 where "code" = $2
  \bind '2' 'FR' \g
select * from "place" where "id" = $1 limit $2 for update
  \bind '1' '1' \g
SAVEPOINT trx3;
delete from "note" where "place_id" = $1
  \bind '1' \g
RELEASE SAVEPOINT trx3;
COMMIT;
BEGIN;
delete from "place";
ROLLBACK;
delete from "place" where "name" like $1 returning "name"
  \bind 'New %' \g
truncate "note" restart identity;
drop view "capital";
drop index "place_country";
alter table "place" drop constraint "place_country_code_name_unique";
alter table "place" drop constraint "place_country_code_foreign";
alter table "note" rename to "remark";
drop table if exists "remark";
