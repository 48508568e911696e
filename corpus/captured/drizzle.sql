-- What drizzle-orm 0.45.4 sends for the atlas, captured from the wire.

CREATE TYPE "public"."continent" AS ENUM('Africa', 'Americas', 'Asia', 'Europe', 'Oceania');
CREATE TABLE "country" (
	"code" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"continent" "continent" NOT NULL,
	"area" double precision DEFAULT 0 NOT NULL,
	"languages" text[] DEFAULT '{}' NOT NULL,
	"place_count" integer DEFAULT 0 NOT NULL
);
CREATE TABLE "place" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" varchar(200) NOT NULL,
	"country_code" text NOT NULL,
	"latitude" double precision,
	"is_capital" boolean DEFAULT false NOT NULL,
	CONSTRAINT "place_unique" UNIQUE("country_code","name"),
	CONSTRAINT "place_name_given" CHECK ("place"."name" <> '')
);
CREATE TABLE "note" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "note_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"key" uuid NOT NULL,
	"place_id" integer,
	"body" text NOT NULL,
	"tags" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "note_key_unique" UNIQUE("key")
);
ALTER TABLE "place" ADD CONSTRAINT "place_country_code_country_code_fk" FOREIGN KEY ("country_code") REFERENCES "public"."country"("code") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "note" ADD CONSTRAINT "note_place_id_place_id_fk" FOREIGN KEY ("place_id") REFERENCES "public"."place"("id") ON DELETE set null ON UPDATE no action;
CREATE INDEX "place_country" ON "place" USING btree ("country_code","name");
insert into "country" ("code", "name", "continent", "area", "languages", "place_count") values ($1, $2, $3, $4, $5, default), ($6, $7, $8, $9, $10, default), ($11, $12, $13, $14, $15, default)
  \bind 'FR' 'France' 'Europe' '551695' '{"French"}' 'CH' 'Switzerland' 'Europe' '41284' '{"German","French"}' 'JP' 'Japan' 'Asia' '377930' '{"Japanese"}' \g
insert into "place" ("id", "name", "country_code", "latitude", "is_capital") values (default, $1, $2, $3, $4), (default, $5, $6, $7, default), (default, $8, $9, $10, default), (default, $11, $12, $13, $14) returning "id", "name"
  \bind 'Paris' 'FR' '48.85' 'true' 'Lyon' 'FR' '45.75' 'Zürich' 'CH' NULL '東京' 'JP' '35.6895' 'true' \g
insert into "note" ("id", "key", "place_id", "body", "tags", "created_at") values (default, $1, $2, $3, $4, default)
  \bind 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' '1' 'It’s "here"' '{"mood":"good","stars":[4,5]}' \g
insert into "country" ("code", "name", "continent", "area", "languages", "place_count") values ($1, $2, $3, default, default, default) on conflict ("code") do update set "name" = excluded.name where "country"."name" <> $4
  \bind 'FR' 'France!' 'Europe' 'x' \g
insert into "country" ("code", "name", "continent", "area", "languages", "place_count") values ($1, $2, $3, default, default, default) on conflict do nothing
  \bind 'JP' 'Nippon' 'Asia' \g
select "code", "name", "continent", "area", "languages", "place_count" from "country" order by "country"."name" asc;
select "place"."id", "country"."name", "note"."body" from "place" inner join "country" on "country"."code" = "place"."country_code" left join "note" on ("note"."place_id" = "place"."id" and "note"."body" is not null) where ("place"."name" ilike $1 or "country"."continent" = $2) order by "place"."id" desc limit $3
  \bind '%o%' 'Asia' '10' \g
select "country_code", count(*), avg("latitude") from "place" group by "place"."country_code" having count(*) > $1
  \bind '1' \g
select "place"."id", "place"."name", "place_country"."data" as "country", "place_notes"."data" as "notes" from "place" "place" left join lateral (select json_build_array("place_country"."name") as "data" from (select * from "country" "place_country" where "place_country"."code" = "place"."country_code" limit $1) "place_country") "place_country" on true left join lateral (select coalesce(json_agg(json_build_array("place_notes"."id", "place_notes"."key", "place_notes"."place_id", "place_notes"."body", "place_notes"."tags", "place_notes"."created_at") order by "place_notes"."created_at" desc), '[]'::json) as "data" from (select * from "note" "place_notes" where "place_notes"."place_id" = "place"."id" order by "place_notes"."created_at" desc limit $2) "place_notes") "place_notes" on true where "place"."id" in ($3, $4, $5) order by "place"."id" asc
  \bind '1' '2' '1' '2' '3' \g
select "country"."code", "country"."name", "country"."continent", "country"."area", "country"."languages", "country"."place_count", "country_places"."data" as "places" from "country" "country" left join lateral (select coalesce(json_agg(json_build_array("country_places"."id", "country_places"."name", "country_places"."country_code", "country_places"."latitude", "country_places"."is_capital", upper("country_places"."name"))), '[]'::json) as "data" from "place" "country_places" where "country_places"."country_code" = "country"."code") "country_places" on true where "country"."code" = $1 limit $2
  \bind 'FR' '1' \g
with "large" as (select "code" from "country" where "country"."area" > $1) select distinct "place"."name" from "place" inner join "large" on "large"."code" = "place"."country_code" order by "place"."name"
  \bind '100000' \g
select "name" from "country" where exists (select 1 from "place" where "place"."country_code" = "country"."code") order by "country"."name";
select "place"."name", "other"."name" from "place" inner join "place" "other" on ("other"."country_code" = "place"."country_code" and "other"."id" > "place"."id");
(select "name" from "country") union all (select "name" from "place") order by 1;
select "tags" ->> 'mood' from "note";
select distinct on ("country"."continent") "continent", "name" from "country" order by "country"."continent", "country"."area" desc;
select count(*) as count from "place" where "place"."is_capital" = $1
  \bind 'true' \g
select "country"."name", "total" from "country" left join (select "country_code", count(*) as "total" from "place" group by "place"."country_code") "totals" on "totals"."country_code" = "country"."code" order by "country"."name";
begin isolation level repeatable read;
update "place" set "name" = $1 where "place"."name" = $2 returning "id", "name", "country_code", "latitude", "is_capital"
  \bind 'Lutetia' 'Paris' \g
update "country" set "place_count" = "country"."place_count" + 1 where "country"."code" = $1
  \bind 'FR' \g
savepoint sp1;
delete from "note";
rollback to savepoint sp1;
select "id", "name", "country_code", "latitude", "is_capital" from "place" where "place"."id" = $1 for update
  \bind '1' \g
commit;
update "place" set "name" = "place"."name" || '!' from "country" where ("country"."code" = "place"."country_code" and "country"."continent" = $1)
  \bind 'Asia' \g
delete from "note" where "note"."place_id" = $1 returning "id"
  \bind '1' \g
delete from "country" where "country"."code" = $1
  \bind 'CH' \g
