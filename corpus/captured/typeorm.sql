-- What typeorm 1.1.1 sends for the atlas, captured from the wire.

SELECT version();
SELECT * FROM current_schema();
START TRANSACTION;
SELECT * FROM current_schema();
SELECT * FROM current_database();
SELECT "table_schema", "table_name", obj_description((quote_ident("table_schema") || '.' || quote_ident("table_name"))::regclass, 'pg_class') AS table_comment FROM "information_schema"."tables" WHERE ("table_schema" = 'public' AND "table_name" = 'country') OR ("table_schema" = 'public' AND "table_name" = 'place') OR ("table_schema" = 'public' AND "table_name" = 'note');
SELECT * FROM "information_schema"."tables" WHERE "table_schema" = $1 AND "table_name" = $2
  \bind 'public' 'typeorm_metadata' \g
SELECT "n"."nspname", "t"."typname" FROM "pg_type" "t" INNER JOIN "pg_namespace" "n" ON "n"."oid" = "t"."typnamespace" WHERE "n"."nspname" = 'public' AND "t"."typname" = 'country_continent_enum';
CREATE TYPE "public"."country_continent_enum" AS ENUM('Africa', 'Americas', 'Asia', 'Europe', 'Oceania');
CREATE TABLE "country" ("code" text NOT NULL, "name" text NOT NULL, "continent" "public"."country_continent_enum" NOT NULL, "area" double precision NOT NULL DEFAULT '0', "languages" text array NOT NULL DEFAULT '{}', CONSTRAINT "PK_8ff4c23dc9a3f3856555bd86186" PRIMARY KEY ("code"));
CREATE TABLE "place" ("id" SERIAL NOT NULL, "name" character varying(200) NOT NULL, "latitude" double precision, "longitude" double precision, "is_capital" boolean NOT NULL DEFAULT false, "country_code" text, CONSTRAINT "place_unique" UNIQUE ("name", "country_code"), CONSTRAINT "place_name_given" CHECK (name <> ''), CONSTRAINT "PK_96ab91d43aa89c5de1b59ee7cca" PRIMARY KEY ("id"));
CREATE INDEX "place_name" ON "place"  ("name");
CREATE TABLE "note" ("id" BIGSERIAL NOT NULL, "body" text NOT NULL, "tags" jsonb, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "updated_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "deleted_at" TIMESTAMP WITH TIME ZONE, "version" integer NOT NULL, "place_id" integer, CONSTRAINT "PK_96d0c172a4fba276b1bbed43058" PRIMARY KEY ("id"));
ALTER TABLE "place" ADD CONSTRAINT "FK_bdb93856e2cc2c4c69fb1000974" FOREIGN KEY ("country_code") REFERENCES "country"("code") ON DELETE CASCADE ON UPDATE NO ACTION;
ALTER TABLE "note" ADD CONSTRAINT "FK_9ac142ff5d92081200628b24b16" FOREIGN KEY ("place_id") REFERENCES "place"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;
COMMIT;
START TRANSACTION;
SELECT * FROM current_schema();
SELECT * FROM current_database();
SELECT "table_schema", "table_name", obj_description((quote_ident("table_schema") || '.' || quote_ident("table_name"))::regclass, 'pg_class') AS table_comment FROM "information_schema"."tables" WHERE ("table_schema" = 'public' AND "table_name" = 'country') OR ("table_schema" = 'public' AND "table_name" = 'place') OR ("table_schema" = 'public' AND "table_name" = 'note');
SELECT TRUE FROM information_schema.columns WHERE table_name = 'pg_class' and column_name = 'relispartition';
SELECT columns.*, pg_catalog.col_description((quote_ident(table_catalog) || '.' || quote_ident(table_schema) || '.' || quote_ident(table_name))::regclass::oid, ordinal_position) AS description, ('"' || "udt_schema" || '"."' || "udt_name" || '"')::"regtype"::text AS "regtype", pg_catalog.format_type("col_attr"."atttypid", "col_attr"."atttypmod") AS "format_type" FROM "information_schema"."columns" LEFT JOIN "pg_catalog"."pg_attribute" AS "col_attr" ON "col_attr"."attname" = "columns"."column_name" AND "col_attr"."attrelid" = ( SELECT "cls"."oid" FROM "pg_catalog"."pg_class" AS "cls" LEFT JOIN "pg_catalog"."pg_namespace" AS "ns" ON "ns"."oid" = "cls"."relnamespace" WHERE "cls"."relname" = "columns"."table_name" AND "ns"."nspname" = "columns"."table_schema" ) WHERE ("table_schema" = 'public' AND "table_name" = 'country') OR ("table_schema" = 'public' AND "table_name" = 'note') OR ("table_schema" = 'public' AND "table_name" = 'place');
SELECT "ns"."nspname" AS "table_schema", "t"."relname" AS "table_name", "cnst"."conname" AS "constraint_name", pg_get_constraintdef("cnst"."oid") AS "expression", CASE "cnst"."contype" WHEN 'p' THEN 'PRIMARY' WHEN 'u' THEN 'UNIQUE' WHEN 'c' THEN 'CHECK' WHEN 'x' THEN 'EXCLUDE' END AS "constraint_type", "a"."attname" AS "column_name" FROM "pg_constraint" "cnst" INNER JOIN "pg_class" "t" ON "t"."oid" = "cnst"."conrelid" INNER JOIN "pg_namespace" "ns" ON "ns"."oid" = "cnst"."connamespace" LEFT JOIN "pg_attribute" "a" ON "a"."attrelid" = "cnst"."conrelid" AND "a"."attnum" = ANY ("cnst"."conkey") WHERE "t"."relkind" IN ('r', 'p') AND (("ns"."nspname" = 'public' AND "t"."relname" = 'country') OR ("ns"."nspname" = 'public' AND "t"."relname" = 'note') OR ("ns"."nspname" = 'public' AND "t"."relname" = 'place'));
SELECT "ns"."nspname" AS "table_schema", "t"."relname" AS "table_name", "i"."relname" AS "constraint_name", "a"."attname" AS "column_name", CASE "ix"."indisunique" WHEN 't' THEN 'TRUE' ELSE'FALSE' END AS "is_unique", pg_get_expr("ix"."indpred", "ix"."indrelid") AS "condition", "types"."typname" AS "type_name", "am"."amname" AS "index_type" FROM "pg_class" "t" INNER JOIN "pg_index" "ix" ON "ix"."indrelid" = "t"."oid" INNER JOIN "pg_attribute" "a" ON "a"."attrelid" = "t"."oid"  AND "a"."attnum" = ANY ("ix"."indkey") INNER JOIN "pg_namespace" "ns" ON "ns"."oid" = "t"."relnamespace" INNER JOIN "pg_class" "i" ON "i"."oid" = "ix"."indexrelid" INNER JOIN "pg_type" "types" ON "types"."oid" = "a"."atttypid" INNER JOIN "pg_am" "am" ON "i"."relam" = "am"."oid" LEFT JOIN "pg_constraint" "cnst" ON "cnst"."conname" = "i"."relname" WHERE "t"."relkind" IN ('r', 'p') AND "cnst"."contype" IS NULL AND (("ns"."nspname" = 'public' AND "t"."relname" = 'country') OR ("ns"."nspname" = 'public' AND "t"."relname" = 'note') OR ("ns"."nspname" = 'public' AND "t"."relname" = 'place'));
SELECT "con"."conname" AS "constraint_name", "con"."nspname" AS "table_schema", "con"."relname" AS "table_name", "att2"."attname" AS "column_name", "ns"."nspname" AS "referenced_table_schema", "cl"."relname" AS "referenced_table_name", "att"."attname" AS "referenced_column_name", "con"."confdeltype" AS "on_delete", "con"."confupdtype" AS "on_update", "con"."condeferrable" AS "deferrable", "con"."condeferred" AS "deferred" FROM ( SELECT UNNEST ("con1"."conkey") AS "parent", UNNEST ("con1"."confkey") AS "child", "con1"."confrelid", "con1"."conrelid", "con1"."conname", "con1"."contype", "ns"."nspname", "cl"."relname", "con1"."condeferrable", CASE WHEN "con1"."condeferred" THEN 'INITIALLY DEFERRED' ELSE 'INITIALLY IMMEDIATE' END as condeferred, CASE "con1"."confdeltype" WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END as "confdeltype", CASE "con1"."confupdtype" WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END as "confupdtype" FROM "pg_class" "cl" INNER JOIN "pg_namespace" "ns" ON "cl"."relnamespace" = "ns"."oid" INNER JOIN "pg_constraint" "con1" ON "con1"."conrelid" = "cl"."oid" WHERE "con1"."contype" = 'f' AND (("ns"."nspname" = 'public' AND "cl"."relname" = 'country') OR ("ns"."nspname" = 'public' AND "cl"."relname" = 'note') OR ("ns"."nspname" = 'public' AND "cl"."relname" = 'place')) ) "con" INNER JOIN "pg_attribute" "att" ON "att"."attrelid" = "con"."confrelid" AND "att"."attnum" = "con"."child" INNER JOIN "pg_class" "cl" ON "cl"."oid" = "con"."confrelid"  AND "cl"."relispartition" = 'f'INNER JOIN "pg_namespace" "ns" ON "cl"."relnamespace" = "ns"."oid" INNER JOIN "pg_attribute" "att2" ON "att2"."attrelid" = "con"."conrelid" AND "att2"."attnum" = "con"."parent";
SELECT "udt_schema", "udt_name" FROM "information_schema"."columns" WHERE "table_schema" = 'public' AND "table_name" = 'country' AND "column_name"='continent';
SELECT "udt_schema", "udt_name" FROM "information_schema"."columns" WHERE "table_schema" = 'public' AND "table_name" = 'country' AND "column_name"='languages';
SELECT "e"."enumlabel" AS "value" FROM "pg_enum" "e" INNER JOIN "pg_type" "t" ON "t"."oid" = "e"."enumtypid" INNER JOIN "pg_namespace" "n" ON "n"."oid" = "t"."typnamespace" WHERE "n"."nspname" = 'public' AND "t"."typname" = 'country_continent_enum' ORDER BY "e"."enumsortorder";
SELECT "e"."enumlabel" AS "value" FROM "pg_enum" "e" INNER JOIN "pg_type" "t" ON "t"."oid" = "e"."enumtypid" INNER JOIN "pg_namespace" "n" ON "n"."oid" = "t"."typnamespace" WHERE "n"."nspname" = 'public' AND "t"."typname" = 'text' ORDER BY "e"."enumsortorder";
SELECT * FROM "information_schema"."tables" WHERE "table_schema" = $1 AND "table_name" = $2
  \bind 'public' 'typeorm_metadata' \g
COMMIT;
SELECT "Country"."code" AS "Country_code", "Country"."name" AS "Country_name", "Country"."continent" AS "Country_continent", "Country"."area" AS "Country_area", "Country"."languages" AS "Country_languages" FROM "country" "Country" WHERE "Country"."code" IN ($1, $2, $3)
  \bind 'FR' 'CH' 'JP' \g
START TRANSACTION;
INSERT INTO "country"("code", "name", "continent", "area", "languages") VALUES ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10), ($11, $12, $13, $14, $15) RETURNING "area", "languages"
  \bind 'FR' 'France' 'Europe' '551695' '{"French"}' 'CH' 'Switzerland' 'Europe' '41284' '{"German","French"}' 'JP' 'Japan' 'Asia' '377930' '{"Japanese"}' \g
