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
select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid;
SELECT 1;
SELECT 1;
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
  \bind '{"_zero_metadata_0","_zero_public_0"}' '4mq4vc' \g
INSERT INTO "zero_0/cdc"."replicationState"  ("lastWatermark","owner","ownerAddress")values($1,$2,$3) 
              ON CONFLICT (lock) DO UPDATE SET "lastWatermark"=$4,"owner"=$5,"ownerAddress"=$6
  \bind '4mq4vc' NULL NULL '4mq4vc' NULL NULL \g
INSERT INTO "zero_0/cdc"."changeLog" ("watermark","pos","change")values($1,$2,$3)
  \bind '4mq4vc' '0' '{"tag":"begin"}' \g
INSERT INTO "zero_0/cdc"."changeLog" ("watermark","pos","change")values($1,$2,$3)
  \bind '4mq4vc' '1' '{"tag":"commit"}' \g
commit;
UPDATE "zero_0/cdc"."replicationState" SET "owner"=$1,"ownerAddress"=$2
  \bind 'CWJlw2_W3Q69cScMMHljB' '127.0.0.1:39727' \g
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
begin ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "lastWatermark" FROM "zero_0/cdc"."replicationState";
SELECT watermark, change->'tag' as tag, change::text FROM "zero_0/cdc"."changeLog"
           WHERE watermark >= $1
             AND watermark <= $2
           ORDER BY watermark, pos
  \bind '4mq4vc' '4mq4vc' \g
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
  \bind '[{"watermark":"4mv85c","precommit":null,"pos":0,"change":"{\\"tag\\":\\"begin\\",\\"commitLsn\\":\\"00000000/024A1100\\",\\"commitTime\\":1795631313530445,\\"xid\\":770,\\"json\\":\\"s\\"}"},{"watermark":"4mv85c","precommit":null,"pos":1,"change":"{\\"tag\\":\\"insert\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16572,\\"schema\\":\\"zero_0\\",\\"name\\":\\"clients\\",\\"rowKey\\":{\\"columns\\":[\\"clientGroupID\\",\\"clientID\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"clientGroupID\\",\\"clientID\\"],\\"replicaIdentity\\":\\"default\\"},\\"new\\":{\\"clientGroupID\\":\\"gd4lgn1n4lcqeqm1cm\\",\\"clientID\\":\\"cctrgb98qk7uuvhkq8\\",\\"lastMutationID\\":1,\\"userID\\":null}}"},{"watermark":"4mv85c","precommit":null,"pos":2,"change":"{\\"tag\\":\\"insert\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16445,\\"schema\\":\\"public\\",\\"name\\":\\"star\\",\\"rowKey\\":{\\"columns\\":[\\"place_id\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"place_id\\"],\\"replicaIdentity\\":\\"default\\"},\\"new\\":{\\"place_id\\":1,\\"created_at\\":1700000000000}}"},{"watermark":"4mv85c","precommit":"4mv85c","pos":3,"change":"{\\"tag\\":\\"commit\\",\\"flags\\":0,\\"commitLsn\\":\\"00000000/024A1100\\",\\"commitEndLsn\\":\\"00000000/024A1130\\",\\"commitTime\\":1795631313530445,\\"commitTimeMs\\":1795631313530}"}]' \g
