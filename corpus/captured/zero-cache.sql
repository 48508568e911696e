-- What @rocicorp/zero 1.9.0 sends for the atlas, captured from the wire.

select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT 1;
SELECT 1;
SELECT nspname FROM pg_namespace 
      WHERE nspname IN ($1,$2,$3)
  \bind 'zero_0/cdc' 'cdc_0' 'cdc' \g
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT 1;
SELECT 1;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT 1;
SELECT 1;
SELECT 2;
SELECT 2;
SELECT 2;
SELECT 2;
SELECT 2;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT pg_advisory_xact_lock(hashtext($1))
  \bind 'migrate-schema:zero_0/cdc' \g
SELECT nspname, relname FROM pg_class
    JOIN pg_namespace ON relnamespace = pg_namespace.oid
    WHERE nspname = $1 AND relname = $2
  \bind 'zero_0/cdc' 'versionHistory' \g
CREATE SCHEMA IF NOT EXISTS "zero_0/cdc";
    CREATE TABLE IF NOT EXISTS "zero_0/cdc"."versionHistory" (
      "dataVersion" int NOT NULL,
      "schemaVersion" int NOT NULL,
      "minSafeVersion" int NOT NULL,

      lock char(1) NOT NULL CONSTRAINT DF_schema_meta_lock DEFAULT 'v',
      CONSTRAINT PK_schema_meta_lock PRIMARY KEY (lock),
      CONSTRAINT CK_schema_meta_lock CHECK (lock='v')
    );
SELECT "dataVersion", "schemaVersion", "minSafeVersion"
       FROM "zero_0/cdc"."versionHistory";
CREATE SCHEMA IF NOT EXISTS "zero_0/cdc";
  CREATE TABLE "zero_0/cdc"."changeLog" (
    watermark  TEXT,
    pos        INT8,
    change     JSON NOT NULL,
    precommit  TEXT,  -- Only exists on commit entries. Purely for debugging.
    PRIMARY KEY (watermark, pos)
  );

  CREATE TABLE "zero_0/cdc"."replicationState" (
    "lastWatermark" TEXT NOT NULL,
    "owner" TEXT,
    "ownerAddress" TEXT,
    "lock" INTEGER PRIMARY KEY DEFAULT 1 CHECK (lock=1)
  );

  CREATE TABLE "zero_0/cdc"."replicationConfig" (
    "replicaVersion" TEXT NOT NULL,
    "publications" TEXT[] NOT NULL,
    "resetRequired" BOOL,
    "lock" INTEGER PRIMARY KEY DEFAULT 1 CHECK (lock=1)
  );

  CREATE TABLE "zero_0/cdc"."tableMetadata" (
    "schema" TEXT NOT NULL,
    "table" TEXT NOT NULL,
    "metadata" JSONB NOT NULL,
    PRIMARY KEY("schema", "table")
  );

  CREATE TABLE "zero_0/cdc"."backfilling" (
    "schema" TEXT NOT NULL,
    "table" TEXT NOT NULL,
    "column" TEXT NOT NULL,
    "backfill" JSONB NOT NULL,
    PRIMARY KEY("schema", "table", "column")
  );
INSERT INTO "zero_0/cdc"."versionHistory" ("dataVersion","schemaVersion","minSafeVersion")values($1,$2,$3)
      ON CONFLICT (lock) DO UPDATE SET "dataVersion"=$4,"schemaVersion"=$5,"minSafeVersion"=$6
  \bind '6' '6' '1' '6' '6' '1' \g
commit;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT 1;
SELECT current_setting('wal_level') as "walLevel", 
             current_setting('server_version_num') as "version";
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT pg_advisory_xact_lock(hashtext($1))
  \bind 'migrate-schema:zero_0' \g
SELECT nspname, relname FROM pg_class
    JOIN pg_namespace ON relnamespace = pg_namespace.oid
    WHERE nspname = $1 AND relname = $2
  \bind 'zero_0' 'versionHistory' \g
CREATE SCHEMA IF NOT EXISTS "zero_0";
    CREATE TABLE IF NOT EXISTS "zero_0"."versionHistory" (
      "dataVersion" int NOT NULL,
      "schemaVersion" int NOT NULL,
      "minSafeVersion" int NOT NULL,

      lock char(1) NOT NULL CONSTRAINT DF_schema_meta_lock DEFAULT 'v',
      CONSTRAINT PK_schema_meta_lock PRIMARY KEY (lock),
      CONSTRAINT CK_schema_meta_lock CHECK (lock='v')
    );
SELECT "dataVersion", "schemaVersion", "minSafeVersion"
       FROM "zero_0"."versionHistory";
DROP PUBLICATION IF EXISTS "_zero_public_0";
CREATE PUBLICATION "_zero_public_0" 
        FOR TABLES IN SCHEMA public
        WITH (publish_via_partition_root = true);
CREATE SCHEMA IF NOT EXISTS "zero";

  CREATE TABLE IF NOT EXISTS "zero".permissions (
    "permissions" JSONB,
    "hash"        TEXT,

    -- Ensure that there is only a single row in the table.
    -- Application code can be agnostic to this column, and
    -- simply invoke UPDATE statements on the version columns.
    "lock" BOOL PRIMARY KEY DEFAULT true CHECK (lock)
  );

  CREATE OR REPLACE FUNCTION "zero".set_permissions_hash()
  RETURNS TRIGGER AS $$
  BEGIN
      NEW.hash = md5(NEW.permissions::text);
      RETURN NEW;
  END;
  $$ LANGUAGE plpgsql;

  CREATE OR REPLACE TRIGGER on_set_permissions 
    BEFORE INSERT OR UPDATE ON "zero".permissions
    FOR EACH ROW
    EXECUTE FUNCTION "zero".set_permissions_hash();

  INSERT INTO "zero".permissions (permissions) VALUES (NULL) ON CONFLICT DO NOTHING;

  CREATE SCHEMA IF NOT EXISTS "zero_0";

  
  CREATE TABLE "zero_0"."clients" (
    "clientGroupID"  TEXT NOT NULL,
    "clientID"       TEXT NOT NULL,
    "lastMutationID" BIGINT NOT NULL,
    "userID"         TEXT,
    PRIMARY KEY("clientGroupID", "clientID")
  );
  
  CREATE TABLE "zero_0"."mutations" (
    "clientGroupID"  TEXT NOT NULL,
    "clientID"       TEXT NOT NULL,
    "mutationID"     BIGINT NOT NULL,
    "result"         JSON NOT NULL,
    PRIMARY KEY("clientGroupID", "clientID", "mutationID")
  );

  DROP PUBLICATION IF EXISTS "_zero_metadata_0";
  CREATE PUBLICATION "_zero_metadata_0"
    FOR TABLE "zero"."permissions", TABLE "zero_0"."clients", "zero_0"."mutations";

  CREATE TABLE "zero_0"."shardConfig" (
    "publications"  TEXT[] NOT NULL,
    "ddlDetection"  BOOL NOT NULL,

    -- Ensure that there is only a single row in the table.
    "lock" BOOL PRIMARY KEY DEFAULT true CHECK (lock)
  );

  INSERT INTO "zero_0"."shardConfig" (
      "publications",
      "ddlDetection" 
    ) VALUES (
      ARRAY['_zero_metadata_0','_zero_public_0'], 
      false  -- set in SAVEPOINT with triggerSetup() statements
    );

  CREATE TABLE "zero_0".replicas (
    -- The DEFAULT exists purely for backwards compatibility support.
    -- New code always specifies a value based on Date.now().
    "id"                 TEXT PRIMARY KEY DEFAULT replace(gen_random_uuid()::text, '-', ''),
    "rank"               BIGSERIAL,
    "slot"               TEXT NOT NULL,
    "version"            TEXT NOT NULL,
    "initialSchema"      JSON,  -- set after initial sync
    "initialSyncContext" JSON,
    "subscriberContext"  JSON
  );
SELECT 
    schemaname AS "schema",
    tablename AS "table", 
    json_object_agg(pubname, attnames) AS "publications"
    FROM pg_publication_tables pb
    WHERE pb.pubname IN ('_zero_public_0','_zero_metadata_0')
    GROUP BY schemaname, tablename;

  SELECT pubname,pubinsert,pubupdate,pubdelete,pubtruncate FROM pg_publication pb
    WHERE pb.pubname IN ('_zero_public_0','_zero_metadata_0')
    ORDER BY pubname;

  
WITH published_columns AS (SELECT 
  pc.oid::int8 AS "oid",
  nspname AS "schema",
  pc.relnamespace::int8 AS "schemaOID" ,
  pc.relname AS "name", 
  pc.relreplident AS "replicaIdentity",
  attnum AS "pos", 
  attname AS "col", 
  pt.typname AS "type", 
  atttypid::int8 AS "typeOID", 
  pt.typtype,
  elem_pt.typtype AS "elemTyptype",
  NULLIF(atttypmod, -1) AS "maxLen", 
  attndims "arrayDims", 
  attnotnull AS "notNull",
  pg_get_expr(pd.adbin, pd.adrelid) as "dflt",
  NULLIF(ARRAY_POSITION(conkey, attnum), -1) AS "keyPos", 
  pb.rowfilter as "rowFilter",
  pb.pubname as "publication"
FROM pg_attribute
JOIN pg_class pc ON pc.oid = attrelid
JOIN pg_namespace pns ON pns.oid = relnamespace
JOIN pg_type pt ON atttypid = pt.oid
LEFT JOIN pg_type elem_pt ON elem_pt.oid = pt.typelem
JOIN pg_publication_tables as pb ON 
  pb.schemaname = nspname AND 
  pb.tablename = pc.relname AND
  attname = ANY(pb.attnames)
LEFT JOIN pg_constraint pk ON pk.contype = 'p' AND pk.connamespace = relnamespace AND pk.conrelid = attrelid
LEFT JOIN pg_attrdef pd ON pd.adrelid = attrelid AND pd.adnum = attnum
WHERE pb.pubname IN ('_zero_public_0','_zero_metadata_0') AND 
      (current_setting('server_version_num')::int >= 160000 OR attgenerated = '')
ORDER BY nspname, pc.relname),

tables AS (SELECT json_build_object(
  'oid', "oid",
  'schema', "schema", 
  'schemaOID', "schemaOID",
  'name', "name", 
  'replicaIdentity', "replicaIdentity",
  'columns', json_object_agg(
    DISTINCT
    col,
    jsonb_build_object(
      'pos', "pos",
      'dataType', CASE WHEN "arrayDims" = 0 
                       THEN "type" 
                       ELSE substring("type" from 2) || repeat('[]', "arrayDims") END,
      'pgTypeClass', "typtype",
      'elemPgTypeClass', "elemTyptype",
      'typeOID', "typeOID",
      -- https://stackoverflow.com/a/52376230
      'characterMaximumLength', CASE WHEN "typeOID" = 1043 OR "typeOID" = 1042 
                                     THEN "maxLen" - 4 
                                     ELSE "maxLen" END,
      'notNull', "notNull",
      'dflt', "dflt"
    )
  ),
  'primaryKey', ARRAY( SELECT json_object_keys(
    json_strip_nulls(
      json_object_agg(
        DISTINCT "col", "keyPos" ORDER BY "keyPos"
      )
    )
  )),
  'publications', json_object_agg(
    DISTINCT 
    "publication", 
    jsonb_build_object('rowFilter', "rowFilter")
  )
) AS "table" FROM published_columns 
  GROUP BY "schema", "schemaOID", "name", "oid", "replicaIdentity"),
  
  indexed_columns AS (SELECT
      pg_indexes.schemaname as "schema",
      pg_indexes.tablename as "tableName",
      pg_indexes.indexname as "name",
      index_column.name as "col",
      CASE WHEN pg_index.indoption[index_column.pos-1] & 1 = 1 THEN 'DESC' ELSE 'ASC' END as "dir",
      pg_index.indisunique as "unique",
      pg_index.indisprimary as "isPrimaryKey",
      pg_index.indisreplident as "isReplicaIdentity",
      pg_index.indimmediate as "isImmediate"
    FROM pg_indexes
    JOIN pg_namespace ON pg_indexes.schemaname = pg_namespace.nspname
    JOIN pg_class pc ON
      pc.relname = pg_indexes.indexname
      AND pc.relnamespace = pg_namespace.oid
    JOIN pg_publication_tables as pb ON 
      pb.schemaname = pg_indexes.schemaname AND 
      pb.tablename = pg_indexes.tablename
    JOIN pg_index ON pg_index.indexrelid = pc.oid
    JOIN LATERAL (
      SELECT array_agg(attname) as attnames, array_agg(attgenerated != '') as generated FROM pg_attribute
        WHERE attrelid = pg_index.indrelid
          AND attnum = ANY( (pg_index.indkey::smallint[] )[:pg_index.indnkeyatts - 1] )
    ) as indexed ON true
    JOIN LATERAL (
      SELECT pg_attribute.attname as name, col.index_pos as pos
        FROM UNNEST( (pg_index.indkey::smallint[])[:pg_index.indnkeyatts - 1] ) 
          WITH ORDINALITY as col(table_pos, index_pos)
        JOIN pg_attribute ON attrelid = pg_index.indrelid AND attnum = col.table_pos
    ) AS index_column ON true
    LEFT JOIN pg_constraint ON pg_constraint.conindid = pc.oid
    WHERE pb.pubname IN ('_zero_public_0','_zero_metadata_0')
      AND pg_index.indexprs IS NULL
      AND pg_index.indpred IS NULL
      AND (pg_constraint.contype IS NULL OR pg_constraint.contype IN ('p', 'u'))
      AND indexed.attnames <@ pb.attnames
      AND (current_setting('server_version_num')::int >= 160000 OR false = ALL(indexed.generated))
    ORDER BY
      pg_indexes.schemaname,
      pg_indexes.tablename,
      pg_indexes.indexname,
      index_column.pos ASC),
  
    indexes AS (SELECT json_build_object(
      'schema', "schema",
      'tableName', "tableName",
      'name', "name",
      'unique', "unique",
      'isPrimaryKey', "isPrimaryKey",
      'isReplicaIdentity', "isReplicaIdentity",
      'isImmediate', "isImmediate",
      'columns', json_object_agg("col", "dir")
    ) AS index FROM indexed_columns 
      GROUP BY "schema", "tableName", "name", "unique", 
         "isPrimaryKey", "isReplicaIdentity", "isImmediate")

    SELECT json_build_object(
      'tables', COALESCE((SELECT json_agg("table") FROM tables), '[]'::json),
      'indexes', COALESCE((SELECT json_agg("index") FROM indexes), '[]'::json)
    ) as "publishedSchema"
  ;
SELECT "ddlDetection" FROM "zero_0"."shardConfig";
CREATE SCHEMA IF NOT EXISTS "zero_0";

CREATE OR REPLACE FUNCTION "zero_0".get_trigger_context()
RETURNS record AS $$
DECLARE
  result record;
BEGIN
  SELECT COALESCE(current_query(), 'current_query() returned NULL') AS "query" into result;
  RETURN result;
END
$$ LANGUAGE plpgsql;


CREATE OR REPLACE FUNCTION "zero_0".notice_ignore(reason TEXT, tag TEXT, target record)
RETURNS void AS $$
BEGIN
  RAISE NOTICE 'zero_0 ignoring % % %', reason, tag, 
    COALESCE(row_to_json(target)::text, '');
END
$$ LANGUAGE plpgsql;


-- Note: DROP and CREATE to upgrade from v20 to v21 because the
-- return type has changed. This can be simplified to CREATE OR REPLACE
-- once 1.5.0 is rollback safe.
DROP FUNCTION IF EXISTS "zero_0".schema_specs();
CREATE FUNCTION "zero_0".schema_specs()
RETURNS JSON 
STABLE
AS $$
  