COMMIT;
START TRANSACTION;
INSERT INTO "place"("name", "latitude", "longitude", "is_capital", "country_code") VALUES ($1, $2, $3, $4, $5) RETURNING "id", "is_capital"
  \bind 'Paris' '48.85' '2.35' 'true' 'FR' \g
COMMIT;
INSERT INTO "place"("name", "latitude", "longitude", "is_capital", "country_code") VALUES ($1, $2, $3, DEFAULT, $4), ($5, $6, $7, DEFAULT, $8) RETURNING "id", "is_capital"
  \bind 'Lyon' '45.75' '4.85' 'FR' '東京' '35.69' '139.69' 'JP' \g
START TRANSACTION;
INSERT INTO "note"("body", "tags", "created_at", "updated_at", "deleted_at", "version", "place_id") VALUES ($1, $2, DEFAULT, DEFAULT, DEFAULT, 1, $3) RETURNING "id", "created_at", "updated_at", "deleted_at", "version"
  \bind 'It''s "here" \\o/' '{"mood":"good","stars":[4,5]}' '1' \g
COMMIT;
INSERT INTO "place"("name", "latitude", "longitude", "is_capital", "country_code") VALUES ($1, DEFAULT, DEFAULT, DEFAULT, $2) ON CONFLICT ( "id" ) DO UPDATE SET "id" = EXCLUDED."id", "name" = EXCLUDED."name", "country_code" = EXCLUDED."country_code" RETURNING "id", "is_capital"
  \bind 'Lutetia' 'FR' \g
