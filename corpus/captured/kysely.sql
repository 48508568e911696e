-- What kysely 0.29.9 sends for the atlas, captured from the wire.

create table "country" ("code" text primary key, "name" text not null, "continent" text not null, "area" double precision default 0 not null, "languages" text[] default '{}' not null, "place_count" integer default 0 not null);
create table if not exists "place" ("id" serial primary key, "name" varchar(200) not null, "country_code" text not null references "country" ("code") on delete cascade, "latitude" double precision not null, "longitude" double precision not null, "is_capital" boolean default false not null, constraint "place_name_given" check (name <> ''), constraint "place_unique" unique ("country_code", "name"));
create table "note" ("id" bigint generated always as identity primary key, "place_id" integer references "place" ("id") on delete set null, "body" text not null, "tags" jsonb, "created_at" timestamptz default now() not null);
create index "place_country" on "place" ("country_code", "name");
create index "note_place" on "note" ("place_id");
alter table "country" add column "capital" text;
alter table "country" alter column "capital" set default '';
alter table "country" rename column "capital" to "seat";
alter table "country" drop column "seat";
create view "capital" as select * from "place" where "is_capital" = true;
insert into "country" ("code", "name", "continent", "area", "languages") values ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10), ($11, $12, $13, $14, $15)
  \bind 'FR' 'France' 'Europe' '551695' '{"French"}' 'CH' 'Switzerland' 'Europe' '41284' '{"German","French"}' 'JP' 'Japan' 'Asia' '377930' '{"Japanese"}' \g
insert into "place" ("name", "country_code", "latitude", "longitude", "is_capital") values ($1, $2, $3, $4, $5), ($6, $7, $8, $9, default), ($10, $11, $12, $13, default), ($14, $15, $16, $17, $18) returning "id", "name"
  \bind 'Paris' 'FR' '48.85341' '2.3488' 'true' 'Lyon' 'FR' '45.74846' '4.84671' 'Zürich' 'CH' '47.36667' '8.55' '東京' 'JP' '35.6895' '139.69171' 'true' \g
insert into "note" ("place_id", "body", "tags") values ($1, $2, $3) returning *
  \bind '1' 'It’s "here"' '{"mood":"good","stars":[4,5]}' \g
insert into "country" ("code", "name", "continent", "area") values ($1, $2, $3, $4) on conflict ("code") do update set "name" = "excluded"."name" returning "name"
  \bind 'FR' 'France!' 'Europe' '1' \g
insert into "country" ("code", "name", "continent", "area") values ($1, $2, $3, $4) on conflict do nothing
  \bind 'JP' 'Nippon' 'Asia' '1' \g
insert into "place" ("name", "country_code", "latitude", "longitude") select 'New ' || name as "name", "country_code", "latitude", "longitude" from "place" where "country_code" = $1
  \bind 'FR' \g
select * from "country" order by "name";
select "id", "name" as "label" from "place" where "id" in ($1, $2, $3) order by "id"
  \bind '1' '2' '3' \g
select "place"."id", "country"."name" as "country", "note"."body" from "place" inner join "country" on "country"."code" = "place"."country_code" left join "note" on "note"."place_id" = "place"."id" and "note"."body" is not null where ("place"."name" ilike $1 or "country"."continent" = $2) order by "place"."id" desc limit $3 offset $4
  \bind '%o%' 'Asia' '10' '0' \g
select "country_code", count(*) as "places", avg("latitude") as "middle" from "place" group by "country_code" having count(*) > $1 order by "country_code"
  \bind '1' \g
with "large" as (select "code" from "country" where "area" > $1) select distinct "place"."name" from "place" inner join "large" on "large"."code" = "place"."country_code" order by "place"."name"
  \bind '100000' \g
select "name", case when "latitude" > $1 then $2 else $3 end as "side", coalesce("country_code", $4) as "code", row_number() over (partition by country_code order by name) as "rank" from "place" order by "name"
  \bind '46' 'north' 'south' '??' \g
select "name" from "country" where exists (select "place"."id" from "place" where "place"."country_code" = "country"."code") order by "name";
select tags ->> 'mood' as "mood", tags -> 'stars' -> 0 as "first" from "note";
select "name" from "country" where 'French' = any(languages) order by "name";
select "name" from "country" union select "name" from "place" order by "name";
select count(*) as "capitals" from "capital";
select * from "place" where "id" = $1 for update
  \bind '1' \g
select distinct on ("continent") "continent", "name" from "country" order by "continent", "area" desc;
begin;
update "place" set "name" = $1 where "name" = $2 returning "id", "name"
  \bind 'Lutetia' 'Paris' \g
update "country" set "place_count" = "place_count" + $1 where "code" = $2
  \bind '1' 'FR' \g
commit;
start transaction isolation level repeatable read;
delete from "note" where "place_id" = $1
  \bind '1' \g
rollback;
update "place" set "name" = "place"."name" || ', ' || "country"."name" from "country" where "country"."code" = "place"."country_code" and "country"."continent" = $1
  \bind 'Asia' \g
delete from "place" where "name" like $1 returning "name"
  \bind 'New %' \g
delete from "note" using "place" where "place"."id" = "note"."place_id";
drop view "capital";
drop index "note_place";
drop table if exists "note" cascade;
select "a"."attname" as "column", "a"."attnotnull" as "not_null", "a"."atthasdef" as "has_default", "c"."relname" as "table", "c"."relkind" as "table_type", "ns"."nspname" as "schema", "typ"."typname" as "type", "dtns"."nspname" as "type_schema", col_description(a.attrelid, a.attnum) as "column_description", pg_get_serial_sequence(quote_ident(ns.nspname) || '.' || quote_ident(c.relname), a.attname) as "auto_incrementing" from "pg_catalog"."pg_attribute" as "a" inner join "pg_catalog"."pg_class" as "c" on "a"."attrelid" = "c"."oid" inner join "pg_catalog"."pg_namespace" as "ns" on "c"."relnamespace" = "ns"."oid" inner join "pg_catalog"."pg_type" as "typ" on "a"."atttypid" = "typ"."oid" inner join "pg_catalog"."pg_namespace" as "dtns" on "typ"."typnamespace" = "dtns"."oid" where "c"."relkind" in ($1, $2, $3, $4) and "ns"."nspname" !~ $5 and "ns"."nspname" != $6 and "ns"."nspname" != $7 and has_schema_privilege(ns.nspname, 'USAGE') and "a"."attnum" >= $8 and "a"."attisdropped" != $9 and "c"."relname" != $10 and "c"."relname" != $11 order by "ns"."nspname", "c"."relname", "a"."attnum"
  \bind 'r' 'v' 'p' 'f' '^pg_' 'information_schema' 'crdb_internal' '0' 'true' 'kysely_migration' 'kysely_migration_lock' \g
select "nspname" from "pg_catalog"."pg_namespace";