WITH published_columns AS (SELECT 
  pc.oid::int8 AS "oid",
  nspname AS "schema",
  pc.relnamespace::int8 AS "schemaOID" ,
  pc.relname AS "name", 
  pc.relreplident AS "replicaIdentity",
  attnum AS "pos", 
  attname AS "col", 
  pt.typname AS "type", 
  atttypid::int8 AS "typeOID", 
  pt.typtype,
  elem_pt.typtype AS "elemTyptype",
  NULLIF(atttypmod, -1) AS "maxLen", 
  attndims "arrayDims", 
  attnotnull AS "notNull",
  pg_get_expr(pd.adbin, pd.adrelid) as "dflt",
  NULLIF(ARRAY_POSITION(conkey, attnum), -1) AS "keyPos", 
  pb.rowfilter as "rowFilter",
  pb.pubname as "publication"
FROM pg_attribute
JOIN pg_class pc ON pc.oid = attrelid
JOIN pg_namespace pns ON pns.oid = relnamespace
JOIN pg_type pt ON atttypid = pt.oid
LEFT JOIN pg_type elem_pt ON elem_pt.oid = pt.typelem
JOIN pg_publication_tables as pb ON 
  pb.schemaname = nspname AND 
  pb.tablename = pc.relname AND
  attname = ANY(pb.attnames)
LEFT JOIN pg_constraint pk ON pk.contype = 'p' AND pk.connamespace = relnamespace AND pk.conrelid = attrelid
LEFT JOIN pg_attrdef pd ON pd.adrelid = attrelid AND pd.adnum = attnum
WHERE pb.pubname IN ('_zero_public_0','_zero_metadata_0') AND 
      (current_setting('server_version_num')::int >= 160000 OR attgenerated = '')
ORDER BY nspname, pc.relname),

tables AS (SELECT json_build_object(
  'oid', "oid",
  'schema', "schema", 
  'schemaOID', "schemaOID",
  'name', "name", 
  'replicaIdentity', "replicaIdentity",
  'columns', json_object_agg(
    DISTINCT
    col,
    jsonb_build_object(
      'pos', "pos",
      'dataType', CASE WHEN "arrayDims" = 0 
                       THEN "type" 
                       ELSE substring("type" from 2) || repeat('[]', "arrayDims") END,
      'pgTypeClass', "typtype",
      'elemPgTypeClass', "elemTyptype",
      'typeOID', "typeOID",
      -- https://stackoverflow.com/a/52376230
      'characterMaximumLength', CASE WHEN "typeOID" = 1043 OR "typeOID" = 1042 
                                     THEN "maxLen" - 4 
                                     ELSE "maxLen" END,
      'notNull', "notNull",
      'dflt', "dflt"
    )
  ),
  'primaryKey', ARRAY( SELECT json_object_keys(
    json_strip_nulls(
      json_object_agg(
        DISTINCT "col", "keyPos" ORDER BY "keyPos"
      )
    )
  )),
  'publications', json_object_agg(
    DISTINCT 
    "publication", 
    jsonb_build_object('rowFilter', "rowFilter")
  )
) AS "table" FROM published_columns 
  GROUP BY "schema", "schemaOID", "name", "oid", "replicaIdentity"),
  
  indexed_columns AS (SELECT
      pg_indexes.schemaname as "schema",
      pg_indexes.tablename as "tableName",
      pg_indexes.indexname as "name",
      index_column.name as "col",
      CASE WHEN pg_index.indoption[index_column.pos-1] & 1 = 1 THEN 'DESC' ELSE 'ASC' END as "dir",
      pg_index.indisunique as "unique",
      pg_index.indisprimary as "isPrimaryKey",
      pg_index.indisreplident as "isReplicaIdentity",
      pg_index.indimmediate as "isImmediate"
    FROM pg_indexes
    JOIN pg_namespace ON pg_indexes.schemaname = pg_namespace.nspname
    JOIN pg_class pc ON
      pc.relname = pg_indexes.indexname
      AND pc.relnamespace = pg_namespace.oid
    JOIN pg_publication_tables as pb ON 
      pb.schemaname = pg_indexes.schemaname AND 
      pb.tablename = pg_indexes.tablename
    JOIN pg_index ON pg_index.indexrelid = pc.oid
    JOIN LATERAL (
      SELECT array_agg(attname) as attnames, array_agg(attgenerated != '') as generated FROM pg_attribute
        WHERE attrelid = pg_index.indrelid
          AND attnum = ANY( (pg_index.indkey::smallint[] )[:pg_index.indnkeyatts - 1] )
    ) as indexed ON true
    JOIN LATERAL (
      SELECT pg_attribute.attname as name, col.index_pos as pos
        FROM UNNEST( (pg_index.indkey::smallint[])[:pg_index.indnkeyatts - 1] ) 
          WITH ORDINALITY as col(table_pos, index_pos)
        JOIN pg_attribute ON attrelid = pg_index.indrelid AND attnum = col.table_pos
    ) AS index_column ON true
    LEFT JOIN pg_constraint ON pg_constraint.conindid = pc.oid
    WHERE pb.pubname IN ('_zero_public_0','_zero_metadata_0')
      AND pg_index.indexprs IS NULL
      AND pg_index.indpred IS NULL
      AND (pg_constraint.contype IS NULL OR pg_constraint.contype IN ('p', 'u'))
      AND indexed.attnames <@ pb.attnames
      AND (current_setting('server_version_num')::int >= 160000 OR false = ALL(indexed.generated))
    ORDER BY
      pg_indexes.schemaname,
      pg_indexes.tablename,
      pg_indexes.indexname,
      index_column.pos ASC),
  
    indexes AS (SELECT json_build_object(
      'schema', "schema",
      'tableName', "tableName",
      'name', "name",
      'unique', "unique",
      'isPrimaryKey', "isPrimaryKey",
      'isReplicaIdentity', "isReplicaIdentity",
      'isImmediate', "isImmediate",
      'columns', json_object_agg("col", "dir")
    ) AS index FROM indexed_columns 
      GROUP BY "schema", "tableName", "name", "unique", 
         "isPrimaryKey", "isReplicaIdentity", "isImmediate")

    SELECT json_build_object(
      'tables', COALESCE((SELECT json_agg("table") FROM tables), '[]'::json),
      'indexes', COALESCE((SELECT json_agg("index") FROM indexes), '[]'::json)
    ) as "publishedSchema"
  
$$ LANGUAGE sql;


-- Stores the most recent published schema
CREATE TABLE IF NOT EXISTS "zero_0"."publishedSchema" (
  current JSON,
  exists BOOL PRIMARY KEY DEFAULT true CHECK (exists)
);

INSERT INTO "zero_0"."publishedSchema" (current) VALUES ("zero_0".schema_specs())
  ON CONFLICT (exists) DO 
  UPDATE SET current = excluded.current;


CREATE OR REPLACE FUNCTION "zero_0".update_schemas(event_type text, tag text, target record)
RETURNS void AS $$
DECLARE
  prev_schema_specs JSON;
  schema_specs JSON;
  message TEXT;
BEGIN
  SELECT current FROM "zero_0"."publishedSchema" INTO prev_schema_specs;
  SELECT "zero_0".schema_specs() INTO schema_specs;
  
  IF prev_schema_specs::text != schema_specs::text THEN
    UPDATE "zero_0"."publishedSchema" SET current = schema_specs;
  ELSIF event_type = 'ddlStart' THEN
    -- ddlStart events are always be emitted to allow the zero-cache
    -- to track the context of the current command tag in the face of
    -- nested event triggers (e.g. start->start->end->end).
    prev_schema_specs = NULL;
  ELSIF event_type = 'ddlUpdate' THEN
    -- TODO: fold 'schemaSnapshot' into this condition too (i.e. make it "ELSE")
    -- when 1.5.0 is rollback safe. Until then, noop schemaSnapshots are sent
    -- for compatibility with 1.0.0 ~ 1.4.0.
    PERFORM "zero_0".notice_ignore('noop', tag, target);
    RETURN;
  END IF;

  SELECT json_build_object(
    'type', event_type,
    'version', 1,
    'previousSchema', prev_schema_specs,
    'schema', schema_specs,
    'event', json_build_object('tag', tag),
    'context', "zero_0".get_trigger_context()
  ) INTO message;

  PERFORM pg_logical_emit_message(true, 'zero/0/ddl', message);

  RAISE NOTICE 'Emitted zero_0 % for % %', event_type, tag,
    COALESCE(row_to_json(target)::text, '');
END
$$ LANGUAGE plpgsql;


-- Hook/workaround to manually trigger replication of schema changes on DBs 
-- that do not support/allow event triggers.
CREATE OR REPLACE FUNCTION "zero_0".update_schemas()
RETURNS void AS $$
BEGIN
  PERFORM "zero_0".update_schemas('schemaSnapshot', 'MANUAL', NULL);
END
$$ LANGUAGE plpgsql;


CREATE OR REPLACE FUNCTION "zero_0".emit_ddl_start()
RETURNS event_trigger AS $$
DECLARE
  schema_specs JSON;
  message TEXT;
BEGIN
  -- serialize DDL statements to compute correct schema change diffs
  PERFORM pg_advisory_xact_lock(4353719051050729648);
  PERFORM "zero_0".update_schemas('ddlStart', TG_TAG, NULL);
END
$$ LANGUAGE plpgsql;


CREATE OR REPLACE FUNCTION "zero_0".emit_ddl_end()
RETURNS event_trigger AS $$
DECLARE
  publications TEXT[];
  target RECORD;
  relevant RECORD;
  schema_specs JSON;
  message TEXT;
  event TEXT;
BEGIN
  publications := ARRAY['_zero_public_0','_zero_metadata_0'];

  SELECT objid, object_type, object_identity 
    FROM pg_event_trigger_ddl_commands() 
    LIMIT 1 INTO target;

  -- Filter DDL updates that are not relevant to the shard (i.e. publications) when possible.
  SELECT true INTO relevant;

  -- Note: ALTER TABLE statements may *remove* the table from the set of published
  --       tables, and there is no way to determine if the table "used to be" in the
  --       set. Thus, all ALTER TABLE statements must produce a ddl update, similar to
  --       any DROP * statement.
  IF (target.object_type = 'table' AND TG_TAG != 'ALTER TABLE') 
     OR target.object_type = 'table column' THEN
    SELECT ns.nspname AS "schema", c.relname AS "name" FROM pg_class AS c
      JOIN pg_namespace AS ns ON c.relnamespace = ns.oid
      JOIN pg_publication_tables AS pb ON pb.schemaname = ns.nspname AND pb.tablename = c.relname
      WHERE c.oid = target.objid AND pb.pubname = ANY (publications)
      INTO relevant;

  ELSIF target.object_type = 'index' THEN
    SELECT ns.nspname AS "schema", c.relname AS "name" FROM pg_class AS c
      JOIN pg_namespace AS ns ON c.relnamespace = ns.oid
      JOIN pg_indexes as ind ON ind.schemaname = ns.nspname AND ind.indexname = c.relname
      JOIN pg_publication_tables AS pb ON pb.schemaname = ns.nspname AND pb.tablename = ind.tablename
      WHERE c.oid = target.objid AND pb.pubname = ANY (publications)
      INTO relevant;

  ELSIF target.object_type = 'publication relation' THEN
    SELECT pb.pubname FROM pg_publication_rel AS rel
      JOIN pg_publication AS pb ON pb.oid = rel.prpubid
      WHERE rel.oid = target.objid AND pb.pubname = ANY (publications) 
      INTO relevant;

  ELSIF target.object_type = 'publication namespace' THEN
    SELECT pb.pubname FROM pg_publication_namespace AS ns
      JOIN pg_publication AS pb ON pb.oid = ns.pnpubid
      WHERE ns.oid = target.objid AND pb.pubname = ANY (publications) 
      INTO relevant;

  ELSIF target.object_type = 'schema' THEN
    SELECT ns.nspname AS "schema", c.relname AS "name" FROM pg_class AS c
      JOIN pg_namespace AS ns ON c.relnamespace = ns.oid
      JOIN pg_publication_tables AS pb ON pb.schemaname = ns.nspname AND pb.tablename = c.relname
      WHERE ns.oid = target.objid AND pb.pubname = ANY (publications)
      INTO relevant;

  ELSIF target.object_type = 'publication' THEN
    SELECT 1 WHERE target.object_identity = ANY (publications)
      INTO relevant;

  -- no-op CREATE IF NOT EXIST statements
  ELSIF TG_TAG LIKE 'CREATE %' AND target.object_type IS NULL THEN
    relevant := NULL;
  END IF;

  IF relevant IS NULL THEN
    PERFORM "zero_0".notice_ignore('irrelevant', TG_TAG, target);
    RETURN;
  END IF;

  IF TG_TAG = 'COMMENT' THEN
    -- Only make schemaSnapshots for COMMENT ON PUBLICATION
    IF target.object_type != 'publication' THEN
      PERFORM "zero_0".notice_ignore('irrelevant', TG_TAG, target);
      RETURN;
    END IF;
    PERFORM "zero_0".update_schemas('schemaSnapshot', TG_TAG, target);
  ELSE
    PERFORM "zero_0".update_schemas('ddlUpdate', TG_TAG, target);
  END IF;

END
$$ LANGUAGE plpgsql;
savepoint "s0";
DROP EVENT TRIGGER IF EXISTS "zero_ddl_start_0";
    DROP EVENT TRIGGER IF EXISTS "zero_ddl_end_0";
  
CREATE EVENT TRIGGER "zero_ddl_start_0"
  ON ddl_command_start
  WHEN TAG IN ('CREATE TABLE','ALTER TABLE','CREATE INDEX','DROP TABLE','DROP INDEX','ALTER PUBLICATION','ALTER SCHEMA')
  EXECUTE PROCEDURE "zero_0".emit_ddl_start();

CREATE EVENT TRIGGER "zero_ddl_end_0"
  ON ddl_command_end
  WHEN TAG IN ('CREATE TABLE','ALTER TABLE','CREATE INDEX','DROP TABLE','DROP INDEX','ALTER PUBLICATION','ALTER SCHEMA','COMMENT')
  EXECUTE PROCEDURE "zero_0".emit_ddl_end();
DROP FUNCTION IF EXISTS "zero_0".emit_ddl_end(text) CASCADE;DROP FUNCTION IF EXISTS "zero_0".notice_ignore(text, record);DROP FUNCTION IF EXISTS "zero_0".emit_create_table() CASCADE;DROP FUNCTION IF EXISTS "zero_0".emit_alter_table() CASCADE;DROP FUNCTION IF EXISTS "zero_0".emit_create_index() CASCADE;DROP FUNCTION IF EXISTS "zero_0".emit_drop_table() CASCADE;DROP FUNCTION IF EXISTS "zero_0".emit_drop_index() CASCADE;DROP FUNCTION IF EXISTS "zero_0".emit_alter_publication() CASCADE;DROP FUNCTION IF EXISTS "zero_0".emit_alter_schema() CASCADE;DROP FUNCTION IF EXISTS "zero_0".emit_comment() CASCADE;UPDATE "zero_0"."shardConfig" SET "ddlDetection" = true;
INSERT INTO "zero_0"."versionHistory" ("dataVersion","schemaVersion","minSafeVersion")values($1,$2,$3)
      ON CONFLICT (lock) DO UPDATE SET "dataVersion"=$4,"schemaVersion"=$5,"minSafeVersion"=$6
  \bind '23' '23' '1' '23' '23' '1' \g
commit;
SELECT "publications", "ddlDetection"
      FROM "zero_0"."shardConfig";
SELECT pubname FROM pg_publication WHERE pubname IN ($1,$2)
  \bind '_zero_metadata_0' '_zero_public_0' \g
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT pg_advisory_xact_lock(hashtext($1))
  \bind 'replication-slot-management:zero_0' \g
SELECT slot_name as slot, pg_drop_replication_slot(slot_name) 
        FROM pg_replication_slots
        LEFT JOIN "zero_0"."replicas" replica on slot_name = slot
        WHERE slot_name LIKE $1 
          AND NOT active
          AND replica.id IS NULL
  \bind 'zero\\_0\\_%' \g
SELECT slot_name as slot, active_pid as pid, replica.id as id
        FROM pg_replication_slots
        LEFT JOIN "zero_0"."replicas" replica on slot_name = slot
        WHERE slot_name LIKE $1
  \bind 'zero\\_0\\_%' \g