INSERT INTO "country"("code", "name", "continent", "area", "languages") VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING  RETURNING "area", "languages"
  \bind 'FR' 'France!' 'Europe' '1' '{}' \g
SELECT "Place"."id" AS "Place_id", "Place"."name" AS "Place_name", "Place"."latitude" AS "Place_latitude", "Place"."longitude" AS "Place_longitude", "Place"."is_capital" AS "Place_is_capital", "Place"."country_code" AS "Place_country_code", "Place__Place_country"."code" AS "Place__Place_country_code", "Place__Place_country"."name" AS "Place__Place_country_name", "Place__Place_country"."continent" AS "Place__Place_country_continent", "Place__Place_country"."area" AS "Place__Place_country_area", "Place__Place_country"."languages" AS "Place__Place_country_languages", "Place__Place_notes"."id" AS "Place__Place_notes_id", "Place__Place_notes"."body" AS "Place__Place_notes_body", "Place__Place_notes"."tags" AS "Place__Place_notes_tags", "Place__Place_notes"."created_at" AS "Place__Place_notes_created_at", "Place__Place_notes"."updated_at" AS "Place__Place_notes_updated_at", "Place__Place_notes"."deleted_at" AS "Place__Place_notes_deleted_at", "Place__Place_notes"."version" AS "Place__Place_notes_version", "Place__Place_notes"."place_id" AS "Place__Place_notes_place_id" FROM "place" "Place" LEFT JOIN "country" "Place__Place_country" ON "Place__Place_country"."code"="Place"."country_code"  LEFT JOIN "note" "Place__Place_notes" ON "Place__Place_notes"."place_id"="Place"."id" AND ("Place__Place_notes"."deleted_at" IS NULL) ORDER BY "Place"."id" ASC;
SELECT "Place"."id" AS "Place_id", "Place"."name" AS "Place_name", "Place"."latitude" AS "Place_latitude", "Place"."longitude" AS "Place_longitude", "Place"."is_capital" AS "Place_is_capital", "Place"."country_code" AS "Place_country_code" FROM "place" "Place" WHERE (("Place"."name" ILIKE $1) AND (NOT("Place"."latitude" IS NULL))) ORDER BY "Place"."name" DESC LIMIT 5 OFFSET 0
  \bind '%o%' \g