UPDATE "zero_0/cdc"."replicationState" SET "lastWatermark"=$1
  \bind '4mv85c' \g
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
  \bind '[{"watermark":"4mvgcg","precommit":null,"pos":0,"change":"{\\"tag\\":\\"begin\\",\\"commitLsn\\":\\"00000000/024A3A80\\",\\"commitTime\\":1795631313597292,\\"xid\\":774,\\"json\\":\\"s\\"}"},{"watermark":"4mvgcg","precommit":null,"pos":1,"change":"{\\"tag\\":\\"update\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16572,\\"schema\\":\\"zero_0\\",\\"name\\":\\"clients\\",\\"rowKey\\":{\\"columns\\":[\\"clientGroupID\\",\\"clientID\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"clientGroupID\\",\\"clientID\\"],\\"replicaIdentity\\":\\"default\\"},\\"key\\":null,\\"old\\":null,\\"new\\":{\\"clientGroupID\\":\\"gd4lgn1n4lcqeqm1cm\\",\\"clientID\\":\\"cctrgb98qk7uuvhkq8\\",\\"lastMutationID\\":2,\\"userID\\":null}}"},{"watermark":"4mvgcg","precommit":null,"pos":2,"change":"{\\"tag\\":\\"insert\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16458,\\"schema\\":\\"public\\",\\"name\\":\\"note\\",\\"rowKey\\":{\\"columns\\":[\\"id\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"id\\"],\\"replicaIdentity\\":\\"default\\"},\\"new\\":{\\"id\\":\\"n1\\",\\"place_id\\":1,\\"body\\":\\"seen\\",\\"created_at\\":1700000000000}}"},{"watermark":"4mvgcg","precommit":"4mvgcg","pos":3,"change":"{\\"tag\\":\\"commit\\",\\"flags\\":0,\\"commitLsn\\":\\"00000000/024A3A80\\",\\"commitEndLsn\\":\\"00000000/024A3AB0\\",\\"commitTime\\":1795631313597292,\\"commitTimeMs\\":1795631313597}"}]' \g
UPDATE "zero_0/cdc"."replicationState" SET "lastWatermark"=$1
  \bind '4mvgcg' \g
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
  \bind '[{"watermark":"4mvqmo","precommit":null,"pos":0,"change":"{\\"tag\\":\\"begin\\",\\"commitLsn\\":\\"00000000/024A6E90\\",\\"commitTime\\":1795631313657967,\\"xid\\":779,\\"json\\":\\"s\\"}"},{"watermark":"4mvqmo","precommit":null,"pos":1,"change":"{\\"tag\\":\\"update\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16572,\\"schema\\":\\"zero_0\\",\\"name\\":\\"clients\\",\\"rowKey\\":{\\"columns\\":[\\"clientGroupID\\",\\"clientID\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"clientGroupID\\",\\"clientID\\"],\\"replicaIdentity\\":\\"default\\"},\\"key\\":null,\\"old\\":null,\\"new\\":{\\"clientGroupID\\":\\"gd4lgn1n4lcqeqm1cm\\",\\"clientID\\":\\"cctrgb98qk7uuvhkq8\\",\\"lastMutationID\\":3,\\"userID\\":null}}"},{"watermark":"4mvqmo","precommit":null,"pos":2,"change":"{\\"tag\\":\\"delete\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16445,\\"schema\\":\\"public\\",\\"name\\":\\"star\\",\\"rowKey\\":{\\"columns\\":[\\"place_id\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"place_id\\"],\\"replicaIdentity\\":\\"default\\"},\\"key\\":{\\"place_id\\":1},\\"old\\":null}"},{"watermark":"4mvqmo","precommit":"4mvqmo","pos":3,"change":"{\\"tag\\":\\"commit\\",\\"flags\\":0,\\"commitLsn\\":\\"00000000/024A6E90\\",\\"commitEndLsn\\":\\"00000000/024A6EC0\\",\\"commitTime\\":1795631313657967,\\"commitTimeMs\\":1795631313657}"}]' \g
UPDATE "zero_0/cdc"."replicationState" SET "lastWatermark"=$1
  \bind '4mvqmo' \g
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
  \bind '[{"watermark":"4mvxbc","precommit":null,"pos":0,"change":"{\\"tag\\":\\"begin\\",\\"commitLsn\\":\\"00000000/024A9068\\",\\"commitTime\\":1795631316688894,\\"xid\\":783,\\"json\\":\\"s\\"}"},{"watermark":"4mvxbc","precommit":null,"pos":1,"change":"{\\"tag\\":\\"update\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16417,\\"schema\\":\\"public\\",\\"name\\":\\"place\\",\\"rowKey\\":{\\"columns\\":[\\"id\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"id\\"],\\"replicaIdentity\\":\\"default\\"},\\"key\\":null,\\"old\\":null,\\"new\\":{\\"id\\":1,\\"name\\":\\"Lutetia\\",\\"country_code\\":\\"FR\\",\\"region_code\\":\\"FR.11\\",\\"latitude\\":48.85341,\\"longitude\\":2.3488,\\"is_capital\\":true}}"},{"watermark":"4mvxbc","precommit":"4mvxbc","pos":2,"change":"{\\"tag\\":\\"commit\\",\\"flags\\":0,\\"commitLsn\\":\\"00000000/024A9068\\",\\"commitEndLsn\\":\\"00000000/024A9098\\",\\"commitTime\\":1795631316688894,\\"commitTimeMs\\":1795631316688}"}]' \g