commit;
SET lock_timeout = 29000;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT pg_advisory_xact_lock(hashtext($1))
  \bind 'replication-slot-management:zero_0' \g
SELECT slot_name as name FROM pg_replication_slots
            WHERE slot_name LIKE $1
  \bind 'zero_0_%' \g
INSERT INTO "zero_0".replicas ("id","slot","version")values($1,$2,$3)
  \bind '1795630823170' 'zero_0_a' '4scb28' \g
commit;
begin ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SET TRANSACTION SNAPSHOT '0000007E-00000003-1';
SELECT 
    schemaname AS "schema",
    tablename AS "table", 
    json_object_agg(pubname, attnames) AS "publications"
    FROM pg_publication_tables pb
    WHERE pb.pubname IN ('_zero_metadata_0','_zero_public_0')
    GROUP BY schemaname, tablename;

  SELECT pubname,pubinsert,pubupdate,pubdelete,pubtruncate FROM pg_publication pb
    WHERE pb.pubname IN ('_zero_metadata_0','_zero_public_0')
    ORDER BY pubname;

  
WITH published_columns AS (SELECT 
  pc.oid::int8 AS "oid",
  nspname AS "schema",
  pc.relnamespace::int8 AS "schemaOID" ,
  pc.relname AS "name", 
  pc.relreplident AS "replicaIdentity",
  attnum AS "pos", 
  attname AS "col", 
  pt.typname AS "type", 
  atttypid::int8 AS "typeOID", 
  pt.typtype,
  elem_pt.typtype AS "elemTyptype",
  NULLIF(atttypmod, -1) AS "maxLen", 
  attndims "arrayDims", 
  attnotnull AS "notNull",
  pg_get_expr(pd.adbin, pd.adrelid) as "dflt",
  NULLIF(ARRAY_POSITION(conkey, attnum), -1) AS "keyPos", 
  pb.rowfilter as "rowFilter",
  pb.pubname as "publication"
FROM pg_attribute
JOIN pg_class pc ON pc.oid = attrelid
JOIN pg_namespace pns ON pns.oid = relnamespace
JOIN pg_type pt ON atttypid = pt.oid
LEFT JOIN pg_type elem_pt ON elem_pt.oid = pt.typelem
JOIN pg_publication_tables as pb ON 
  pb.schemaname = nspname AND 
  pb.tablename = pc.relname AND
  attname = ANY(pb.attnames)
LEFT JOIN pg_constraint pk ON pk.contype = 'p' AND pk.connamespace = relnamespace AND pk.conrelid = attrelid
LEFT JOIN pg_attrdef pd ON pd.adrelid = attrelid AND pd.adnum = attnum
WHERE pb.pubname IN ('_zero_metadata_0','_zero_public_0') AND 
      (current_setting('server_version_num')::int >= 160000 OR attgenerated = '')
ORDER BY nspname, pc.relname),

tables AS (SELECT json_build_object(
  'oid', "oid",
  'schema', "schema", 
  'schemaOID', "schemaOID",
  'name', "name", 
  'replicaIdentity', "replicaIdentity",
  'columns', json_object_agg(
    DISTINCT
    col,
    jsonb_build_object(
      'pos', "pos",
      'dataType', CASE WHEN "arrayDims" = 0 
                       THEN "type" 
                       ELSE substring("type" from 2) || repeat('[]', "arrayDims") END,
      'pgTypeClass', "typtype",
      'elemPgTypeClass', "elemTyptype",
      'typeOID', "typeOID",
      -- https://stackoverflow.com/a/52376230
      'characterMaximumLength', CASE WHEN "typeOID" = 1043 OR "typeOID" = 1042 
                                     THEN "maxLen" - 4 
                                     ELSE "maxLen" END,
      'notNull', "notNull",
      'dflt', "dflt"
    )
  ),
  'primaryKey', ARRAY( SELECT json_object_keys(
    json_strip_nulls(
      json_object_agg(
        DISTINCT "col", "keyPos" ORDER BY "keyPos"
      )
    )
  )),
  'publications', json_object_agg(
    DISTINCT 
    "publication", 
    jsonb_build_object('rowFilter', "rowFilter")
  )
) AS "table" FROM published_columns 
  GROUP BY "schema", "schemaOID", "name", "oid", "replicaIdentity"),
  
  indexed_columns AS (SELECT
      pg_indexes.schemaname as "schema",
      pg_indexes.tablename as "tableName",
      pg_indexes.indexname as "name",
      index_column.name as "col",
      CASE WHEN pg_index.indoption[index_column.pos-1] & 1 = 1 THEN 'DESC' ELSE 'ASC' END as "dir",
      pg_index.indisunique as "unique",
      pg_index.indisprimary as "isPrimaryKey",
      pg_index.indisreplident as "isReplicaIdentity",
      pg_index.indimmediate as "isImmediate"
    FROM pg_indexes
    JOIN pg_namespace ON pg_indexes.schemaname = pg_namespace.nspname
    JOIN pg_class pc ON
      pc.relname = pg_indexes.indexname
      AND pc.relnamespace = pg_namespace.oid
    JOIN pg_publication_tables as pb ON 
      pb.schemaname = pg_indexes.schemaname AND 
      pb.tablename = pg_indexes.tablename
    JOIN pg_index ON pg_index.indexrelid = pc.oid
    JOIN LATERAL (
      SELECT array_agg(attname) as attnames, array_agg(attgenerated != '') as generated FROM pg_attribute
        WHERE attrelid = pg_index.indrelid
          AND attnum = ANY( (pg_index.indkey::smallint[] )[:pg_index.indnkeyatts - 1] )
    ) as indexed ON true
    JOIN LATERAL (
      SELECT pg_attribute.attname as name, col.index_pos as pos
        FROM UNNEST( (pg_index.indkey::smallint[])[:pg_index.indnkeyatts - 1] ) 
          WITH ORDINALITY as col(table_pos, index_pos)
        JOIN pg_attribute ON attrelid = pg_index.indrelid AND attnum = col.table_pos
    ) AS index_column ON true
    LEFT JOIN pg_constraint ON pg_constraint.conindid = pc.oid
    WHERE pb.pubname IN ('_zero_metadata_0','_zero_public_0')
      AND pg_index.indexprs IS NULL
      AND pg_index.indpred IS NULL
      AND (pg_constraint.contype IS NULL OR pg_constraint.contype IN ('p', 'u'))
      AND indexed.attnames <@ pb.attnames
      AND (current_setting('server_version_num')::int >= 160000 OR false = ALL(indexed.generated))
    ORDER BY
      pg_indexes.schemaname,
      pg_indexes.tablename,
      pg_indexes.indexname,
      index_column.pos ASC),
  
    indexes AS (SELECT json_build_object(
      'schema', "schema",
      'tableName', "tableName",
      'name', "name",
      'unique', "unique",
      'isPrimaryKey', "isPrimaryKey",
      'isReplicaIdentity', "isReplicaIdentity",
      'isImmediate', "isImmediate",
      'columns', json_object_agg("col", "dir")
    ) AS index FROM indexed_columns 
      GROUP BY "schema", "tableName", "name", "unique", 
         "isPrimaryKey", "isReplicaIdentity", "isImmediate")

    SELECT json_build_object(
      'tables', COALESCE((SELECT json_agg("table") FROM tables), '[]'::json),
      'indexes', COALESCE((SELECT json_agg("index") FROM indexes), '[]'::json)
    ) as "publishedSchema"
  ;
commit;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT 1;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
begin ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SET TRANSACTION SNAPSHOT '0000007E-00000003-1';
SELECT GREATEST(reltuples, 0)::float8 AS "totalRows",
         pg_table_size(oid)::float8 AS "totalBytes"
    FROM pg_class
    WHERE oid = $1::regclass
  \bind '"public"."country"' \g
SELECT GREATEST(reltuples, 0)::float8 AS "totalRows",
         pg_table_size(oid)::float8 AS "totalBytes"
    FROM pg_class
    WHERE oid = $1::regclass
  \bind '"public"."note"' \g
SELECT GREATEST(reltuples, 0)::float8 AS "totalRows",
         pg_table_size(oid)::float8 AS "totalBytes"
    FROM pg_class
    WHERE oid = $1::regclass
  \bind '"public"."place"' \g
SELECT GREATEST(reltuples, 0)::float8 AS "totalRows",
         pg_table_size(oid)::float8 AS "totalBytes"
    FROM pg_class
    WHERE oid = $1::regclass
  \bind '"public"."star"' \g
SELECT GREATEST(reltuples, 0)::float8 AS "totalRows",
         pg_table_size(oid)::float8 AS "totalBytes"
    FROM pg_class
    WHERE oid = $1::regclass
  \bind '"zero_0"."clients"' \g
COPY (SELECT "country_code","id","is_capital","latitude","longitude","name","region_code" FROM "public"."place" ) TO STDOUT WITH (FORMAT binary);
COPY (SELECT "clientGroupID","clientID","lastMutationID","userID" FROM "zero_0"."clients" ) TO STDOUT WITH (FORMAT binary);
commit;
begin ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SET TRANSACTION SNAPSHOT '0000007E-00000003-1';
SELECT GREATEST(reltuples, 0)::float8 AS "totalRows",
         pg_table_size(oid)::float8 AS "totalBytes"
    FROM pg_class
    WHERE oid = $1::regclass
  \bind '"public"."region"' \g
COPY (SELECT "area","capital","code","continent","flag","languages","name","official_name","place_count","subregion" FROM "public"."country" ) TO STDOUT WITH (FORMAT binary);
COPY (SELECT "hash","lock","permissions" FROM "zero"."permissions" ) TO STDOUT WITH (FORMAT binary);
commit;
begin ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SET TRANSACTION SNAPSHOT '0000007E-00000003-1';
SELECT GREATEST(reltuples, 0)::float8 AS "totalRows",
         pg_table_size(oid)::float8 AS "totalBytes"
    FROM pg_class
    WHERE oid = $1::regclass
  \bind '"zero"."permissions"' \g
COPY (SELECT "code","country_code","name" FROM "public"."region" ) TO STDOUT WITH (FORMAT binary);
commit;
begin ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SET TRANSACTION SNAPSHOT '0000007E-00000003-1';
SELECT GREATEST(reltuples, 0)::float8 AS "totalRows",
         pg_table_size(oid)::float8 AS "totalBytes"
    FROM pg_class
    WHERE oid = $1::regclass
  \bind '"zero_0"."mutations"' \g
COPY (SELECT "created_at","place_id" FROM "public"."star" ) TO STDOUT WITH (FORMAT binary);
commit;
begin ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SET TRANSACTION SNAPSHOT '0000007E-00000003-1';
COPY (SELECT "body","created_at","id","place_id" FROM "public"."note" ) TO STDOUT WITH (FORMAT binary);
COPY (SELECT "clientGroupID","clientID","mutationID","result" FROM "zero_0"."mutations" ) TO STDOUT WITH (FORMAT binary);
commit;
UPDATE "zero_0".replicas SET "initialSchema"=$1,"initialSyncContext"=$2 WHERE id = $3
  \bind '{"tables":[{"oid":16659,"schema":"public","schemaOID":2200,"name":"country","replicaIdentity":"d","columns":{"area":{"pos":8,"dflt":null,"notNull":true,"typeOID":701,"dataType":"float8","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"capital":{"pos":6,"dflt":null,"notNull":false,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"code":{"pos":1,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"continent":{"pos":4,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"flag":{"pos":7,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"languages":{"pos":9,"dflt":null,"notNull":true,"typeOID":1009,"dataType":"text[]","pgTypeClass":"b","elemPgTypeClass":"b","characterMaximumLength":null},"name":{"pos":2,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"official_name":{"pos":3,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"place_count":{"pos":10,"dflt":"0","notNull":true,"typeOID":23,"dataType":"int4","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"subregion":{"pos":5,"dflt":null,"notNull":false,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["code"],"publications":{"_zero_public_0":{"rowFilter":null}},"replicaIdentityColumns":["code"]},{"oid":16732,"schema":"public","schemaOID":2200,"name":"note","replicaIdentity":"d","columns":{"body":{"pos":3,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"created_at":{"pos":4,"dflt":"now()","notNull":true,"typeOID":1184,"dataType":"timestamptz","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"id":{"pos":1,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"place_id":{"pos":2,"dflt":null,"notNull":true,"typeOID":23,"dataType":"int4","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["id"],"publications":{"_zero_public_0":{"rowFilter":null}},"replicaIdentityColumns":["id"]},{"oid":16691,"schema":"public","schemaOID":2200,"name":"place","replicaIdentity":"d","columns":{"country_code":{"pos":3,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"id":{"pos":1,"dflt":null,"notNull":true,"typeOID":23,"dataType":"int4","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"is_capital":{"pos":7,"dflt":"false","notNull":true,"typeOID":16,"dataType":"bool","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"latitude":{"pos":5,"dflt":null,"notNull":true,"typeOID":701,"dataType":"float8","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"longitude":{"pos":6,"dflt":null,"notNull":true,"typeOID":701,"dataType":"float8","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"name":{"pos":2,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"region_code":{"pos":4,"dflt":null,"notNull":false,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["id"],"publications":{"_zero_public_0":{"rowFilter":null}},"replicaIdentityColumns":["id"]},{"oid":16675,"schema":"public","schemaOID":2200,"name":"region","replicaIdentity":"d","columns":{"code":{"pos":1,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"country_code":{"pos":2,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"name":{"pos":3,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["code"],"publications":{"_zero_public_0":{"rowFilter":null}},"replicaIdentityColumns":["code"]},{"oid":16719,"schema":"public","schemaOID":2200,"name":"star","replicaIdentity":"d","columns":{"created_at":{"pos":2,"dflt":"now()","notNull":true,"typeOID":1184,"dataType":"timestamptz","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"place_id":{"pos":1,"dflt":null,"notNull":true,"typeOID":23,"dataType":"int4","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["place_id"],"publications":{"_zero_public_0":{"rowFilter":null}},"replicaIdentityColumns":["place_id"]},{"oid":16832,"schema":"zero","schemaOID":16831,"name":"permissions","replicaIdentity":"d","columns":{"hash":{"pos":2,"dflt":null,"notNull":false,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"lock":{"pos":3,"dflt":"true","notNull":true,"typeOID":16,"dataType":"bool","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"permissions":{"pos":1,"dflt":null,"notNull":false,"typeOID":3802,"dataType":"jsonb","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["lock"],"publications":{"_zero_metadata_0":{"rowFilter":null}},"replicaIdentityColumns":["lock"]},{"oid":16844,"schema":"zero_0","schemaOID":16817,"name":"clients","replicaIdentity":"d","columns":{"clientGroupID":{"pos":1,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"clientID":{"pos":2,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"lastMutationID":{"pos":3,"dflt":null,"notNull":true,"typeOID":20,"dataType":"int8","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"userID":{"pos":4,"dflt":null,"notNull":false,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["clientGroupID","clientID"],"publications":{"_zero_metadata_0":{"rowFilter":null}},"replicaIdentityColumns":["clientGroupID","clientID"]},{"oid":16854,"schema":"zero_0","schemaOID":16817,"name":"mutations","replicaIdentity":"d","columns":{"clientGroupID":{"pos":1,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"clientID":{"pos":2,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"mutationID":{"pos":3,"dflt":null,"notNull":true,"typeOID":20,"dataType":"int8","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"result":{"pos":4,"dflt":null,"notNull":true,"typeOID":114,"dataType":"json","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["clientGroupID","clientID","mutationID"],"publications":{"_zero_metadata_0":{"rowFilter":null}},"replicaIdentityColumns":["clientGroupID","clientID","mutationID"]}],"indexes":[{"schema":"public","tableName":"country","name":"country_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"code":"ASC"}},{"schema":"public","tableName":"note","name":"note_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"id":"ASC"}},{"schema":"public","tableName":"note","name":"note_place","unique":false,"isPrimaryKey":false,"isReplicaIdentity":false,"isImmediate":true,"columns":{"place_id":"ASC"}},{"schema":"public","tableName":"place","name":"place_country","unique":false,"isPrimaryKey":false,"isReplicaIdentity":false,"isImmediate":true,"columns":{"country_code":"ASC","name":"ASC"}},{"schema":"public","tableName":"place","name":"place_name","unique":false,"isPrimaryKey":false,"isReplicaIdentity":false,"isImmediate":true,"columns":{"name":"ASC"}},{"schema":"public","tableName":"place","name":"place_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"id":"ASC"}},{"schema":"public","tableName":"place","name":"place_region","unique":false,"isPrimaryKey":false,"isReplicaIdentity":false,"isImmediate":true,"columns":{"region_code":"ASC","name":"ASC"}},{"schema":"public","tableName":"region","name":"region_country","unique":false,"isPrimaryKey":false,"isReplicaIdentity":false,"isImmediate":true,"columns":{"country_code":"ASC"}},{"schema":"public","tableName":"region","name":"region_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"code":"ASC"}},{"schema":"public","tableName":"star","name":"star_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"place_id":"ASC"}},{"schema":"zero","tableName":"permissions","name":"permissions_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"lock":"ASC"}},{"schema":"zero_0","tableName":"clients","name":"clients_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"clientGroupID":"ASC","clientID":"ASC"}},{"schema":"zero_0","tableName":"mutations","name":"mutations_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"clientGroupID":"ASC","clientID":"ASC","mutationID":"ASC"}}]}' '{"appID":"zero","taskID":"P7SQj_jsjOVstA5qOw4VC","hostIP":"127.0.0.1","hostname":"vm","timestamp":"2026-11-25T18:20:23.165Z"}' '1795630823170' \g
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT 1;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT pg_advisory_xact_lock(hashtext($1))
  \bind 'migrate-schema:zero_0' \g