SELECT DISTINCT "distinctAlias"."Place_id" AS "ids_Place_id", "distinctAlias"."Place_id" FROM (SELECT "Place"."id" AS "Place_id", "Place"."name" AS "Place_name", "Place"."latitude" AS "Place_latitude", "Place"."longitude" AS "Place_longitude", "Place"."is_capital" AS "Place_is_capital", "Place"."country_code" AS "Place_country_code" FROM "place" "Place" LEFT JOIN "country" "Place__Place_country" ON "Place__Place_country"."code"="Place"."country_code" WHERE (("Place"."id" IN ($1, $2, $3)) AND ((("Place__Place_country"."continent" = $4))))) "distinctAlias" ORDER BY "distinctAlias"."Place_id" ASC, "Place_id" ASC LIMIT 1
  \bind '1' '2' '3' 'Europe' \g
SELECT "Place"."id" AS "Place_id", "Place"."name" AS "Place_name", "Place"."latitude" AS "Place_latitude", "Place"."longitude" AS "Place_longitude", "Place"."is_capital" AS "Place_is_capital", "Place"."country_code" AS "Place_country_code" FROM "place" "Place" LEFT JOIN "country" "Place__Place_country" ON "Place__Place_country"."code"="Place"."country_code" WHERE ( (("Place"."id" IN ($1, $2, $3)) AND ((("Place__Place_country"."continent" = $4)))) ) AND ( "Place"."id" IN (1) ) ORDER BY "Place"."id" ASC
  \bind '1' '2' '3' 'Europe' \g
