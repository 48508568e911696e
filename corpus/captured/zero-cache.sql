-- What @rocicorp/zero 1.9.0 sends for the atlas, captured from the wire.

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
  \bind '1795631310867' 'zero_0_a' '4mq4vc' \g
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
  \bind '"zero_0"."clients"' \g
COPY (SELECT "created_at","place_id" FROM "public"."star" ) TO STDOUT WITH (FORMAT binary);
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
  \bind '"zero"."permissions"' \g
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
  \bind '"public"."region"' \g
COPY (SELECT "country_code","id","is_capital","latitude","longitude","name","region_code" FROM "public"."place" ) TO STDOUT WITH (FORMAT binary);
COPY (SELECT "clientGroupID","clientID","mutationID","result" FROM "zero_0"."mutations" ) TO STDOUT WITH (FORMAT binary);
commit;
begin ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SET TRANSACTION SNAPSHOT '0000007E-00000003-1';
SELECT GREATEST(reltuples, 0)::float8 AS "totalRows",
         pg_table_size(oid)::float8 AS "totalBytes"
    FROM pg_class
    WHERE oid = $1::regclass
  \bind '"public"."star"' \g
COPY (SELECT "body","created_at","id","place_id" FROM "public"."note" ) TO STDOUT WITH (FORMAT binary);
COPY (SELECT "clientGroupID","clientID","lastMutationID","userID" FROM "zero_0"."clients" ) TO STDOUT WITH (FORMAT binary);
commit;
UPDATE "zero_0".replicas SET "initialSchema"=$1,"initialSyncContext"=$2 WHERE id = $3
  \bind '{"tables":[{"oid":16385,"schema":"public","schemaOID":2200,"name":"country","replicaIdentity":"d","columns":{"area":{"pos":8,"dflt":null,"notNull":true,"typeOID":701,"dataType":"float8","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"capital":{"pos":6,"dflt":null,"notNull":false,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"code":{"pos":1,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"continent":{"pos":4,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"flag":{"pos":7,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"languages":{"pos":9,"dflt":null,"notNull":true,"typeOID":1009,"dataType":"text[]","pgTypeClass":"b","elemPgTypeClass":"b","characterMaximumLength":null},"name":{"pos":2,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"official_name":{"pos":3,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"place_count":{"pos":10,"dflt":"0","notNull":true,"typeOID":23,"dataType":"int4","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"subregion":{"pos":5,"dflt":null,"notNull":false,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["code"],"publications":{"_zero_public_0":{"rowFilter":null}},"replicaIdentityColumns":["code"]},{"oid":16458,"schema":"public","schemaOID":2200,"name":"note","replicaIdentity":"d","columns":{"body":{"pos":3,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"created_at":{"pos":4,"dflt":"now()","notNull":true,"typeOID":1184,"dataType":"timestamptz","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"id":{"pos":1,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"place_id":{"pos":2,"dflt":null,"notNull":true,"typeOID":23,"dataType":"int4","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["id"],"publications":{"_zero_public_0":{"rowFilter":null}},"replicaIdentityColumns":["id"]},{"oid":16417,"schema":"public","schemaOID":2200,"name":"place","replicaIdentity":"d","columns":{"country_code":{"pos":3,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"id":{"pos":1,"dflt":null,"notNull":true,"typeOID":23,"dataType":"int4","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"is_capital":{"pos":7,"dflt":"false","notNull":true,"typeOID":16,"dataType":"bool","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"latitude":{"pos":5,"dflt":null,"notNull":true,"typeOID":701,"dataType":"float8","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"longitude":{"pos":6,"dflt":null,"notNull":true,"typeOID":701,"dataType":"float8","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"name":{"pos":2,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"region_code":{"pos":4,"dflt":null,"notNull":false,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["id"],"publications":{"_zero_public_0":{"rowFilter":null}},"replicaIdentityColumns":["id"]},{"oid":16401,"schema":"public","schemaOID":2200,"name":"region","replicaIdentity":"d","columns":{"code":{"pos":1,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"country_code":{"pos":2,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"name":{"pos":3,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["code"],"publications":{"_zero_public_0":{"rowFilter":null}},"replicaIdentityColumns":["code"]},{"oid":16445,"schema":"public","schemaOID":2200,"name":"star","replicaIdentity":"d","columns":{"created_at":{"pos":2,"dflt":"now()","notNull":true,"typeOID":1184,"dataType":"timestamptz","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"place_id":{"pos":1,"dflt":null,"notNull":true,"typeOID":23,"dataType":"int4","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["place_id"],"publications":{"_zero_public_0":{"rowFilter":null}},"replicaIdentityColumns":["place_id"]},{"oid":16560,"schema":"zero","schemaOID":16559,"name":"permissions","replicaIdentity":"d","columns":{"hash":{"pos":2,"dflt":null,"notNull":false,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"lock":{"pos":3,"dflt":"true","notNull":true,"typeOID":16,"dataType":"bool","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"permissions":{"pos":1,"dflt":null,"notNull":false,"typeOID":3802,"dataType":"jsonb","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["lock"],"publications":{"_zero_metadata_0":{"rowFilter":null}},"replicaIdentityColumns":["lock"]},{"oid":16572,"schema":"zero_0","schemaOID":16545,"name":"clients","replicaIdentity":"d","columns":{"clientGroupID":{"pos":1,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"clientID":{"pos":2,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"lastMutationID":{"pos":3,"dflt":null,"notNull":true,"typeOID":20,"dataType":"int8","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"userID":{"pos":4,"dflt":null,"notNull":false,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["clientGroupID","clientID"],"publications":{"_zero_metadata_0":{"rowFilter":null}},"replicaIdentityColumns":["clientGroupID","clientID"]},{"oid":16582,"schema":"zero_0","schemaOID":16545,"name":"mutations","replicaIdentity":"d","columns":{"clientGroupID":{"pos":1,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"clientID":{"pos":2,"dflt":null,"notNull":true,"typeOID":25,"dataType":"text","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"mutationID":{"pos":3,"dflt":null,"notNull":true,"typeOID":20,"dataType":"int8","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null},"result":{"pos":4,"dflt":null,"notNull":true,"typeOID":114,"dataType":"json","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"primaryKey":["clientGroupID","clientID","mutationID"],"publications":{"_zero_metadata_0":{"rowFilter":null}},"replicaIdentityColumns":["clientGroupID","clientID","mutationID"]}],"indexes":[{"schema":"public","tableName":"country","name":"country_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"code":"ASC"}},{"schema":"public","tableName":"note","name":"note_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"id":"ASC"}},{"schema":"public","tableName":"note","name":"note_place","unique":false,"isPrimaryKey":false,"isReplicaIdentity":false,"isImmediate":true,"columns":{"place_id":"ASC"}},{"schema":"public","tableName":"place","name":"place_country","unique":false,"isPrimaryKey":false,"isReplicaIdentity":false,"isImmediate":true,"columns":{"country_code":"ASC","name":"ASC"}},{"schema":"public","tableName":"place","name":"place_name","unique":false,"isPrimaryKey":false,"isReplicaIdentity":false,"isImmediate":true,"columns":{"name":"ASC"}},{"schema":"public","tableName":"place","name":"place_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"id":"ASC"}},{"schema":"public","tableName":"place","name":"place_region","unique":false,"isPrimaryKey":false,"isReplicaIdentity":false,"isImmediate":true,"columns":{"region_code":"ASC","name":"ASC"}},{"schema":"public","tableName":"region","name":"region_country","unique":false,"isPrimaryKey":false,"isReplicaIdentity":false,"isImmediate":true,"columns":{"country_code":"ASC"}},{"schema":"public","tableName":"region","name":"region_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"code":"ASC"}},{"schema":"public","tableName":"star","name":"star_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"place_id":"ASC"}},{"schema":"zero","tableName":"permissions","name":"permissions_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"lock":"ASC"}},{"schema":"zero_0","tableName":"clients","name":"clients_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"clientGroupID":"ASC","clientID":"ASC"}},{"schema":"zero_0","tableName":"mutations","name":"mutations_pkey","unique":true,"isPrimaryKey":true,"isReplicaIdentity":false,"isImmediate":true,"columns":{"clientGroupID":"ASC","clientID":"ASC","mutationID":"ASC"}}]}' '{"appID":"zero","taskID":"CWJlw2_W3Q69cScMMHljB","hostIP":"127.0.0.1","hostname":"vm","timestamp":"2026-11-25T18:28:30.862Z"}' '1795631310867' \g
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
  \bind '4mq4vc' \g