SELECT nspname, relname FROM pg_class
    JOIN pg_namespace ON relnamespace = pg_namespace.oid
    WHERE nspname = $1 AND relname = $2
  \bind 'zero_0' 'versionHistory' \g
SELECT "dataVersion", "schemaVersion", "minSafeVersion"
       FROM "zero_0"."versionHistory";
commit;
SELECT
      replicas."id",
      replicas."rank",
      replicas."slot",
      replicas."version",
      replicas."initialSchema",
      replicas."initialSyncContext",
      replicas."subscriberContext",
      "shardConfig"."publications",
      "shardConfig"."ddlDetection"
    FROM "zero_0".replicas JOIN "zero_0"."shardConfig" ON true
      WHERE version = $1 AND "initialSyncContext" IS NOT NULL
      ORDER BY rank DESC LIMIT 1
  \bind '4scb28' \g
SELECT pubname FROM pg_publication WHERE pubname IN ($1,$2)
  \bind '_zero_metadata_0' '_zero_public_0' \g
SELECT restart_lsn as "restartLSN", wal_status as "walStatus" FROM pg_replication_slots
      WHERE slot_name = $1
  \bind 'zero_0_a' \g
SELECT nspname FROM pg_namespace 
      WHERE nspname IN ($1,$2,$3)
  \bind 'zero_0/cdc' 'cdc_0' 'cdc' \g
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT pg_advisory_xact_lock(hashtext($1))
  \bind 'migrate-schema:zero_0/cdc' \g
SELECT nspname, relname FROM pg_class
    JOIN pg_namespace ON relnamespace = pg_namespace.oid
    WHERE nspname = $1 AND relname = $2
  \bind 'zero_0/cdc' 'versionHistory' \g
SELECT "dataVersion", "schemaVersion", "minSafeVersion"
       FROM "zero_0/cdc"."versionHistory";
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "replicaVersion", "publications", "resetRequired" 
      FROM "zero_0/cdc"."replicationConfig";
INSERT INTO "zero_0/cdc"."replicationConfig" ("publications","replicaVersion")values($1,$2)
  \bind '{"_zero_metadata_0","_zero_public_0"}' '4scb28' \g
INSERT INTO "zero_0/cdc"."replicationState"  ("lastWatermark","owner","ownerAddress")values($1,$2,$3) 
              ON CONFLICT (lock) DO UPDATE SET "lastWatermark"=$4,"owner"=$5,"ownerAddress"=$6
  \bind '4scb28' NULL NULL '4scb28' NULL NULL \g
INSERT INTO "zero_0/cdc"."changeLog" ("watermark","pos","change")values($1,$2,$3)
  \bind '4scb28' '0' '{"tag":"begin"}' \g
INSERT INTO "zero_0/cdc"."changeLog" ("watermark","pos","change")values($1,$2,$3)
  \bind '4scb28' '1' '{"tag":"commit"}' \g
commit;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT 1;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT pg_advisory_xact_lock(hashtext($1))
  \bind 'migrate-schema:zero_0/cvr' \g
SELECT nspname, relname FROM pg_class
    JOIN pg_namespace ON relnamespace = pg_namespace.oid
    WHERE nspname = $1 AND relname = $2
  \bind 'zero_0/cvr' 'versionHistory' \g
CREATE SCHEMA IF NOT EXISTS "zero_0/cvr";
    CREATE TABLE IF NOT EXISTS "zero_0/cvr"."versionHistory" (
      "dataVersion" int NOT NULL,
      "schemaVersion" int NOT NULL,
      "minSafeVersion" int NOT NULL,

      lock char(1) NOT NULL CONSTRAINT DF_schema_meta_lock DEFAULT 'v',
      CONSTRAINT PK_schema_meta_lock PRIMARY KEY (lock),
      CONSTRAINT CK_schema_meta_lock CHECK (lock='v')
    );
SELECT "dataVersion", "schemaVersion", "minSafeVersion"
       FROM "zero_0/cvr"."versionHistory";
CREATE SCHEMA IF NOT EXISTS "zero_0/cvr";
CREATE TABLE "zero_0/cvr".instances (
  "clientGroupID"  TEXT PRIMARY KEY,
  "version"        TEXT NOT NULL,                       -- Sortable representation of CVRVersion, e.g. "5nbqa2w:09"
  "lastActive"     TIMESTAMPTZ NOT NULL,                -- For garbage collection
  "ttlClock"       DOUBLE PRECISION NOT NULL DEFAULT 0, -- The ttl clock gets "paused" when disconnected.
  "replicaVersion" TEXT,                                -- Identifies the replica (i.e. initial-sync point) from which the CVR data comes.
  "owner"          TEXT,                                -- The ID of the task / server that has been granted ownership of the CVR.
  "grantedAt"      TIMESTAMPTZ,                         -- The time at which the current owner was last granted ownership (most recent connection time).
  "clientSchema"   JSONB,                               -- ClientSchema of the client group
  "profileID"      TEXT,                                -- Stable profile id ("p..."), falling back to the clientGroupID ("cg{clientGroupID}") for old clients
  "deleted"        BOOL DEFAULT FALSE                   -- Tombstone column for deleted CVRs; instances rows are kept longer for usage stats
);

-- For garbage collection.
CREATE INDEX instances_last_active
  ON "zero_0/cvr".instances ("lastActive") WHERE NOT "deleted";
CREATE INDEX tombstones_last_active
  ON "zero_0/cvr".instances ("lastActive") WHERE "deleted";

-- For usage stats; the composite index allows a 
-- SELECT COUNT(DISTINCT("profileID")) query to be answered by
-- an index scan without additional table lookups.
CREATE INDEX profile_ids_last_active ON "zero_0/cvr".instances ("lastActive", "profileID")
  WHERE "profileID" IS NOT NULL;

CREATE TABLE "zero_0/cvr".clients (
  "clientGroupID"      TEXT,
  "clientID"           TEXT,

  PRIMARY KEY ("clientGroupID", "clientID"),

  CONSTRAINT fk_clients_client_group
    FOREIGN KEY("clientGroupID")
    REFERENCES "zero_0/cvr".instances("clientGroupID")
    ON DELETE CASCADE
);


CREATE TABLE "zero_0/cvr".queries (
  "clientGroupID"         TEXT,
  "queryHash"             TEXT, -- this is the hash of the client query AST
  "clientAST"             JSONB, -- this is nullable as custom queries will not persist an AST
  "queryName"             TEXT, -- the name of the query if it is a custom query
  "queryArgs"             JSON, -- the arguments of the query if it is a custom query
  "patchVersion"          TEXT,  -- NULL if only desired but not yet "got"
  "transformationHash"    TEXT,
  "transformationVersion" TEXT,
  "internal"              BOOL,  -- If true, no need to track / send patches
  "deleted"               BOOL,  -- put vs del "got" query
  "rowSetSignature"       TEXT,  -- Hex XOR of h64([schema,table,rowKey]) for rows in this query (drift detection for Cap)

  PRIMARY KEY ("clientGroupID", "queryHash"),

  CONSTRAINT fk_queries_client_group
    FOREIGN KEY("clientGroupID")
    REFERENCES "zero_0/cvr".instances("clientGroupID")
    ON DELETE CASCADE
);

-- For catchup patches.
CREATE INDEX queries_patch_version 
  ON "zero_0/cvr".queries ("patchVersion" NULLS FIRST);

CREATE TABLE "zero_0/cvr".desires (
  "clientGroupID"      TEXT,
  "clientID"           TEXT,
  "queryHash"          TEXT,
  "patchVersion"       TEXT NOT NULL,
  "deleted"            BOOL,  -- put vs del "desired" query
  "ttl"                INTERVAL,  -- DEPRECATED: Use ttlMs instead. Time to live for this client
  "ttlMs"              DOUBLE PRECISION,  -- Time to live in milliseconds
  "inactivatedAt"      TIMESTAMPTZ,  -- DEPRECATED: Use inactivatedAtMs instead. Time at which this row was inactivated
  "inactivatedAtMs"    DOUBLE PRECISION,  -- Time at which this row was inactivated (milliseconds since client group start)

  PRIMARY KEY ("clientGroupID", "clientID", "queryHash"),

  CONSTRAINT fk_desires_query
    FOREIGN KEY("clientGroupID", "queryHash")
    REFERENCES "zero_0/cvr".queries("clientGroupID", "queryHash")
    ON DELETE CASCADE
);

-- For catchup patches.
CREATE INDEX desires_patch_version
  ON "zero_0/cvr".desires ("patchVersion");

CREATE INDEX desires_inactivated_at
  ON "zero_0/cvr".desires ("inactivatedAt");

CREATE TABLE "zero_0/cvr"."rowsVersion" (
  "clientGroupID" TEXT PRIMARY KEY,
  "version"       TEXT NOT NULL
);

CREATE TABLE "zero_0/cvr".rows (
  "clientGroupID"    TEXT,
  "schema"           TEXT,
  "table"            TEXT,
  "rowKey"           JSONB,
  "rowVersion"       TEXT NOT NULL,
  "patchVersion"     TEXT NOT NULL,
  "refCounts"        JSONB,  -- {[queryHash: string]: number}, NULL for tombstone

  PRIMARY KEY ("clientGroupID", "schema", "table", "rowKey"),

  CONSTRAINT fk_rows_client_group
    FOREIGN KEY("clientGroupID")
    REFERENCES "zero_0/cvr"."rowsVersion" ("clientGroupID")
    ON DELETE CASCADE
);

-- For catchup patches.
CREATE INDEX row_patch_version 
  ON "zero_0/cvr".rows ("patchVersion");

-- For listing rows returned by one or more query hashes. e.g.
-- SELECT * FROM cvr_shard.rows WHERE "refCounts" ?| array[...queryHashes...];
CREATE INDEX row_ref_counts ON "zero_0/cvr".rows 
  USING GIN ("refCounts");
INSERT INTO "zero_0/cvr"."versionHistory" ("dataVersion","schemaVersion","minSafeVersion")values($1,$2,$3)
      ON CONFLICT (lock) DO UPDATE SET "dataVersion"=$4,"schemaVersion"=$5,"minSafeVersion"=$6
  \bind '17' '17' '1' '17' '17' '1' \g
commit;
SHOW statement_timeout;
SELECT 
            COUNT(*) FILTER (WHERE "lastActive" >= $1) AS active_users_last_day,
            COUNT(DISTINCT("profileID")) FILTER (WHERE "lastActive" >= $2 AND starts_with("profileID", 'p')) AS users_1da,
            COUNT(DISTINCT("profileID")) FILTER (WHERE "lastActive" >= $3 AND starts_with("profileID", 'p')) AS users_7da,
            COUNT(DISTINCT("profileID")) FILTER (WHERE starts_with("profileID", 'p')) AS users_30da,
            COUNT(DISTINCT("profileID")) FILTER (WHERE "lastActive" >= $4) AS users_1da_legacy,
            COUNT(DISTINCT("profileID")) FILTER (WHERE "lastActive" >= $5) AS users_7da_legacy,
            COUNT(DISTINCT("profileID")) AS users_30da_legacy
            FROM "zero_0/cvr".instances
            WHERE "lastActive" >= $6
  \bind '2026-11-24T18:20:24.240000000Z' '2026-11-24T18:20:24.240000000Z' '2026-11-18T18:20:24.240000000Z' '2026-11-24T18:20:24.240000000Z' '2026-11-18T18:20:24.240000000Z' '2026-10-26T18:20:24.240000000Z' \g
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "clientGroupID" FROM "zero_0/cvr".instances
            WHERE NOT "deleted" AND "lastActive" < $1
            ORDER BY "lastActive" ASC
            LIMIT $2
            FOR UPDATE SKIP LOCKED
  \bind '2026-11-23T18:20:24.245000000Z' '25' \g
SELECT COUNT(*) AS remaining FROM "zero_0/cvr".instances
          WHERE NOT "deleted" AND "lastActive" < $1
  \bind '2026-11-23T18:20:24.245000000Z' \g
commit;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT current_setting('server_version_num')::int as "pgVersion";
WITH CTE AS (SELECT extract(epoch from now()) * 1000 AS "commitTimeMs")
          SELECT "commitTimeMs", pg_logical_emit_message(
            false,
            $1,
            json_build_object(
              'id', $2::text,
              'sendTimeMs', $3::int8,
              'commitTimeMs', "commitTimeMs"
            )::text,
            true
          ) as lsn FROM CTE
  \bind 'zero/0/lag-report/v1' 'jLWkMSohwG48OSiPCPq8F' '1795630825082' \g
UPDATE "zero_0/cdc"."replicationState" SET "owner"=$1,"ownerAddress"=$2
  \bind 'P7SQj_jsjOVstA5qOw4VC' '127.0.0.1:33361' \g
begin ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "lastWatermark" FROM "zero_0/cdc"."replicationState";
SELECT 
            json_build_object(
              'schema', b."schema",
              'name', b."table",
              'metadata', t."metadata"
            ) as "table",
            json_object_agg(b."column", b."backfill") 
              as "columns"
          FROM "zero_0/cdc"."backfilling" as b
          LEFT JOIN "zero_0/cdc"."tableMetadata" as t
          ON (b."schema" = t."schema" AND b."table" = t."table")
          GROUP BY b."schema", b."table", t."metadata";
commit;
SELECT pg_terminate_backend(active_pid) as terminated, active_pid as pid
        FROM pg_replication_slots
        WHERE slot_name = $1
  \bind 'zero_0_a' \g
UPDATE "zero_0"."replicas" 
        SET "subscriberContext" = $1
        WHERE id = $2
  \bind '{"appID":"zero","taskID":"P7SQj_jsjOVstA5qOw4VC","hostIP":"127.0.0.1","hostname":"vm","timestamp":"2026-11-25T18:20:23.165Z"}' '1795630823170' \g
SELECT id, rank::float8, slot, version, "initialSyncContext", "subscriberContext"
     FROM "zero_0"."replicas" WHERE rank < $1
  \bind '1' \g
SELECT "publications", "ddlDetection"
      FROM "zero_0"."shardConfig";
begin ISOLATION LEVEL READ COMMITTED;
SELECT EXTRACT(EPOCH FROM (setting || unit)::interval) * 1000 
        AS "walSenderTimeoutMs" FROM pg_settings
        WHERE name = 'wal_sender_timeout';
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT pg_advisory_xact_lock(hashtext($1))
  \bind 'replication-slot-management:zero_0' \g