SELECT "Place"."id" AS "Place_id", "Place"."name" AS "Place_name", "Place"."latitude" AS "Place_latitude", "Place"."longitude" AS "Place_longitude", "Place"."is_capital" AS "Place_is_capital", "Place"."country_code" AS "Place_country_code" FROM "place" "Place" WHERE (((("Place"."latitude" < $1))) OR ((("Place"."longitude" >= $2)))) LIMIT 2
  \bind '46' '4' \g
SELECT COUNT(1) AS "cnt" FROM "place" "Place" WHERE (((("Place"."latitude" < $1))) OR ((("Place"."longitude" >= $2))))
  \bind '46' '4' \g
SELECT COUNT(1) AS "cnt" FROM "place" "Place" WHERE (("Place"."is_capital" = $1))
  \bind 'true' \g
SELECT 1 AS "row_exists" FROM (SELECT 1 AS dummy_column) "dummy_table" WHERE EXISTS (SELECT 1 FROM "place" "Place" WHERE (("Place"."name" = $1))) LIMIT 1
  \bind 'Lyon' \g
SELECT SUM("Place"."latitude") AS "SUM" FROM "place" "Place";
SELECT AVG("Place"."longitude") AS "AVG" FROM "place" "Place" WHERE (("Place"."is_capital" = $1))
  \bind 'false' \g
SELECT "p"."id" AS "p_id", "p"."name" AS "p_name", "p"."latitude" AS "p_latitude", "p"."longitude" AS "p_longitude", "p"."is_capital" AS "p_is_capital", "p"."country_code" AS "p_country_code", "c"."code" AS "c_code", "c"."name" AS "c_name", "c"."continent" AS "c_continent", "c"."area" AS "c_area", "c"."languages" AS "c_languages" FROM "place" "p" LEFT JOIN "country" "c" ON "c"."code"="p"."country_code" WHERE "c"."area" > $1 AND "p"."id" in (SELECT "n"."place_id" FROM "note" "n" WHERE "n"."deleted_at" IS NULL) ORDER BY "p"."name" ASC
  \bind '100000' \g
SELECT "p"."country_code" AS "code", count(*) AS "places" FROM "place" "p" GROUP BY "p"."country_code" HAVING count(*) >= $1 ORDER BY "code" ASC
  \bind '1' \g
SELECT "Note"."id" AS "Note_id", "Note"."body" AS "Note_body", "Note"."tags" AS "Note_tags", "Note"."created_at" AS "Note_created_at", "Note"."updated_at" AS "Note_updated_at", "Note"."deleted_at" AS "Note_deleted_at", "Note"."version" AS "Note_version", "Note"."place_id" AS "Note_place_id" FROM "note" "Note";
SELECT "Country"."code" AS "Country_code", "Country"."name" AS "Country_name", "Country"."continent" AS "Country_continent", "Country"."area" AS "Country_area", "Country"."languages" AS "Country_languages" FROM "country" "Country" WHERE (("Country"."code" IN ($1, $2)))
  \bind 'FR' 'JP' \g
START TRANSACTION;
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
SELECT "Place"."id" AS "Place_id", "Place"."name" AS "Place_name", "Place"."latitude" AS "Place_latitude", "Place"."longitude" AS "Place_longitude", "Place"."is_capital" AS "Place_is_capital", "Place"."country_code" AS "Place_country_code" FROM "place" "Place" WHERE (("Place"."name" = $1)) LIMIT 1 FOR UPDATE
  \bind 'Lyon' \g
SELECT "Place"."id" AS "Place_id", "Place"."name" AS "Place_name", "Place"."latitude" AS "Place_latitude", "Place"."longitude" AS "Place_longitude", "Place"."is_capital" AS "Place_is_capital", "Place"."country_code" AS "Place_country_code" FROM "place" "Place" WHERE "Place"."id" = $1
  \bind '2' \g
UPDATE "place" SET "name" = $1 WHERE "id" = $2
  \bind 'Lugdunum' '2' \g
UPDATE "country" SET "area" = "area" + 2.5 WHERE "code" = $1
  \bind 'FR' \g
COMMIT;
START TRANSACTION;
DELETE FROM "place" WHERE "name" = $1
  \bind '東京' \g