SELECT pubname FROM pg_publication WHERE pubname IN ($1,$2)
  \bind '_zero_metadata_0' '_zero_public_0' \g
SELECT restart_lsn as "restartLSN", wal_status as "walStatus" FROM pg_replication_slots
      WHERE slot_name = $1
  \bind 'zero_0_a' \g
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
  \bind 'zero/0/lag-report/v1' 'vSC8qZ6jVzcCM9qcph3FC' '1795631312443' \g
SELECT pg_terminate_backend(active_pid) as terminated, active_pid as pid
        FROM pg_replication_slots
        WHERE slot_name = $1
  \bind 'zero_0_a' \g
UPDATE "zero_0"."replicas" 
        SET "subscriberContext" = $1
        WHERE id = $2
  \bind '{"appID":"zero","taskID":"CWJlw2_W3Q69cScMMHljB","hostIP":"127.0.0.1","hostname":"vm","timestamp":"2026-11-25T18:28:30.862Z"}' '1795631310867' \g
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
SELECT 1;
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
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
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
  \bind 'gd4lgn1n4lcqeqm1cm' 'cctrgb98qk7uuvhkq8' '1' \g
INSERT INTO "star" ("place_id","created_at") VALUES ($1::text::integer, to_timestamp($2::text::numeric / 1000.0)) ON CONFLICT ("place_id") DO UPDATE SET "created_at" = to_timestamp($2::text::numeric / 1000.0)
  \bind '1' '1700000000000' \g
commit;
begin;
INSERT INTO "zero_0".clients 
                    as current ("clientGroupID", "clientID", "lastMutationID")
                        VALUES ($1, $2, $3)
                    ON CONFLICT ("clientGroupID", "clientID")
                    DO UPDATE SET "lastMutationID" = current."lastMutationID" + 1
                    RETURNING "lastMutationID"
  \bind 'gd4lgn1n4lcqeqm1cm' 'cctrgb98qk7uuvhkq8' '1' \g
INSERT INTO "note" ("id","place_id","body","created_at") VALUES ($1::text::text, $2::text::integer, $3::text::text, to_timestamp($4::text::numeric / 1000.0)) ON CONFLICT ("id") DO NOTHING
  \bind 'n1' '1' 'seen' '1700000000000' \g
commit;
begin;
INSERT INTO "zero_0".clients 
                    as current ("clientGroupID", "clientID", "lastMutationID")
                        VALUES ($1, $2, $3)
                    ON CONFLICT ("clientGroupID", "clientID")
                    DO UPDATE SET "lastMutationID" = current."lastMutationID" + 1
                    RETURNING "lastMutationID"
  \bind 'gd4lgn1n4lcqeqm1cm' 'cctrgb98qk7uuvhkq8' '1' \g
DELETE FROM "star" WHERE "place_id" = $1::text::double precision
  \bind '1' \g
commit;