SELECT slot_name as slot, pg_drop_replication_slot(slot_name) 
        FROM pg_replication_slots
        LEFT JOIN "zero_0"."replicas" replica on slot_name = slot
        WHERE slot_name LIKE $1 
          AND NOT active
          AND replica.id IS NULL
  \bind 'zero\\_0\\_%' \g
SELECT slot_name as slot, active_pid as pid, replica.id as id
        FROM pg_replication_slots
        LEFT JOIN "zero_0"."replicas" replica on slot_name = slot
        WHERE slot_name LIKE $1
  \bind 'zero\\_0\\_%' \g
commit;
begin ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "lastWatermark" FROM "zero_0/cdc"."replicationState";
SELECT watermark, change->'tag' as tag, change::text FROM "zero_0/cdc"."changeLog"
           WHERE watermark >= $1
             AND watermark <= $2
           ORDER BY watermark, pos
  \bind '4scb28' '4scb28' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "owner" FROM "zero_0/cdc"."replicationState" FOR UPDATE;
INSERT INTO "zero_0/cdc"."changeLog" ("watermark", "pos", "change", "precommit")
        SELECT "watermark", "pos", "change"::json, "precommit"
          FROM json_to_recordset($1) AS x(
            "watermark" TEXT,
            "pos" INT8,
            "change" TEXT,
            "precommit" TEXT
          )
  \bind '[{"watermark":"4slxcw","precommit":null,"pos":0,"change":"{\\"tag\\":\\"begin\\",\\"commitLsn\\":\\"00000000/02DD3820\\",\\"commitTime\\":1795630824239167,\\"xid\\":854,\\"json\\":\\"s\\"}"},{"watermark":"4slxcw","precommit":"4slxcw","pos":1,"change":"{\\"tag\\":\\"commit\\",\\"flags\\":0,\\"commitLsn\\":\\"00000000/02DD3820\\",\\"commitEndLsn\\":\\"00000000/02DD6AA8\\",\\"commitTime\\":1795630824239167,\\"commitTimeMs\\":1795630824239}"}]' \g
UPDATE "zero_0/cdc"."replicationState" SET "lastWatermark"=$1
  \bind '4slxcw' \g
commit;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT 1;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT 1;
SELECT 1;
SELECT 1;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT 1;
SELECT 1;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT 1;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT 1;
SELECT 1;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT 1;
SELECT 1;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT 2;
SELECT 2;
SELECT 2;
SELECT 2;
SELECT 2;
SELECT 1;
SELECT 2;
SELECT 2;
SELECT 2;
SELECT 2;
SELECT 2;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT FROM pg_publication WHERE pubname = $1
  \bind 'atlas_change_feed' \g
CREATE PUBLICATION atlas_change_feed FOR TABLES IN SCHEMA public;
begin ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT cvr."version",
                 "lastActive",
                 "ttlClock",
                 "replicaVersion",
                 "owner",
                 "grantedAt",
                 "clientSchema",
                 "profileID",
                 "deleted",
                 rows."version" as "rowsVersion"
            FROM "zero_0/cvr"."instances" AS cvr
            LEFT JOIN "zero_0/cvr"."rowsVersion" AS rows
            ON cvr."clientGroupID" = rows."clientGroupID"
            WHERE cvr."clientGroupID" = $1
  \bind '9qusqcpbft7lg555v3' \g
SELECT "clientID" FROM "zero_0/cvr"."clients"
           WHERE "clientGroupID" = $1
  \bind '9qusqcpbft7lg555v3' \g
SELECT
            "clientGroupID",
            "queryHash",
            "clientAST",
            "queryName",
            "queryArgs",
            "patchVersion",
            "transformationHash",
            "transformationVersion",
            "internal",
            "deleted",
            "rowSetSignature"
          FROM "zero_0/cvr"."queries"
          WHERE "clientGroupID" = $1 AND deleted IS DISTINCT FROM true
  \bind '9qusqcpbft7lg555v3' \g
SELECT
          "clientGroupID",
          "clientID",
          "queryHash",
          "patchVersion",
          "deleted",
          "ttlMs" AS "ttl",
          "inactivatedAtMs" AS "inactivatedAt"
          FROM "zero_0/cvr"."desires"
          WHERE "clientGroupID" = $1
  \bind '9qusqcpbft7lg555v3' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind '9qusqcpbft7lg555v3' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind '9qusqcpbft7lg555v3' '00:01' '2026-11-25T18:20:26.162000000Z' '21' NULL 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' '9qusqcpbft7lg555v3' '00:01' '2026-11-25T18:20:26.162000000Z' '21' NULL 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' \g
INSERT INTO "zero_0/cvr"."clients" ("clientGroupID","clientID")values($1,$2)
  \bind '9qusqcpbft7lg555v3' 'nkbv25i91qum0fb4t5' \g
INSERT INTO "zero_0/cvr"."queries" (
          "clientGroupID",
          "queryHash",
          "clientAST",
          "queryName",
          "queryArgs",
          "patchVersion",
          "transformationHash",
          "transformationVersion",
          "internal",
          "deleted",
          "rowSetSignature"
        )
        SELECT
          "clientGroupID",
          "queryHash",
          "clientAST",
          "queryName",
          CASE
            WHEN "queryArgs" IS NULL THEN NULL
            ELSE "queryArgs"::json
          END,
          "patchVersion",
          "transformationHash",
          "transformationVersion",
          "internal",
          "deleted",
          "rowSetSignature"
        FROM json_to_recordset($1) AS x(
          "clientGroupID" TEXT,
          "queryHash" TEXT,
          "clientAST" JSONB,
          "queryName" TEXT,
          "queryArgs" TEXT,
          "patchVersion" TEXT,
          "transformationHash" TEXT,
          "transformationVersion" TEXT,
          "internal" BOOLEAN,
          "deleted" BOOLEAN,
          "rowSetSignature" TEXT
        )
        ON CONFLICT ("clientGroupID", "queryHash") DO UPDATE SET
          "clientAST" = excluded."clientAST",
          "queryName" = excluded."queryName",
          "queryArgs" = CASE
            WHEN excluded."queryArgs" IS NULL THEN NULL
            ELSE excluded."queryArgs"::json
          END,
          "patchVersion" = excluded."patchVersion",
          "transformationHash" = excluded."transformationHash",
          "transformationVersion" = excluded."transformationVersion",
          "internal" = excluded."internal",
          "deleted" = excluded."deleted",
          "rowSetSignature" = excluded."rowSetSignature"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"lmids","clientAST":{"schema":"","table":"zero_0.clients","where":{"type":"simple","left":{"type":"column","name":"clientGroupID"},"op":"=","right":{"type":"literal","value":"9qusqcpbft7lg555v3"}},"orderBy":[["clientGroupID","asc"],["clientID","asc"]]},"queryName":null,"queryArgs":null,"patchVersion":null,"transformationHash":null,"transformationVersion":null,"internal":true,"deleted":false,"rowSetSignature":null},{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"mutationResults","clientAST":{"schema":"","table":"zero_0.mutations","where":{"type":"and","conditions":[{"type":"simple","left":{"type":"column","name":"clientGroupID"},"op":"=","right":{"type":"literal","value":"9qusqcpbft7lg555v3"}}]},"orderBy":[["clientGroupID","asc"],["clientID","asc"],["mutationID","asc"]]},"queryName":null,"queryArgs":null,"patchVersion":null,"transformationHash":null,"transformationVersion":null,"internal":true,"deleted":false,"rowSetSignature":null},{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"ghh6wtebbc8e","clientAST":null,"queryName":"countries","queryArgs":"[]","patchVersion":null,"transformationHash":null,"transformationVersion":null,"internal":null,"deleted":false,"rowSetSignature":null}]' \g
INSERT INTO "zero_0/cvr"."desires" (
        "clientGroupID",
        "clientID",
        "queryHash",
        "patchVersion",
        "deleted",
        "ttl",
        "ttlMs",
        "inactivatedAt",
        "inactivatedAtMs"
      )
      SELECT
        "clientGroupID",
        "clientID",
        "queryHash",
        "patchVersion",
        "deleted",
        "ttl",
        "ttlMs",
        CASE
          WHEN "inactivatedAt" IS NULL THEN NULL
          -- Divide by 1000 because postgres.js serializeTimestamp treats numbers as ms
          -- and to_timestamp expects seconds. This matches non-batched behavior.
          ELSE to_timestamp("inactivatedAt" / 1000.0)
        END,
        "inactivatedAtMs"
      FROM json_to_recordset($1) AS x(
        "clientGroupID" TEXT,
        "clientID" TEXT,
        "queryHash" TEXT,
        "patchVersion" TEXT,
        "deleted" BOOLEAN,
        "ttl" INTERVAL,
        "ttlMs" DOUBLE PRECISION,
        "inactivatedAt" DOUBLE PRECISION,
        "inactivatedAtMs" DOUBLE PRECISION
      )
      ON CONFLICT ("clientGroupID", "clientID", "queryHash") DO UPDATE SET
        "patchVersion" = excluded."patchVersion",
        "deleted" = excluded."deleted",
        "ttl" = excluded."ttl",
        "ttlMs" = excluded."ttlMs",
        "inactivatedAt" = excluded."inactivatedAt",
        "inactivatedAtMs" = excluded."inactivatedAtMs"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","clientID":"nkbv25i91qum0fb4t5","queryHash":"ghh6wtebbc8e","patchVersion":"00:01","deleted":false,"ttl":300,"ttlMs":300000,"inactivatedAt":null,"inactivatedAtMs":null}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind '9qusqcpbft7lg555v3' '00:01' '9qusqcpbft7lg555v3' '00:01' \g
commit;
SELECT
              "clientGroupID",
              "schema",
              "table",
              "rowKey",
              "rowVersion",
              "patchVersion",
              "refCounts"
            FROM "zero_0/cvr"."rows"
              WHERE "clientGroupID" = $1 AND "refCounts" IS NOT NULL
  \bind '9qusqcpbft7lg555v3' \g
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind '9qusqcpbft7lg555v3' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind '9qusqcpbft7lg555v3' '4slxcw' '2026-11-25T18:20:26.199000000Z' '58' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' '9qusqcpbft7lg555v3' '4slxcw' '2026-11-25T18:20:26.199000000Z' '58' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' \g
UPDATE "zero_0/cvr"."queries" AS q
        SET
          "patchVersion" = CASE
            WHEN u."patchVersionSet" THEN u."patchVersion"
            ELSE q."patchVersion"
          END,
          "deleted" = CASE
            WHEN u."deletedSet" THEN u."deleted"
            ELSE q."deleted"
          END,
          "transformationHash" = CASE
            WHEN u."transformationHashSet" THEN u."transformationHash"
            ELSE q."transformationHash"
          END,
          "transformationVersion" = CASE
            WHEN u."transformationVersionSet" THEN u."transformationVersion"
            ELSE q."transformationVersion"
          END,
          "rowSetSignature" = CASE
            WHEN u."rowSetSignatureSet" THEN u."rowSetSignature"
            ELSE q."rowSetSignature"
          END
        FROM json_to_recordset($1) AS u(
          "clientGroupID" TEXT,
          "queryHash" TEXT,
          "patchVersionSet" BOOLEAN,
          "patchVersion" TEXT,
          "deletedSet" BOOLEAN,
          "deleted" BOOLEAN,
          "transformationHashSet" BOOLEAN,
          "transformationHash" TEXT,
          "transformationVersionSet" BOOLEAN,
          "transformationVersion" TEXT,
          "rowSetSignatureSet" BOOLEAN,
          "rowSetSignature" TEXT
        )
        WHERE q."clientGroupID" = u."clientGroupID"
          AND q."queryHash" = u."queryHash"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"lmids","patchVersionSet":true,"patchVersion":null,"deletedSet":true,"deleted":false,"transformationHashSet":true,"transformationHash":"3bpgzcoat44i1","transformationVersionSet":true,"transformationVersion":"4slxcw","rowSetSignatureSet":false,"rowSetSignature":null},{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"mutationResults","patchVersionSet":true,"patchVersion":null,"deletedSet":true,"deleted":false,"transformationHashSet":true,"transformationHash":"14452mkddo2xx","transformationVersionSet":true,"transformationVersion":"4slxcw","rowSetSignatureSet":false,"rowSetSignature":null},{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"ghh6wtebbc8e","patchVersionSet":true,"patchVersion":"4slxcw","deletedSet":true,"deleted":false,"transformationHashSet":true,"transformationHash":"1l5hd5f0k68md","transformationVersionSet":true,"transformationVersion":"4slxcw","rowSetSignatureSet":true,"rowSetSignature":"a5f6f826c908d159"}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind '9qusqcpbft7lg555v3' '4slxcw' '9qusqcpbft7lg555v3' '4slxcw' \g
INSERT INTO "zero_0/cvr"."rows"(
      "clientGroupID", "schema", "table", "rowKey", "rowVersion", "patchVersion", "refCounts"
  ) SELECT
      "clientGroupID", "schema", "table", "rowKey", "rowVersion", "patchVersion", "refCounts"
    FROM json_to_recordset($1) AS x(
      "clientGroupID" TEXT,
      "schema" TEXT,
      "table" TEXT,
      "rowKey" JSONB,
      "rowVersion" TEXT,
      "patchVersion" TEXT,
      "refCounts" JSONB
  ) ON CONFLICT ("clientGroupID", "schema", "table", "rowKey")
    DO UPDATE SET "rowVersion" = excluded."rowVersion",
      "patchVersion" = excluded."patchVersion",
      "refCounts" = excluded."refCounts"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","schema":"","table":"country","rowKey":{"code":"FR"},"rowVersion":"4scb28","patchVersion":"4slxcw","refCounts":{"ghh6wtebbc8e":1}}]' \g
commit;
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind '9qusqcpbft7lg555v3' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind '9qusqcpbft7lg555v3' '4slxcw:01' '2026-11-25T18:20:26.227000000Z' '86' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' '9qusqcpbft7lg555v3' '4slxcw:01' '2026-11-25T18:20:26.227000000Z' '86' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' \g
INSERT INTO "zero_0/cvr"."queries" (
          "clientGroupID",
          "queryHash",
          "clientAST",
          "queryName",
          "queryArgs",
          "patchVersion",
          "transformationHash",
          "transformationVersion",
          "internal",
          "deleted",
          "rowSetSignature"
        )
        SELECT
          "clientGroupID",
          "queryHash",
          "clientAST",
          "queryName",
          CASE
            WHEN "queryArgs" IS NULL THEN NULL
            ELSE "queryArgs"::json
          END,
          "patchVersion",
          "transformationHash",
          "transformationVersion",
          "internal",
          "deleted",
          "rowSetSignature"
        FROM json_to_recordset($1) AS x(
          "clientGroupID" TEXT,
          "queryHash" TEXT,
          "clientAST" JSONB,
          "queryName" TEXT,
          "queryArgs" TEXT,
          "patchVersion" TEXT,
          "transformationHash" TEXT,
          "transformationVersion" TEXT,
          "internal" BOOLEAN,
          "deleted" BOOLEAN,
          "rowSetSignature" TEXT
        )
        ON CONFLICT ("clientGroupID", "queryHash") DO UPDATE SET
          "clientAST" = excluded."clientAST",
          "queryName" = excluded."queryName",
          "queryArgs" = CASE
            WHEN excluded."queryArgs" IS NULL THEN NULL
            ELSE excluded."queryArgs"::json
          END,
          "patchVersion" = excluded."patchVersion",
          "transformationHash" = excluded."transformationHash",
          "transformationVersion" = excluded."transformationVersion",
          "internal" = excluded."internal",
          "deleted" = excluded."deleted",
          "rowSetSignature" = excluded."rowSetSignature"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"ghh6wtebbc8e","clientAST":null,"queryName":"countries","queryArgs":"[]","patchVersion":"4slxcw","transformationHash":"1l5hd5f0k68md","transformationVersion":"4slxcw","internal":null,"deleted":false,"rowSetSignature":"a5f6f826c908d159"},{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"33k20nd65yo6h","clientAST":null,"queryName":"places","queryArgs":"[{\\"country\\":\\"FR\\"}]","patchVersion":null,"transformationHash":null,"transformationVersion":null,"internal":null,"deleted":false,"rowSetSignature":null}]' \g