UPDATE "zero_0/cdc"."replicationState" SET "lastWatermark"=$1
  \bind '4mvxbc' \g
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
  \bind '[{"watermark":"4mwstk","precommit":null,"pos":0,"change":"{\\"tag\\":\\"begin\\",\\"commitLsn\\":\\"00000000/024B2FE8\\",\\"commitTime\\":1795631316735045,\\"xid\\":787,\\"json\\":\\"s\\"}"}]' \g
INSERT INTO "zero_0/cdc"."changeLog" ("watermark","precommit","pos","change")values($1,$2,$3,$4)
  \bind '4mwstk' NULL '1' '{"tag":"add-column","table":{"schema":"public","name":"place"},"column":{"name":"visited","spec":{"pos":8,"dflt":null,"notNull":false,"typeOID":16,"dataType":"bool","pgTypeClass":"b","elemPgTypeClass":null,"characterMaximumLength":null}},"tableMetadata":{"schemaOID":2200,"relationOID":16417,"rowKey":{"id":{"attNum":1}}}}' \g
INSERT INTO "zero_0/cdc"."tableMetadata" ("schema","table","metadata")values($1,$2,$3)
          ON CONFLICT ("schema", "table") 
          DO UPDATE SET "schema"=$4,"table"=$5,"metadata"=$6
  \bind 'public' 'place' '{"schemaOID":2200,"relationOID":16417,"rowKey":{"id":{"attNum":1}}}' 'public' 'place' '{"schemaOID":2200,"relationOID":16417,"rowKey":{"id":{"attNum":1}}}' \g
INSERT INTO "zero_0/cdc"."changeLog" ("watermark", "pos", "change", "precommit")
        SELECT "watermark", "pos", "change"::json, "precommit"
          FROM json_to_recordset($1) AS x(
            "watermark" TEXT,
            "pos" INT8,
            "change" TEXT,
            "precommit" TEXT
          )
  \bind '[{"watermark":"4mwstk","precommit":"4mwstk","pos":2,"change":"{\\"tag\\":\\"commit\\",\\"flags\\":0,\\"commitLsn\\":\\"00000000/024B2FE8\\",\\"commitEndLsn\\":\\"00000000/024B3070\\",\\"commitTime\\":1795631316735045,\\"commitTimeMs\\":1795631316735}"}]' \g
UPDATE "zero_0/cdc"."replicationState" SET "lastWatermark"=$1
  \bind '4mwstk' \g
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
  \bind '[{"watermark":"4mwsz4","precommit":null,"pos":0,"change":"{\\"tag\\":\\"begin\\",\\"commitLsn\\":\\"00000000/024B30B0\\",\\"commitTime\\":1795631316736640,\\"xid\\":788,\\"json\\":\\"s\\"}"},{"watermark":"4mwsz4","precommit":null,"pos":1,"change":"{\\"tag\\":\\"delete\\",\\"relation\\":{\\"tag\\":\\"relation\\",\\"relationOid\\":16417,\\"schema\\":\\"public\\",\\"name\\":\\"place\\",\\"rowKey\\":{\\"columns\\":[\\"id\\"],\\"type\\":\\"default\\"},\\"keyColumns\\":[\\"id\\"],\\"replicaIdentity\\":\\"default\\"},\\"key\\":{\\"id\\":2},\\"old\\":null}"},{"watermark":"4mwsz4","precommit":"4mwsz4","pos":2,"change":"{\\"tag\\":\\"commit\\",\\"flags\\":0,\\"commitLsn\\":\\"00000000/024B30B0\\",\\"commitEndLsn\\":\\"00000000/024B30E0\\",\\"commitTime\\":1795631316736640,\\"commitTimeMs\\":1795631316736}"}]' \g
UPDATE "zero_0/cdc"."replicationState" SET "lastWatermark"=$1
  \bind '4mwsz4' \g
commit;