ROLLBACK;
SELECT DISTINCT "distinctAlias"."Note_id" AS "ids_Note_id" FROM (SELECT "Note"."id" AS "Note_id", "Note"."body" AS "Note_body", "Note"."tags" AS "Note_tags", "Note"."created_at" AS "Note_created_at", "Note"."updated_at" AS "Note_updated_at", "Note"."deleted_at" AS "Note_deleted_at", "Note"."version" AS "Note_version", "Note"."place_id" AS "Note_place_id" FROM "note" "Note" LEFT JOIN "place" "Note__Note_place" ON "Note__Note_place"."id"="Note"."place_id" WHERE ( (((("Note__Note_place"."id" = $1)))) ) AND ( "Note"."deleted_at" IS NULL )) "distinctAlias" ORDER BY "Note_id" ASC LIMIT 1
  \bind '1' \g
SELECT "Note"."id" AS "Note_id", "Note"."body" AS "Note_body", "Note"."tags" AS "Note_tags", "Note"."created_at" AS "Note_created_at", "Note"."updated_at" AS "Note_updated_at", "Note"."deleted_at" AS "Note_deleted_at", "Note"."version" AS "Note_version", "Note"."place_id" AS "Note_place_id" FROM "note" "Note" LEFT JOIN "place" "Note__Note_place" ON "Note__Note_place"."id"="Note"."place_id" WHERE ( (((("Note__Note_place"."id" = $1)))) ) AND ( "Note"."deleted_at" IS NULL ) AND ( "Note"."id" IN ($2) )
  \bind '1' '1' \g
SELECT "Note"."id" AS "Note_id", "Note"."body" AS "Note_body", "Note"."tags" AS "Note_tags", "Note"."created_at" AS "Note_created_at", "Note"."updated_at" AS "Note_updated_at", "Note"."deleted_at" AS "Note_deleted_at", "Note"."version" AS "Note_version", "Note"."place_id" AS "Note_place_id" FROM "note" "Note" WHERE "Note"."id" = $1
  \bind '1' \g
START TRANSACTION;
UPDATE "note" SET "body" = $1, "version" = "version" + 1, "updated_at" = CURRENT_TIMESTAMP WHERE "id" = $2 RETURNING "updated_at", "version"
  \bind 'changed' '1' \g
COMMIT;
UPDATE "note" SET "deleted_at" = CURRENT_TIMESTAMP, "version" = "version" + 1, "updated_at" = CURRENT_TIMESTAMP WHERE "id" = $1 AND "deleted_at" IS NULL
  \bind '1' \g
UPDATE "note" SET "deleted_at" = NULL, "version" = "version" + 1, "updated_at" = CURRENT_TIMESTAMP WHERE "id" = $1 AND "deleted_at" IS NOT NULL
  \bind '1' \g
UPDATE "note" SET "tags" = $1, "version" = "version" + 1, "updated_at" = CURRENT_TIMESTAMP WHERE "id" = $2
  \bind NULL '1' \g
DELETE FROM "note" WHERE "place_id" = $1 RETURNING "id"
  \bind '1' \g
DELETE FROM "country" WHERE "code" = $1
  \bind 'CH' \g
SELECT current_schema() AS "currentSchema";
START TRANSACTION;
SELECT quote_ident(schemaname) || '.' || quote_ident(viewname) as "name" FROM "pg_views" WHERE "schemaname" = ANY($1) AND "viewname" NOT IN ('geography_columns', 'geometry_columns', 'raster_columns', 'raster_overviews')
  \bind '{"public"}' \g
SELECT quote_ident(schemaname) || '.' || quote_ident(matviewname) as "name" FROM "pg_matviews" WHERE "schemaname" = ANY($1)
  \bind '{"public"}' \g
SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) as "name" FROM "pg_tables" WHERE "schemaname" = ANY($1) AND "tablename" NOT IN ('spatial_ref_sys')
  \bind '{"public"}' \g
DROP TABLE IF EXISTS public.country, public.place, public.note CASCADE;
SELECT quote_ident(n.nspname) || '.' || quote_ident(t.typname) as "name" FROM "pg_type" "t" INNER JOIN "pg_enum" "e" ON "e"."enumtypid" = "t"."oid" INNER JOIN "pg_namespace" "n" ON "n"."oid" = "t"."typnamespace" WHERE "n"."nspname" = ANY($1) GROUP BY "n"."nspname", "t"."typname"
  \bind '{"public"}' \g
DROP TYPE IF EXISTS public.country_continent_enum CASCADE;
COMMIT;