INSERT INTO "zero_0/cvr"."desires" (
        "clientGroupID",
        "clientID",
        "queryHash",
        "patchVersion",
        "deleted",
        "ttl",
        "ttlMs",
        "inactivatedAt",
        "inactivatedAtMs"
      )
      SELECT
        "clientGroupID",
        "clientID",
        "queryHash",
        "patchVersion",
        "deleted",
        "ttl",
        "ttlMs",
        CASE
          WHEN "inactivatedAt" IS NULL THEN NULL
          -- Divide by 1000 because postgres.js serializeTimestamp treats numbers as ms
          -- and to_timestamp expects seconds. This matches non-batched behavior.
          ELSE to_timestamp("inactivatedAt" / 1000.0)
        END,
        "inactivatedAtMs"
      FROM json_to_recordset($1) AS x(
        "clientGroupID" TEXT,
        "clientID" TEXT,
        "queryHash" TEXT,
        "patchVersion" TEXT,
        "deleted" BOOLEAN,
        "ttl" INTERVAL,
        "ttlMs" DOUBLE PRECISION,
        "inactivatedAt" DOUBLE PRECISION,
        "inactivatedAtMs" DOUBLE PRECISION
      )
      ON CONFLICT ("clientGroupID", "clientID", "queryHash") DO UPDATE SET
        "patchVersion" = excluded."patchVersion",
        "deleted" = excluded."deleted",
        "ttl" = excluded."ttl",
        "ttlMs" = excluded."ttlMs",
        "inactivatedAt" = excluded."inactivatedAt",
        "inactivatedAtMs" = excluded."inactivatedAtMs"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","clientID":"nkbv25i91qum0fb4t5","queryHash":"ghh6wtebbc8e","patchVersion":"4slxcw:01","deleted":true,"ttl":300,"ttlMs":300000,"inactivatedAt":0.085,"inactivatedAtMs":85},{"clientGroupID":"9qusqcpbft7lg555v3","clientID":"nkbv25i91qum0fb4t5","queryHash":"33k20nd65yo6h","patchVersion":"4slxcw:01","deleted":false,"ttl":300,"ttlMs":300000,"inactivatedAt":null,"inactivatedAtMs":null}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind '9qusqcpbft7lg555v3' '4slxcw:01' '9qusqcpbft7lg555v3' '4slxcw:01' \g
commit;
begin;
SELECT
    n.nspname::text AS schema,
    cl.relname::text AS table,
    a.attname::text AS column,
    CASE
        WHEN ut.typelem <> 0 AND ut.typlen = -1 THEN 'ARRAY'
        WHEN nut.nspname = 'pg_catalog' THEN pg_catalog.format_type(ut.oid, NULL)
        ELSE 'USER-DEFINED'
    END::text AS "dataType",
    CASE
        WHEN tm.typmod = -1 THEN NULL
        WHEN ut.oid IN ('pg_catalog.bpchar'::regtype, 'pg_catalog.varchar'::regtype) THEN tm.typmod - 4
        WHEN ut.oid IN ('pg_catalog.bit'::regtype, 'pg_catalog.varbit'::regtype) THEN tm.typmod
    END AS length,
    CASE ut.oid
        WHEN 'pg_catalog.int2'::regtype THEN 16
        WHEN 'pg_catalog.int4'::regtype THEN 32
        WHEN 'pg_catalog.int8'::regtype THEN 64
        WHEN 'pg_catalog.float4'::regtype THEN 24
        WHEN 'pg_catalog.float8'::regtype THEN 53
        WHEN 'pg_catalog.numeric'::regtype THEN CASE WHEN tm.typmod = -1 THEN NULL ELSE ((tm.typmod - 4) >> 16) & 65535 END
    END AS precision,
    CASE
        WHEN ut.oid IN ('pg_catalog.int2'::regtype, 'pg_catalog.int4'::regtype, 'pg_catalog.int8'::regtype) THEN 0
        WHEN ut.oid = 'pg_catalog.numeric'::regtype AND tm.typmod <> -1 THEN (tm.typmod - 4) & 65535
    END AS scale,
    ut.typtype::text AS typtype,
    ut.typname::text AS typename,
    CASE WHEN ut.typelem <> 0 THEN et.typtype::text ELSE NULL END AS "elemTyptype",
    CASE WHEN ut.typelem <> 0 THEN et.typname::text ELSE NULL END AS "elemTypname"
FROM
    pg_catalog.pg_attribute a
JOIN
    pg_catalog.pg_class cl ON cl.oid = a.attrelid
JOIN
    pg_catalog.pg_namespace n ON n.oid = cl.relnamespace
JOIN
    pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN
    pg_catalog.pg_type ut ON ut.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
JOIN
    pg_catalog.pg_namespace nut ON nut.oid = ut.typnamespace
LEFT JOIN
    pg_catalog.pg_type et ON et.oid = ut.typelem
CROSS JOIN LATERAL
    (SELECT CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END AS typmod) tm
WHERE
    a.attnum > 0
    AND NOT a.attisdropped
    AND cl.relkind IN ('r', 'v', 'f', 'p')
    AND NOT pg_catalog.pg_is_other_temp_schema(n.oid)
    AND (pg_catalog.pg_has_role(cl.relowner, 'USAGE')
         OR pg_catalog.has_column_privilege(cl.oid, a.attnum, 'SELECT, INSERT, UPDATE, REFERENCES'))
    AND (n.nspname, cl.relname) IN (($1::text, $2::text),($1::text, $3::text),($1::text, $4::text),($1::text, $5::text),($1::text, $6::text))
  \bind 'public' 'country' 'region' 'place' 'star' 'note' \g
INSERT INTO "zero_0".clients 
                    as current ("clientGroupID", "clientID", "lastMutationID")
                        VALUES ($1, $2, $3)
                    ON CONFLICT ("clientGroupID", "clientID")
                    DO UPDATE SET "lastMutationID" = current."lastMutationID" + 1
                    RETURNING "lastMutationID"
  \bind '9qusqcpbft7lg555v3' 'nkbv25i91qum0fb4t5' '1' \g
INSERT INTO "star" ("place_id","created_at") VALUES ($1::text::integer, to_timestamp($2::text::numeric / 1000.0)) ON CONFLICT ("place_id") DO UPDATE SET "created_at" = to_timestamp($2::text::numeric / 1000.0)
  \bind '1' '1700000000000' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "owner" FROM "zero_0/cdc"."replicationState" FOR UPDATE;
INSERT INTO "zero_0/cdc"."changeLog" ("watermark", "pos", "change", "precommit")
        SELECT "watermark", "pos", "change"::json, "precommit"
          FROM json_to_recordset($1) AS x(
            "watermark" TEXT,
            "pos" INT8,
            "change" TEXT,
            "precommit" TEXT
          )
  \bind '[{"watermark":"4smliw","precommit":null,"pos":0,"change":"{\\"tag\\":\\"begin\\",\\"commitLsn\\":\\"00000000/02DDB278\\",\\"commitTime\\":1795630826256087,\\"xid\\":862,\\"json\\":\\"s\\"}"},{"watermark":"4smliw","precommit":null,"pos":1,"change":"{\\"tag\\":\\"insert\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16844,\\"schema\\":\\"zero_0\\",\\"name\\":\\"clients\\",\\"rowKey\\":{\\"columns\\":[\\"clientGroupID\\",\\"clientID\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"clientGroupID\\",\\"clientID\\"],\\"replicaIdentity\\":\\"default\\"},\\"new\\":{\\"clientGroupID\\":\\"9qusqcpbft7lg555v3\\",\\"clientID\\":\\"nkbv25i91qum0fb4t5\\",\\"lastMutationID\\":1,\\"userID\\":null}}"},{"watermark":"4smliw","precommit":null,"pos":2,"change":"{\\"tag\\":\\"insert\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16719,\\"schema\\":\\"public\\",\\"name\\":\\"star\\",\\"rowKey\\":{\\"columns\\":[\\"place_id\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"place_id\\"],\\"replicaIdentity\\":\\"default\\"},\\"new\\":{\\"place_id\\":1,\\"created_at\\":1700000000000}}"},{"watermark":"4smliw","precommit":"4smliw","pos":3,"change":"{\\"tag\\":\\"commit\\",\\"flags\\":0,\\"commitLsn\\":\\"00000000/02DDB278\\",\\"commitEndLsn\\":\\"00000000/02DDB2A8\\",\\"commitTime\\":1795630826256087,\\"commitTimeMs\\":1795630826256}"}]' \g
UPDATE "zero_0/cdc"."replicationState" SET "lastWatermark"=$1
  \bind '4smliw' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind '9qusqcpbft7lg555v3' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind '9qusqcpbft7lg555v3' '4slxcw:02' '2026-11-25T18:20:26.262000000Z' '121' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' '9qusqcpbft7lg555v3' '4slxcw:02' '2026-11-25T18:20:26.262000000Z' '121' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' \g
UPDATE "zero_0/cvr"."queries" AS q
        SET
          "patchVersion" = CASE
            WHEN u."patchVersionSet" THEN u."patchVersion"
            ELSE q."patchVersion"
          END,
          "deleted" = CASE
            WHEN u."deletedSet" THEN u."deleted"
            ELSE q."deleted"
          END,
          "transformationHash" = CASE
            WHEN u."transformationHashSet" THEN u."transformationHash"
            ELSE q."transformationHash"
          END,
          "transformationVersion" = CASE
            WHEN u."transformationVersionSet" THEN u."transformationVersion"
            ELSE q."transformationVersion"
          END,
          "rowSetSignature" = CASE
            WHEN u."rowSetSignatureSet" THEN u."rowSetSignature"
            ELSE q."rowSetSignature"
          END
        FROM json_to_recordset($1) AS u(
          "clientGroupID" TEXT,
          "queryHash" TEXT,
          "patchVersionSet" BOOLEAN,
          "patchVersion" TEXT,
          "deletedSet" BOOLEAN,
          "deleted" BOOLEAN,
          "transformationHashSet" BOOLEAN,
          "transformationHash" TEXT,
          "transformationVersionSet" BOOLEAN,
          "transformationVersion" TEXT,
          "rowSetSignatureSet" BOOLEAN,
          "rowSetSignature" TEXT
        )
        WHERE q."clientGroupID" = u."clientGroupID"
          AND q."queryHash" = u."queryHash"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"33k20nd65yo6h","patchVersionSet":true,"patchVersion":"4slxcw:02","deletedSet":true,"deleted":false,"transformationHashSet":true,"transformationHash":"34fa3hhk2a3qe","transformationVersionSet":true,"transformationVersion":"4slxcw:02","rowSetSignatureSet":true,"rowSetSignature":"2235136af423478a"}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind '9qusqcpbft7lg555v3' '4slxcw:02' '9qusqcpbft7lg555v3' '4slxcw:02' \g
INSERT INTO "zero_0/cvr"."rows"(
      "clientGroupID", "schema", "table", "rowKey", "rowVersion", "patchVersion", "refCounts"
  ) SELECT
      "clientGroupID", "schema", "table", "rowKey", "rowVersion", "patchVersion", "refCounts"
    FROM json_to_recordset($1) AS x(
      "clientGroupID" TEXT,
      "schema" TEXT,
      "table" TEXT,
      "rowKey" JSONB,
      "rowVersion" TEXT,
      "patchVersion" TEXT,
      "refCounts" JSONB
  ) ON CONFLICT ("clientGroupID", "schema", "table", "rowKey")
    DO UPDATE SET "rowVersion" = excluded."rowVersion",
      "patchVersion" = excluded."patchVersion",
      "refCounts" = excluded."refCounts"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","schema":"","table":"place","rowKey":{"id":2},"rowVersion":"4scb28","patchVersion":"4slxcw:02","refCounts":{"33k20nd65yo6h":1}},{"clientGroupID":"9qusqcpbft7lg555v3","schema":"","table":"country","rowKey":{"code":"FR"},"rowVersion":"4scb28","patchVersion":"4slxcw","refCounts":{"ghh6wtebbc8e":1,"33k20nd65yo6h":2}},{"clientGroupID":"9qusqcpbft7lg555v3","schema":"","table":"place","rowKey":{"id":1},"rowVersion":"4scb28","patchVersion":"4slxcw:02","refCounts":{"33k20nd65yo6h":1}}]' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind '9qusqcpbft7lg555v3' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind '9qusqcpbft7lg555v3' '4smliw' '2026-11-25T18:20:26.306000000Z' '165' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' '9qusqcpbft7lg555v3' '4smliw' '2026-11-25T18:20:26.306000000Z' '165' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' \g
UPDATE "zero_0/cvr"."queries" AS q
        SET
          "patchVersion" = CASE
            WHEN u."patchVersionSet" THEN u."patchVersion"
            ELSE q."patchVersion"
          END,
          "deleted" = CASE
            WHEN u."deletedSet" THEN u."deleted"
            ELSE q."deleted"
          END,
          "transformationHash" = CASE
            WHEN u."transformationHashSet" THEN u."transformationHash"
            ELSE q."transformationHash"
          END,
          "transformationVersion" = CASE
            WHEN u."transformationVersionSet" THEN u."transformationVersion"
            ELSE q."transformationVersion"
          END,
          "rowSetSignature" = CASE
            WHEN u."rowSetSignatureSet" THEN u."rowSetSignature"
            ELSE q."rowSetSignature"
          END
        FROM json_to_recordset($1) AS u(
          "clientGroupID" TEXT,
          "queryHash" TEXT,
          "patchVersionSet" BOOLEAN,
          "patchVersion" TEXT,
          "deletedSet" BOOLEAN,
          "deleted" BOOLEAN,
          "transformationHashSet" BOOLEAN,
          "transformationHash" TEXT,
          "transformationVersionSet" BOOLEAN,
          "transformationVersion" TEXT,
          "rowSetSignatureSet" BOOLEAN,
          "rowSetSignature" TEXT
        )
        WHERE q."clientGroupID" = u."clientGroupID"
          AND q."queryHash" = u."queryHash"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"lmids","patchVersionSet":false,"patchVersion":null,"deletedSet":false,"deleted":null,"transformationHashSet":false,"transformationHash":null,"transformationVersionSet":false,"transformationVersion":null,"rowSetSignatureSet":true,"rowSetSignature":"cf4cc88b590b14b4"},{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"33k20nd65yo6h","patchVersionSet":false,"patchVersion":null,"deletedSet":false,"deleted":null,"transformationHashSet":false,"transformationHash":null,"transformationVersionSet":false,"transformationVersion":null,"rowSetSignatureSet":true,"rowSetSignature":"d08579d206ce452e"}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind '9qusqcpbft7lg555v3' '4smliw' '9qusqcpbft7lg555v3' '4smliw' \g
INSERT INTO "zero_0/cvr"."rows"(
      "clientGroupID", "schema", "table", "rowKey", "rowVersion", "patchVersion", "refCounts"
  ) SELECT
      "clientGroupID", "schema", "table", "rowKey", "rowVersion", "patchVersion", "refCounts"
    FROM json_to_recordset($1) AS x(
      "clientGroupID" TEXT,
      "schema" TEXT,
      "table" TEXT,
      "rowKey" JSONB,
      "rowVersion" TEXT,
      "patchVersion" TEXT,
      "refCounts" JSONB
  ) ON CONFLICT ("clientGroupID", "schema", "table", "rowKey")
    DO UPDATE SET "rowVersion" = excluded."rowVersion",
      "patchVersion" = excluded."patchVersion",
      "refCounts" = excluded."refCounts"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","schema":"","table":"zero_0.clients","rowKey":{"clientGroupID":"9qusqcpbft7lg555v3","clientID":"nkbv25i91qum0fb4t5"},"rowVersion":"4smliw","patchVersion":"4smliw","refCounts":{"lmids":1}},{"clientGroupID":"9qusqcpbft7lg555v3","schema":"","table":"star","rowKey":{"place_id":1},"rowVersion":"4smliw","patchVersion":"4smliw","refCounts":{"33k20nd65yo6h":1}}]' \g
commit;
begin;
INSERT INTO "zero_0".clients 
                    as current ("clientGroupID", "clientID", "lastMutationID")
                        VALUES ($1, $2, $3)
                    ON CONFLICT ("clientGroupID", "clientID")
                    DO UPDATE SET "lastMutationID" = current."lastMutationID" + 1
                    RETURNING "lastMutationID"
  \bind '9qusqcpbft7lg555v3' 'nkbv25i91qum0fb4t5' '1' \g
INSERT INTO "note" ("id","place_id","body","created_at") VALUES ($1::text::text, $2::text::integer, $3::text::text, to_timestamp($4::text::numeric / 1000.0)) ON CONFLICT ("id") DO NOTHING
  \bind 'n1' '1' 'seen' '1700000000000' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "owner" FROM "zero_0/cdc"."replicationState" FOR UPDATE;
INSERT INTO "zero_0/cdc"."changeLog" ("watermark", "pos", "change", "precommit")
        SELECT "watermark", "pos", "change"::json, "precommit"
          FROM json_to_recordset($1) AS x(
            "watermark" TEXT,
            "pos" INT8,
            "change" TEXT,
            "precommit" TEXT
          )
  \bind '[{"watermark":"4smtq0","precommit":null,"pos":0,"change":"{\\"tag\\":\\"begin\\",\\"commitLsn\\":\\"00000000/02DDDBF8\\",\\"commitTime\\":1795630826323992,\\"xid\\":866,\\"json\\":\\"s\\"}"},{"watermark":"4smtq0","precommit":null,"pos":1,"change":"{\\"tag\\":\\"update\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16844,\\"schema\\":\\"zero_0\\",\\"name\\":\\"clients\\",\\"rowKey\\":{\\"columns\\":[\\"clientGroupID\\",\\"clientID\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"clientGroupID\\",\\"clientID\\"],\\"replicaIdentity\\":\\"default\\"},\\"key\\":null,\\"old\\":null,\\"new\\":{\\"clientGroupID\\":\\"9qusqcpbft7lg555v3\\",\\"clientID\\":\\"nkbv25i91qum0fb4t5\\",\\"lastMutationID\\":2,\\"userID\\":null}}"},{"watermark":"4smtq0","precommit":null,"pos":2,"change":"{\\"tag\\":\\"insert\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16732,\\"schema\\":\\"public\\",\\"name\\":\\"note\\",\\"rowKey\\":{\\"columns\\":[\\"id\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"id\\"],\\"replicaIdentity\\":\\"default\\"},\\"new\\":{\\"id\\":\\"n1\\",\\"place_id\\":1,\\"body\\":\\"seen\\",\\"created_at\\":1700000000000}}"},{"watermark":"4smtq0","precommit":"4smtq0","pos":3,"change":"{\\"tag\\":\\"commit\\",\\"flags\\":0,\\"commitLsn\\":\\"00000000/02DDDBF8\\",\\"commitEndLsn\\":\\"00000000/02DDDC28\\",\\"commitTime\\":1795630826323992,\\"commitTimeMs\\":1795630826323}"}]' \g
UPDATE "zero_0/cdc"."replicationState" SET "lastWatermark"=$1
  \bind '4smtq0' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind '9qusqcpbft7lg555v3' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind '9qusqcpbft7lg555v3' '4smtq0' '2026-11-25T18:20:26.335000000Z' '194' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' '9qusqcpbft7lg555v3' '4smtq0' '2026-11-25T18:20:26.335000000Z' '194' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind '9qusqcpbft7lg555v3' '4smtq0' '9qusqcpbft7lg555v3' '4smtq0' \g
INSERT INTO "zero_0/cvr"."rows"(
      "clientGroupID", "schema", "table", "rowKey", "rowVersion", "patchVersion", "refCounts"
  ) SELECT
      "clientGroupID", "schema", "table", "rowKey", "rowVersion", "patchVersion", "refCounts"
    FROM json_to_recordset($1) AS x(
      "clientGroupID" TEXT,
      "schema" TEXT,
      "table" TEXT,
      "rowKey" JSONB,
      "rowVersion" TEXT,
      "patchVersion" TEXT,
      "refCounts" JSONB
  ) ON CONFLICT ("clientGroupID", "schema", "table", "rowKey")
    DO UPDATE SET "rowVersion" = excluded."rowVersion",
      "patchVersion" = excluded."patchVersion",
      "refCounts" = excluded."refCounts"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","schema":"","table":"zero_0.clients","rowKey":{"clientGroupID":"9qusqcpbft7lg555v3","clientID":"nkbv25i91qum0fb4t5"},"rowVersion":"4smtq0","patchVersion":"4smtq0","refCounts":{"lmids":1}}]' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind '9qusqcpbft7lg555v3' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind '9qusqcpbft7lg555v3' '4smtq0:01' '2026-11-25T18:20:26.357000000Z' '216' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' '9qusqcpbft7lg555v3' '4smtq0:01' '2026-11-25T18:20:26.357000000Z' '216' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' \g
INSERT INTO "zero_0/cvr"."queries" (
          "clientGroupID",
          "queryHash",
          "clientAST",
          "queryName",
          "queryArgs",
          "patchVersion",
          "transformationHash",
          "transformationVersion",
          "internal",
          "deleted",
          "rowSetSignature"
        )
        SELECT
          "clientGroupID",
          "queryHash",
          "clientAST",
          "queryName",
          CASE
            WHEN "queryArgs" IS NULL THEN NULL
            ELSE "queryArgs"::json
          END,
          "patchVersion",
          "transformationHash",
          "transformationVersion",
          "internal",
          "deleted",
          "rowSetSignature"
        FROM json_to_recordset($1) AS x(
          "clientGroupID" TEXT,
          "queryHash" TEXT,
          "clientAST" JSONB,
          "queryName" TEXT,
          "queryArgs" TEXT,
          "patchVersion" TEXT,
          "transformationHash" TEXT,
          "transformationVersion" TEXT,
          "internal" BOOLEAN,
          "deleted" BOOLEAN,
          "rowSetSignature" TEXT
        )
        ON CONFLICT ("clientGroupID", "queryHash") DO UPDATE SET
          "clientAST" = excluded."clientAST",
          "queryName" = excluded."queryName",
          "queryArgs" = CASE
            WHEN excluded."queryArgs" IS NULL THEN NULL
            ELSE excluded."queryArgs"::json
          END,
          "patchVersion" = excluded."patchVersion",
          "transformationHash" = excluded."transformationHash",
          "transformationVersion" = excluded."transformationVersion",
          "internal" = excluded."internal",
          "deleted" = excluded."deleted",
          "rowSetSignature" = excluded."rowSetSignature"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"1s3eckv3seuje","clientAST":null,"queryName":"place","queryArgs":"[{\\"id\\":1}]","patchVersion":null,"transformationHash":null,"transformationVersion":null,"internal":null,"deleted":false,"rowSetSignature":null}]' \g
INSERT INTO "zero_0/cvr"."desires" (
        "clientGroupID",
        "clientID",
        "queryHash",
        "patchVersion",
        "deleted",
        "ttl",
        "ttlMs",
        "inactivatedAt",
        "inactivatedAtMs"
      )
      SELECT
        "clientGroupID",
        "clientID",
        "queryHash",
        "patchVersion",
        "deleted",
        "ttl",
        "ttlMs",
        CASE
          WHEN "inactivatedAt" IS NULL THEN NULL
          -- Divide by 1000 because postgres.js serializeTimestamp treats numbers as ms
          -- and to_timestamp expects seconds. This matches non-batched behavior.
          ELSE to_timestamp("inactivatedAt" / 1000.0)
        END,
        "inactivatedAtMs"
      FROM json_to_recordset($1) AS x(
        "clientGroupID" TEXT,
        "clientID" TEXT,
        "queryHash" TEXT,
        "patchVersion" TEXT,
        "deleted" BOOLEAN,
        "ttl" INTERVAL,
        "ttlMs" DOUBLE PRECISION,
        "inactivatedAt" DOUBLE PRECISION,
        "inactivatedAtMs" DOUBLE PRECISION
      )
      ON CONFLICT ("clientGroupID", "clientID", "queryHash") DO UPDATE SET
        "patchVersion" = excluded."patchVersion",
        "deleted" = excluded."deleted",
        "ttl" = excluded."ttl",
        "ttlMs" = excluded."ttlMs",
        "inactivatedAt" = excluded."inactivatedAt",
        "inactivatedAtMs" = excluded."inactivatedAtMs"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","clientID":"nkbv25i91qum0fb4t5","queryHash":"1s3eckv3seuje","patchVersion":"4smtq0:01","deleted":false,"ttl":300,"ttlMs":300000,"inactivatedAt":null,"inactivatedAtMs":null}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind '9qusqcpbft7lg555v3' '4smtq0:01' '9qusqcpbft7lg555v3' '4smtq0:01' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind '9qusqcpbft7lg555v3' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind '9qusqcpbft7lg555v3' '4smtq0:02' '2026-11-25T18:20:26.373000000Z' '232' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' '9qusqcpbft7lg555v3' '4smtq0:02' '2026-11-25T18:20:26.373000000Z' '232' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' \g
UPDATE "zero_0/cvr"."queries" AS q
        SET
          "patchVersion" = CASE
            WHEN u."patchVersionSet" THEN u."patchVersion"
            ELSE q."patchVersion"
          END,
          "deleted" = CASE
            WHEN u."deletedSet" THEN u."deleted"
            ELSE q."deleted"
          END,
          "transformationHash" = CASE
            WHEN u."transformationHashSet" THEN u."transformationHash"
            ELSE q."transformationHash"
          END,
          "transformationVersion" = CASE
            WHEN u."transformationVersionSet" THEN u."transformationVersion"
            ELSE q."transformationVersion"
          END,
          "rowSetSignature" = CASE
            WHEN u."rowSetSignatureSet" THEN u."rowSetSignature"
            ELSE q."rowSetSignature"
          END
        FROM json_to_recordset($1) AS u(
          "clientGroupID" TEXT,
          "queryHash" TEXT,
          "patchVersionSet" BOOLEAN,
          "patchVersion" TEXT,
          "deletedSet" BOOLEAN,
          "deleted" BOOLEAN,
          "transformationHashSet" BOOLEAN,
          "transformationHash" TEXT,
          "transformationVersionSet" BOOLEAN,
          "transformationVersion" TEXT,
          "rowSetSignatureSet" BOOLEAN,
          "rowSetSignature" TEXT
        )
        WHERE q."clientGroupID" = u."clientGroupID"
          AND q."queryHash" = u."queryHash"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"1s3eckv3seuje","patchVersionSet":true,"patchVersion":"4smtq0:02","deletedSet":true,"deleted":false,"transformationHashSet":true,"transformationHash":"h0cf63qsu106","transformationVersionSet":true,"transformationVersion":"4smtq0:02","rowSetSignatureSet":true,"rowSetSignature":"108876e665f01b80"}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind '9qusqcpbft7lg555v3' '4smtq0:02' '9qusqcpbft7lg555v3' '4smtq0:02' \g
INSERT INTO "zero_0/cvr"."rows"(
      "clientGroupID", "schema", "table", "rowKey", "rowVersion", "patchVersion", "refCounts"
  ) SELECT
      "clientGroupID", "schema", "table", "rowKey", "rowVersion", "patchVersion", "refCounts"
    FROM json_to_recordset($1) AS x(
      "clientGroupID" TEXT,
      "schema" TEXT,
      "table" TEXT,
      "rowKey" JSONB,
      "rowVersion" TEXT,
      "patchVersion" TEXT,
      "refCounts" JSONB
  ) ON CONFLICT ("clientGroupID", "schema", "table", "rowKey")
    DO UPDATE SET "rowVersion" = excluded."rowVersion",
      "patchVersion" = excluded."patchVersion",
      "refCounts" = excluded."refCounts"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","schema":"","table":"place","rowKey":{"id":1},"rowVersion":"4scb28","patchVersion":"4slxcw:02","refCounts":{"33k20nd65yo6h":1,"1s3eckv3seuje":1}},{"clientGroupID":"9qusqcpbft7lg555v3","schema":"","table":"country","rowKey":{"code":"FR"},"rowVersion":"4scb28","patchVersion":"4slxcw","refCounts":{"ghh6wtebbc8e":1,"33k20nd65yo6h":2,"1s3eckv3seuje":1}},{"clientGroupID":"9qusqcpbft7lg555v3","schema":"","table":"region","rowKey":{"code":"FR.11"},"rowVersion":"4scb28","patchVersion":"4smtq0:02","refCounts":{"1s3eckv3seuje":1}},{"clientGroupID":"9qusqcpbft7lg555v3","schema":"","table":"star","rowKey":{"place_id":1},"rowVersion":"4smliw","patchVersion":"4smliw","refCounts":{"33k20nd65yo6h":1,"1s3eckv3seuje":1}},{"clientGroupID":"9qusqcpbft7lg555v3","schema":"","table":"note","rowKey":{"id":"n1"},"rowVersion":"4smtq0","patchVersion":"4smtq0:02","refCounts":{"1s3eckv3seuje":1}}]' \g
commit;
begin;
INSERT INTO "zero_0".clients 
                    as current ("clientGroupID", "clientID", "lastMutationID")
                        VALUES ($1, $2, $3)
                    ON CONFLICT ("clientGroupID", "clientID")
                    DO UPDATE SET "lastMutationID" = current."lastMutationID" + 1
                    RETURNING "lastMutationID"
  \bind '9qusqcpbft7lg555v3' 'nkbv25i91qum0fb4t5' '1' \g
DELETE FROM "star" WHERE "place_id" = $1::text::double precision
  \bind '1' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "owner" FROM "zero_0/cdc"."replicationState" FOR UPDATE;
INSERT INTO "zero_0/cdc"."changeLog" ("watermark", "pos", "change", "precommit")
        SELECT "watermark", "pos", "change"::json, "precommit"
          FROM json_to_recordset($1) AS x(
            "watermark" TEXT,
            "pos" INT8,
            "change" TEXT,
            "precommit" TEXT
          )
  \bind '[{"watermark":"4sn408","precommit":null,"pos":0,"change":"{\\"tag\\":\\"begin\\",\\"commitLsn\\":\\"00000000/02DE1008\\",\\"commitTime\\":1795630826388204,\\"xid\\":871,\\"json\\":\\"s\\"}"},{"watermark":"4sn408","precommit":null,"pos":1,"change":"{\\"tag\\":\\"update\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16844,\\"schema\\":\\"zero_0\\",\\"name\\":\\"clients\\",\\"rowKey\\":{\\"columns\\":[\\"clientGroupID\\",\\"clientID\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"clientGroupID\\",\\"clientID\\"],\\"replicaIdentity\\":\\"default\\"},\\"key\\":null,\\"old\\":null,\\"new\\":{\\"clientGroupID\\":\\"9qusqcpbft7lg555v3\\",\\"clientID\\":\\"nkbv25i91qum0fb4t5\\",\\"lastMutationID\\":3,\\"userID\\":null}}"},{"watermark":"4sn408","precommit":null,"pos":2,"change":"{\\"tag\\":\\"delete\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16719,\\"schema\\":\\"public\\",\\"name\\":\\"star\\",\\"rowKey\\":{\\"columns\\":[\\"place_id\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"place_id\\"],\\"replicaIdentity\\":\\"default\\"},\\"key\\":{\\"place_id\\":1},\\"old\\":null}"},{"watermark":"4sn408","precommit":"4sn408","pos":3,"change":"{\\"tag\\":\\"commit\\",\\"flags\\":0,\\"commitLsn\\":\\"00000000/02DE1008\\",\\"commitEndLsn\\":\\"00000000/02DE1038\\",\\"commitTime\\":1795630826388204,\\"commitTimeMs\\":1795630826388}"}]' \g
UPDATE "zero_0/cdc"."replicationState" SET "lastWatermark"=$1
  \bind '4sn408' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind '9qusqcpbft7lg555v3' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind '9qusqcpbft7lg555v3' '4sn408' '2026-11-25T18:20:26.397000000Z' '256' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' '9qusqcpbft7lg555v3' '4sn408' '2026-11-25T18:20:26.397000000Z' '256' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' \g
UPDATE "zero_0/cvr"."queries" AS q
        SET
          "patchVersion" = CASE
            WHEN u."patchVersionSet" THEN u."patchVersion"
            ELSE q."patchVersion"
          END,
          "deleted" = CASE
            WHEN u."deletedSet" THEN u."deleted"
            ELSE q."deleted"
          END,
          "transformationHash" = CASE
            WHEN u."transformationHashSet" THEN u."transformationHash"
            ELSE q."transformationHash"
          END,
          "transformationVersion" = CASE
            WHEN u."transformationVersionSet" THEN u."transformationVersion"
            ELSE q."transformationVersion"
          END,
          "rowSetSignature" = CASE
            WHEN u."rowSetSignatureSet" THEN u."rowSetSignature"
            ELSE q."rowSetSignature"
          END
        FROM json_to_recordset($1) AS u(
          "clientGroupID" TEXT,
          "queryHash" TEXT,
          "patchVersionSet" BOOLEAN,
          "patchVersion" TEXT,
          "deletedSet" BOOLEAN,
          "deleted" BOOLEAN,
          "transformationHashSet" BOOLEAN,
          "transformationHash" TEXT,
          "transformationVersionSet" BOOLEAN,
          "transformationVersion" TEXT,
          "rowSetSignatureSet" BOOLEAN,
          "rowSetSignature" TEXT
        )
        WHERE q."clientGroupID" = u."clientGroupID"
          AND q."queryHash" = u."queryHash"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"33k20nd65yo6h","patchVersionSet":false,"patchVersion":null,"deletedSet":false,"deleted":null,"transformationHashSet":false,"transformationHash":null,"transformationVersionSet":false,"transformationVersion":null,"rowSetSignatureSet":true,"rowSetSignature":"2235136af423478a"},{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"1s3eckv3seuje","patchVersionSet":false,"patchVersion":null,"deletedSet":false,"deleted":null,"transformationHashSet":false,"transformationHash":null,"transformationVersionSet":false,"transformationVersion":null,"rowSetSignatureSet":true,"rowSetSignature":"e2381c5e971d1924"}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind '9qusqcpbft7lg555v3' '4sn408' '9qusqcpbft7lg555v3' '4sn408' \g
INSERT INTO "zero_0/cvr"."rows"(
      "clientGroupID", "schema", "table", "rowKey", "rowVersion", "patchVersion", "refCounts"
  ) SELECT
      "clientGroupID", "schema", "table", "rowKey", "rowVersion", "patchVersion", "refCounts"
    FROM json_to_recordset($1) AS x(
      "clientGroupID" TEXT,
      "schema" TEXT,
      "table" TEXT,
      "rowKey" JSONB,
      "rowVersion" TEXT,
      "patchVersion" TEXT,
      "refCounts" JSONB
  ) ON CONFLICT ("clientGroupID", "schema", "table", "rowKey")
    DO UPDATE SET "rowVersion" = excluded."rowVersion",
      "patchVersion" = excluded."patchVersion",
      "refCounts" = excluded."refCounts"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","schema":"","table":"zero_0.clients","rowKey":{"clientGroupID":"9qusqcpbft7lg555v3","clientID":"nkbv25i91qum0fb4t5"},"rowVersion":"4sn408","patchVersion":"4sn408","refCounts":{"lmids":1}},{"clientGroupID":"9qusqcpbft7lg555v3","schema":"","table":"star","rowKey":{"place_id":1},"rowVersion":"4smliw","patchVersion":"4sn408","refCounts":null}]' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind '9qusqcpbft7lg555v3' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind '9qusqcpbft7lg555v3' '4sn408:01' '2026-11-25T18:20:26.401000000Z' '260' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' '9qusqcpbft7lg555v3' '4sn408:01' '2026-11-25T18:20:26.401000000Z' '260' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' \g
INSERT INTO "zero_0/cvr"."queries" (
          "clientGroupID",
          "queryHash",
          "clientAST",
          "queryName",
          "queryArgs",
          "patchVersion",
          "transformationHash",
          "transformationVersion",
          "internal",
          "deleted",
          "rowSetSignature"
        )
        SELECT
          "clientGroupID",
          "queryHash",
          "clientAST",
          "queryName",
          CASE
            WHEN "queryArgs" IS NULL THEN NULL
            ELSE "queryArgs"::json
          END,
          "patchVersion",
          "transformationHash",
          "transformationVersion",
          "internal",
          "deleted",
          "rowSetSignature"
        FROM json_to_recordset($1) AS x(
          "clientGroupID" TEXT,
          "queryHash" TEXT,
          "clientAST" JSONB,
          "queryName" TEXT,
          "queryArgs" TEXT,
          "patchVersion" TEXT,
          "transformationHash" TEXT,
          "transformationVersion" TEXT,
          "internal" BOOLEAN,
          "deleted" BOOLEAN,
          "rowSetSignature" TEXT
        )
        ON CONFLICT ("clientGroupID", "queryHash") DO UPDATE SET
          "clientAST" = excluded."clientAST",
          "queryName" = excluded."queryName",
          "queryArgs" = CASE
            WHEN excluded."queryArgs" IS NULL THEN NULL
            ELSE excluded."queryArgs"::json
          END,
          "patchVersion" = excluded."patchVersion",
          "transformationHash" = excluded."transformationHash",
          "transformationVersion" = excluded."transformationVersion",
          "internal" = excluded."internal",
          "deleted" = excluded."deleted",
          "rowSetSignature" = excluded."rowSetSignature"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","queryHash":"1s3eckv3seuje","clientAST":null,"queryName":"place","queryArgs":"[{\\"id\\":1}]","patchVersion":"4smtq0:02","transformationHash":"h0cf63qsu106","transformationVersion":"4smtq0:02","internal":null,"deleted":false,"rowSetSignature":"e2381c5e971d1924"}]' \g
INSERT INTO "zero_0/cvr"."desires" (
        "clientGroupID",
        "clientID",
        "queryHash",
        "patchVersion",
        "deleted",
        "ttl",
        "ttlMs",
        "inactivatedAt",
        "inactivatedAtMs"
      )
      SELECT
        "clientGroupID",
        "clientID",
        "queryHash",
        "patchVersion",
        "deleted",
        "ttl",
        "ttlMs",
        CASE
          WHEN "inactivatedAt" IS NULL THEN NULL
          -- Divide by 1000 because postgres.js serializeTimestamp treats numbers as ms
          -- and to_timestamp expects seconds. This matches non-batched behavior.
          ELSE to_timestamp("inactivatedAt" / 1000.0)
        END,
        "inactivatedAtMs"
      FROM json_to_recordset($1) AS x(
        "clientGroupID" TEXT,
        "clientID" TEXT,
        "queryHash" TEXT,
        "patchVersion" TEXT,
        "deleted" BOOLEAN,
        "ttl" INTERVAL,
        "ttlMs" DOUBLE PRECISION,
        "inactivatedAt" DOUBLE PRECISION,
        "inactivatedAtMs" DOUBLE PRECISION
      )
      ON CONFLICT ("clientGroupID", "clientID", "queryHash") DO UPDATE SET
        "patchVersion" = excluded."patchVersion",
        "deleted" = excluded."deleted",
        "ttl" = excluded."ttl",
        "ttlMs" = excluded."ttlMs",
        "inactivatedAt" = excluded."inactivatedAt",
        "inactivatedAtMs" = excluded."inactivatedAtMs"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","clientID":"nkbv25i91qum0fb4t5","queryHash":"1s3eckv3seuje","patchVersion":"4sn408:01","deleted":true,"ttl":300,"ttlMs":300000,"inactivatedAt":0.26,"inactivatedAtMs":260}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind '9qusqcpbft7lg555v3' '4sn408:01' '9qusqcpbft7lg555v3' '4sn408:01' \g
commit;
UPDATE "zero_0/cvr"."instances"
          SET "lastActive" = $1,
              "ttlClock" = $2
          WHERE "clientGroupID" = $3
  \bind '2026-11-25T18:20:29.408000000Z' '3267' '9qusqcpbft7lg555v3' \g
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "owner" FROM "zero_0/cdc"."replicationState" FOR UPDATE;
INSERT INTO "zero_0/cdc"."changeLog" ("watermark", "pos", "change", "precommit")
        SELECT "watermark", "pos", "change"::json, "precommit"
          FROM json_to_recordset($1) AS x(
            "watermark" TEXT,
            "pos" INT8,
            "change" TEXT,
            "precommit" TEXT
          )
  \bind '[{"watermark":"4snaow","precommit":null,"pos":0,"change":"{\\"tag\\":\\"begin\\",\\"commitLsn\\":\\"00000000/02DE31E0\\",\\"commitTime\\":1795630829406749,\\"xid\\":875,\\"json\\":\\"s\\"}"},{"watermark":"4snaow","precommit":null,"pos":1,"change":"{\\"tag\\":\\"update\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16691,\\"schema\\":\\"public\\",\\"name\\":\\"place\\",\\"rowKey\\":{\\"columns\\":[\\"id\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"id\\"],\\"replicaIdentity\\":\\"default\\"},\\"key\\":null,\\"old\\":null,\\"new\\":{\\"id\\":1,\\"name\\":\\"Lutetia\\",\\"country_code\\":\\"FR\\",\\"region_code\\":\\"FR.11\\",\\"latitude\\":48.85341,\\"longitude\\":2.3488,\\"is_capital\\":true}}"},{"watermark":"4snaow","precommit":"4snaow","pos":2,"change":"{\\"tag\\":\\"commit\\",\\"flags\\":0,\\"commitLsn\\":\\"00000000/02DE31E0\\",\\"commitEndLsn\\":\\"00000000/02DE3210\\",\\"commitTime\\":1795630829406749,\\"commitTimeMs\\":1795630829406}"}]' \g
UPDATE "zero_0/cdc"."replicationState" SET "lastWatermark"=$1
  \bind '4snaow' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind '9qusqcpbft7lg555v3' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind '9qusqcpbft7lg555v3' '4snaow' '2026-11-25T18:20:29.423000000Z' '3282' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' '9qusqcpbft7lg555v3' '4snaow' '2026-11-25T18:20:29.423000000Z' '3282' '4scb28' 'P7SQj_jsjOVstA5qOw4VC' '2026-11-25T18:20:26.133000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pk14nb4e20gr7lsv03r' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind '9qusqcpbft7lg555v3' '4snaow' '9qusqcpbft7lg555v3' '4snaow' \g
INSERT INTO "zero_0/cvr"."rows"(
      "clientGroupID", "schema", "table", "rowKey", "rowVersion", "patchVersion", "refCounts"
  ) SELECT
      "clientGroupID", "schema", "table", "rowKey", "rowVersion", "patchVersion", "refCounts"
    FROM json_to_recordset($1) AS x(
      "clientGroupID" TEXT,
      "schema" TEXT,
      "table" TEXT,
      "rowKey" JSONB,
      "rowVersion" TEXT,
      "patchVersion" TEXT,
      "refCounts" JSONB
  ) ON CONFLICT ("clientGroupID", "schema", "table", "rowKey")
    DO UPDATE SET "rowVersion" = excluded."rowVersion",
      "patchVersion" = excluded."patchVersion",
      "refCounts" = excluded."refCounts"
  \bind '[{"clientGroupID":"9qusqcpbft7lg555v3","schema":"","table":"place","rowKey":{"id":1},"rowVersion":"4snaow","patchVersion":"4snaow","refCounts":{"33k20nd65yo6h":1,"1s3eckv3seuje":1}}]' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "owner" FROM "zero_0/cdc"."replicationState" FOR UPDATE;
INSERT INTO "zero_0/cdc"."changeLog" ("watermark", "pos", "change", "precommit")
        SELECT "watermark", "pos", "change"::json, "precommit"
          FROM json_to_recordset($1) AS x(
            "watermark" TEXT,
            "pos" INT8,
            "change" TEXT,
            "precommit" TEXT
          )
  \bind '[{"watermark":"4so6ig","precommit":null,"pos":0,"change":"{\\"tag\\":\\"begin\\",\\"commitLsn\\":\\"00000000/02DED2F8\\",\\"commitTime\\":1795630829488835,\\"xid\\":879,\\"json\\":\\"s\\"}"}]' \g
INSERT INTO "zero_0/cdc"."changeLog" ("watermark","precommit","pos","change")values($1,$2,$3,$4)
  \bind '4so6ig' NULL '1' '{"tag":"add-column","table":{"schema":"public","name":"place"},"column":{"name":"visited","spec":{"pos":8,"dflt":null,"notNull":false,"typeOID":16,"dataType":"bool","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"tableMetadata":{"schemaOID":2200,"relationOID":16691,"rowKey":{"id":{"attNum":1}}}}' \g
INSERT INTO "zero_0/cdc"."tableMetadata" ("schema","table","metadata")values($1,$2,$3)
          ON CONFLICT ("schema", "table") 
          DO UPDATE SET "schema"=$4,"table"=$5,"metadata"=$6
  \bind 'public' 'place' '{"schemaOID":2200,"relationOID":16691,"rowKey":{"id":{"attNum":1}}}' 'public' 'place' '{"schemaOID":2200,"relationOID":16691,"rowKey":{"id":{"attNum":1}}}' \g
INSERT INTO "zero_0/cdc"."changeLog" ("watermark", "pos", "change", "precommit")
        SELECT "watermark", "pos", "change"::json, "precommit"
          FROM json_to_recordset($1) AS x(
            "watermark" TEXT,
            "pos" INT8,
            "change" TEXT,
            "precommit" TEXT
          )
  \bind '[{"watermark":"4so6ig","precommit":"4so6ig","pos":2,"change":"{\\"tag\\":\\"commit\\",\\"flags\\":0,\\"commitLsn\\":\\"00000000/02DED2F8\\",\\"commitEndLsn\\":\\"00000000/02DED380\\",\\"commitTime\\":1795630829488835,\\"commitTimeMs\\":1795630829488}"}]' \g
UPDATE "zero_0/cdc"."replicationState" SET "lastWatermark"=$1
  \bind '4so6ig' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "owner" FROM "zero_0/cdc"."replicationState" FOR UPDATE;
INSERT INTO "zero_0/cdc"."changeLog" ("watermark", "pos", "change", "precommit")
        SELECT "watermark", "pos", "change"::json, "precommit"
          FROM json_to_recordset($1) AS x(
            "watermark" TEXT,
            "pos" INT8,
            "change" TEXT,
            "precommit" TEXT
          )
  \bind '[{"watermark":"4so6o0","precommit":null,"pos":0,"change":"{\\"tag\\":\\"begin\\",\\"commitLsn\\":\\"00000000/02DED3C0\\",\\"commitTime\\":1795630829491112,\\"xid\\":880,\\"json\\":\\"s\\"}"},{"watermark":"4so6o0","precommit":null,"pos":1,"change":"{\\"tag\\":\\"delete\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16691,\\"schema\\":\\"public\\",\\"name\\":\\"place\\",\\"rowKey\\":{\\"columns\\":[\\"id\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"id\\"],\\"replicaIdentity\\":\\"default\\"},\\"key\\":{\\"id\\":2},\\"old\\":null}"},{"watermark":"4so6o0","precommit":"4so6o0","pos":2,"change":"{\\"tag\\":\\"commit\\",\\"flags\\":0,\\"commitLsn\\":\\"00000000/02DED3C0\\",\\"commitEndLsn\\":\\"00000000/02DED3F0\\",\\"commitTime\\":1795630829491112,\\"commitTimeMs\\":1795630829491}"}]' \g
UPDATE "zero_0/cdc"."replicationState" SET "lastWatermark"=$1
  \bind '4so6o0' \g
commit;
