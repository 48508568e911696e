-- What @rocicorp/zero 1.9.0 sends for the atlas, captured from the wire.

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
  \bind '2026-11-24T18:28:31.734000000Z' '2026-11-24T18:28:31.734000000Z' '2026-11-18T18:28:31.734000000Z' '2026-11-24T18:28:31.734000000Z' '2026-11-18T18:28:31.734000000Z' '2026-10-26T18:28:31.734000000Z' \g
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "clientGroupID" FROM "zero_0/cvr".instances
            WHERE NOT "deleted" AND "lastActive" < $1
            ORDER BY "lastActive" ASC
            LIMIT $2
            FOR UPDATE SKIP LOCKED
  \bind '2026-11-23T18:28:31.738000000Z' '25' \g
SELECT COUNT(*) AS remaining FROM "zero_0/cvr".instances
          WHERE NOT "deleted" AND "lastActive" < $1
  \bind '2026-11-23T18:28:31.738000000Z' \g
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
  \bind 'gd4lgn1n4lcqeqm1cm' \g
SELECT "clientID" FROM "zero_0/cvr"."clients"
           WHERE "clientGroupID" = $1
  \bind 'gd4lgn1n4lcqeqm1cm' \g
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
  \bind 'gd4lgn1n4lcqeqm1cm' \g
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
  \bind 'gd4lgn1n4lcqeqm1cm' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind 'gd4lgn1n4lcqeqm1cm' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind 'gd4lgn1n4lcqeqm1cm' '00:01' '2026-11-25T18:28:33.446000000Z' '20' NULL 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' 'gd4lgn1n4lcqeqm1cm' '00:01' '2026-11-25T18:28:33.446000000Z' '20' NULL 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' \g
INSERT INTO "zero_0/cvr"."clients" ("clientGroupID","clientID")values($1,$2)
  \bind 'gd4lgn1n4lcqeqm1cm' 'cctrgb98qk7uuvhkq8' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"lmids","clientAST":{"schema":"","table":"zero_0.clients","where":{"type":"simple","left":{"type":"column","name":"clientGroupID"},"op":"=","right":{"type":"literal","value":"gd4lgn1n4lcqeqm1cm"}},"orderBy":[["clientGroupID","asc"],["clientID","asc"]]},"queryName":null,"queryArgs":null,"patchVersion":null,"transformationHash":null,"transformationVersion":null,"internal":true,"deleted":false,"rowSetSignature":null},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"mutationResults","clientAST":{"schema":"","table":"zero_0.mutations","where":{"type":"and","conditions":[{"type":"simple","left":{"type":"column","name":"clientGroupID"},"op":"=","right":{"type":"literal","value":"gd4lgn1n4lcqeqm1cm"}}]},"orderBy":[["clientGroupID","asc"],["clientID","asc"],["mutationID","asc"]]},"queryName":null,"queryArgs":null,"patchVersion":null,"transformationHash":null,"transformationVersion":null,"internal":true,"deleted":false,"rowSetSignature":null},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"ghh6wtebbc8e","clientAST":null,"queryName":"countries","queryArgs":"[]","patchVersion":null,"transformationHash":null,"transformationVersion":null,"internal":null,"deleted":false,"rowSetSignature":null}]' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","clientID":"cctrgb98qk7uuvhkq8","queryHash":"ghh6wtebbc8e","patchVersion":"00:01","deleted":false,"ttl":300,"ttlMs":300000,"inactivatedAt":null,"inactivatedAtMs":null}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind 'gd4lgn1n4lcqeqm1cm' '00:01' 'gd4lgn1n4lcqeqm1cm' '00:01' \g
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
  \bind 'gd4lgn1n4lcqeqm1cm' \g
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind 'gd4lgn1n4lcqeqm1cm' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind 'gd4lgn1n4lcqeqm1cm' '4mq4vc' '2026-11-25T18:28:33.483000000Z' '57' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' 'gd4lgn1n4lcqeqm1cm' '4mq4vc' '2026-11-25T18:28:33.483000000Z' '57' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"lmids","patchVersionSet":true,"patchVersion":null,"deletedSet":true,"deleted":false,"transformationHashSet":true,"transformationHash":"1afiuuv8c1k9o","transformationVersionSet":true,"transformationVersion":"4mq4vc","rowSetSignatureSet":false,"rowSetSignature":null},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"mutationResults","patchVersionSet":true,"patchVersion":null,"deletedSet":true,"deleted":false,"transformationHashSet":true,"transformationHash":"1optu3846xfqe","transformationVersionSet":true,"transformationVersion":"4mq4vc","rowSetSignatureSet":false,"rowSetSignature":null},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"ghh6wtebbc8e","patchVersionSet":true,"patchVersion":"4mq4vc","deletedSet":true,"deleted":false,"transformationHashSet":true,"transformationHash":"1l5hd5f0k68md","transformationVersionSet":true,"transformationVersion":"4mq4vc","rowSetSignatureSet":true,"rowSetSignature":"a5f6f826c908d159"}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind 'gd4lgn1n4lcqeqm1cm' '4mq4vc' 'gd4lgn1n4lcqeqm1cm' '4mq4vc' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","schema":"","table":"country","rowKey":{"code":"FR"},"rowVersion":"4mq4vc","patchVersion":"4mq4vc","refCounts":{"ghh6wtebbc8e":1}}]' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind 'gd4lgn1n4lcqeqm1cm' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind 'gd4lgn1n4lcqeqm1cm' '4mq4vc:01' '2026-11-25T18:28:33.508000000Z' '82' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' 'gd4lgn1n4lcqeqm1cm' '4mq4vc:01' '2026-11-25T18:28:33.508000000Z' '82' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"ghh6wtebbc8e","clientAST":null,"queryName":"countries","queryArgs":"[]","patchVersion":"4mq4vc","transformationHash":"1l5hd5f0k68md","transformationVersion":"4mq4vc","internal":null,"deleted":false,"rowSetSignature":"a5f6f826c908d159"},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"33k20nd65yo6h","clientAST":null,"queryName":"places","queryArgs":"[{\\"country\\":\\"FR\\"}]","patchVersion":null,"transformationHash":null,"transformationVersion":null,"internal":null,"deleted":false,"rowSetSignature":null}]' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","clientID":"cctrgb98qk7uuvhkq8","queryHash":"ghh6wtebbc8e","patchVersion":"4mq4vc:01","deleted":true,"ttl":300,"ttlMs":300000,"inactivatedAt":0.081,"inactivatedAtMs":81},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","clientID":"cctrgb98qk7uuvhkq8","queryHash":"33k20nd65yo6h","patchVersion":"4mq4vc:01","deleted":false,"ttl":300,"ttlMs":300000,"inactivatedAt":null,"inactivatedAtMs":null}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind 'gd4lgn1n4lcqeqm1cm' '4mq4vc:01' 'gd4lgn1n4lcqeqm1cm' '4mq4vc:01' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind 'gd4lgn1n4lcqeqm1cm' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind 'gd4lgn1n4lcqeqm1cm' '4mq4vc:02' '2026-11-25T18:28:33.539000000Z' '113' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' 'gd4lgn1n4lcqeqm1cm' '4mq4vc:02' '2026-11-25T18:28:33.539000000Z' '113' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"33k20nd65yo6h","patchVersionSet":true,"patchVersion":"4mq4vc:02","deletedSet":true,"deleted":false,"transformationHashSet":true,"transformationHash":"34fa3hhk2a3qe","transformationVersionSet":true,"transformationVersion":"4mq4vc:02","rowSetSignatureSet":true,"rowSetSignature":"2235136af423478a"}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind 'gd4lgn1n4lcqeqm1cm' '4mq4vc:02' 'gd4lgn1n4lcqeqm1cm' '4mq4vc:02' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","schema":"","table":"place","rowKey":{"id":2},"rowVersion":"4mq4vc","patchVersion":"4mq4vc:02","refCounts":{"33k20nd65yo6h":1}},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","schema":"","table":"country","rowKey":{"code":"FR"},"rowVersion":"4mq4vc","patchVersion":"4mq4vc","refCounts":{"ghh6wtebbc8e":1,"33k20nd65yo6h":2}},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","schema":"","table":"place","rowKey":{"id":1},"rowVersion":"4mq4vc","patchVersion":"4mq4vc:02","refCounts":{"33k20nd65yo6h":1}}]' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind 'gd4lgn1n4lcqeqm1cm' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind 'gd4lgn1n4lcqeqm1cm' '4mv85c' '2026-11-25T18:28:33.572000000Z' '146' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' 'gd4lgn1n4lcqeqm1cm' '4mv85c' '2026-11-25T18:28:33.572000000Z' '146' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"lmids","patchVersionSet":false,"patchVersion":null,"deletedSet":false,"deleted":null,"transformationHashSet":false,"transformationHash":null,"transformationVersionSet":false,"transformationVersion":null,"rowSetSignatureSet":true,"rowSetSignature":"ef866de350ce942c"},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"33k20nd65yo6h","patchVersionSet":false,"patchVersion":null,"deletedSet":false,"deleted":null,"transformationHashSet":false,"transformationHash":null,"transformationVersionSet":false,"transformationVersion":null,"rowSetSignatureSet":true,"rowSetSignature":"d08579d206ce452e"}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind 'gd4lgn1n4lcqeqm1cm' '4mv85c' 'gd4lgn1n4lcqeqm1cm' '4mv85c' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","schema":"","table":"zero_0.clients","rowKey":{"clientGroupID":"gd4lgn1n4lcqeqm1cm","clientID":"cctrgb98qk7uuvhkq8"},"rowVersion":"4mv85c","patchVersion":"4mv85c","refCounts":{"lmids":1}},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","schema":"","table":"star","rowKey":{"place_id":1},"rowVersion":"4mv85c","patchVersion":"4mv85c","refCounts":{"33k20nd65yo6h":1}}]' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind 'gd4lgn1n4lcqeqm1cm' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind 'gd4lgn1n4lcqeqm1cm' '4mvgcg' '2026-11-25T18:28:33.605000000Z' '179' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' 'gd4lgn1n4lcqeqm1cm' '4mvgcg' '2026-11-25T18:28:33.605000000Z' '179' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind 'gd4lgn1n4lcqeqm1cm' '4mvgcg' 'gd4lgn1n4lcqeqm1cm' '4mvgcg' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","schema":"","table":"zero_0.clients","rowKey":{"clientGroupID":"gd4lgn1n4lcqeqm1cm","clientID":"cctrgb98qk7uuvhkq8"},"rowVersion":"4mvgcg","patchVersion":"4mvgcg","refCounts":{"lmids":1}}]' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind 'gd4lgn1n4lcqeqm1cm' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind 'gd4lgn1n4lcqeqm1cm' '4mvgcg:01' '2026-11-25T18:28:33.629000000Z' '203' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' 'gd4lgn1n4lcqeqm1cm' '4mvgcg:01' '2026-11-25T18:28:33.629000000Z' '203' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"1s3eckv3seuje","clientAST":null,"queryName":"place","queryArgs":"[{\\"id\\":1}]","patchVersion":null,"transformationHash":null,"transformationVersion":null,"internal":null,"deleted":false,"rowSetSignature":null}]' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","clientID":"cctrgb98qk7uuvhkq8","queryHash":"1s3eckv3seuje","patchVersion":"4mvgcg:01","deleted":false,"ttl":300,"ttlMs":300000,"inactivatedAt":null,"inactivatedAtMs":null}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind 'gd4lgn1n4lcqeqm1cm' '4mvgcg:01' 'gd4lgn1n4lcqeqm1cm' '4mvgcg:01' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind 'gd4lgn1n4lcqeqm1cm' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind 'gd4lgn1n4lcqeqm1cm' '4mvgcg:02' '2026-11-25T18:28:33.642000000Z' '216' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' 'gd4lgn1n4lcqeqm1cm' '4mvgcg:02' '2026-11-25T18:28:33.642000000Z' '216' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"1s3eckv3seuje","patchVersionSet":true,"patchVersion":"4mvgcg:02","deletedSet":true,"deleted":false,"transformationHashSet":true,"transformationHash":"h0cf63qsu106","transformationVersionSet":true,"transformationVersion":"4mvgcg:02","rowSetSignatureSet":true,"rowSetSignature":"108876e665f01b80"}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind 'gd4lgn1n4lcqeqm1cm' '4mvgcg:02' 'gd4lgn1n4lcqeqm1cm' '4mvgcg:02' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","schema":"","table":"place","rowKey":{"id":1},"rowVersion":"4mq4vc","patchVersion":"4mq4vc:02","refCounts":{"33k20nd65yo6h":1,"1s3eckv3seuje":1}},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","schema":"","table":"country","rowKey":{"code":"FR"},"rowVersion":"4mq4vc","patchVersion":"4mq4vc","refCounts":{"ghh6wtebbc8e":1,"33k20nd65yo6h":2,"1s3eckv3seuje":1}},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","schema":"","table":"region","rowKey":{"code":"FR.11"},"rowVersion":"4mq4vc","patchVersion":"4mvgcg:02","refCounts":{"1s3eckv3seuje":1}},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","schema":"","table":"star","rowKey":{"place_id":1},"rowVersion":"4mv85c","patchVersion":"4mv85c","refCounts":{"33k20nd65yo6h":1,"1s3eckv3seuje":1}},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","schema":"","table":"note","rowKey":{"id":"n1"},"rowVersion":"4mvgcg","patchVersion":"4mvgcg:02","refCounts":{"1s3eckv3seuje":1}}]' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind 'gd4lgn1n4lcqeqm1cm' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind 'gd4lgn1n4lcqeqm1cm' '4mvgcg:03' '2026-11-25T18:28:33.665000000Z' '239' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' 'gd4lgn1n4lcqeqm1cm' '4mvgcg:03' '2026-11-25T18:28:33.665000000Z' '239' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"1s3eckv3seuje","clientAST":null,"queryName":"place","queryArgs":"[{\\"id\\":1}]","patchVersion":"4mvgcg:02","transformationHash":"h0cf63qsu106","transformationVersion":"4mvgcg:02","internal":null,"deleted":false,"rowSetSignature":"108876e665f01b80"}]' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","clientID":"cctrgb98qk7uuvhkq8","queryHash":"1s3eckv3seuje","patchVersion":"4mvgcg:03","deleted":true,"ttl":300,"ttlMs":300000,"inactivatedAt":0.239,"inactivatedAtMs":239}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind 'gd4lgn1n4lcqeqm1cm' '4mvgcg:03' 'gd4lgn1n4lcqeqm1cm' '4mvgcg:03' \g
commit;
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind 'gd4lgn1n4lcqeqm1cm' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind 'gd4lgn1n4lcqeqm1cm' '4mvqmo' '2026-11-25T18:28:33.676000000Z' '250' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' 'gd4lgn1n4lcqeqm1cm' '4mvqmo' '2026-11-25T18:28:33.676000000Z' '250' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"33k20nd65yo6h","patchVersionSet":false,"patchVersion":null,"deletedSet":false,"deleted":null,"transformationHashSet":false,"transformationHash":null,"transformationVersionSet":false,"transformationVersion":null,"rowSetSignatureSet":true,"rowSetSignature":"2235136af423478a"},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","queryHash":"1s3eckv3seuje","patchVersionSet":false,"patchVersion":null,"deletedSet":false,"deleted":null,"transformationHashSet":false,"transformationHash":null,"transformationVersionSet":false,"transformationVersion":null,"rowSetSignatureSet":true,"rowSetSignature":"e2381c5e971d1924"}]' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind 'gd4lgn1n4lcqeqm1cm' '4mvqmo' 'gd4lgn1n4lcqeqm1cm' '4mvqmo' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","schema":"","table":"zero_0.clients","rowKey":{"clientGroupID":"gd4lgn1n4lcqeqm1cm","clientID":"cctrgb98qk7uuvhkq8"},"rowVersion":"4mvqmo","patchVersion":"4mvqmo","refCounts":{"lmids":1}},{"clientGroupID":"gd4lgn1n4lcqeqm1cm","schema":"","table":"star","rowKey":{"place_id":1},"rowVersion":"4mv85c","patchVersion":"4mvqmo","refCounts":null}]' \g
commit;
UPDATE "zero_0/cvr"."instances"
          SET "lastActive" = $1,
              "ttlClock" = $2
          WHERE "clientGroupID" = $3
  \bind '2026-11-25T18:28:36.692000000Z' '3266' 'gd4lgn1n4lcqeqm1cm' \g
begin ISOLATION LEVEL READ COMMITTED;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 60000;
SELECT "version", "owner", "grantedAt" FROM "zero_0/cvr"."instances"
        WHERE "clientGroupID" = $1
        FOR UPDATE
  \bind 'gd4lgn1n4lcqeqm1cm' \g
INSERT INTO "zero_0/cvr"."instances" ("clientGroupID","version","lastActive","ttlClock","replicaVersion","owner","grantedAt","clientSchema","profileID")values($1,$2,$3,$4,$5,$6,$7,$8,$9) 
          ON CONFLICT ("clientGroupID") DO UPDATE SET "clientGroupID"=$10,"version"=$11,"lastActive"=$12,"ttlClock"=$13,"replicaVersion"=$14,"owner"=$15,"grantedAt"=$16,"clientSchema"=$17,"profileID"=$18
  \bind 'gd4lgn1n4lcqeqm1cm' '4mvxbc' '2026-11-25T18:28:36.702000000Z' '3276' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' 'gd4lgn1n4lcqeqm1cm' '4mvxbc' '2026-11-25T18:28:36.702000000Z' '3276' '4mq4vc' 'CWJlw2_W3Q69cScMMHljB' '2026-11-25T18:28:33.418000000Z' '{"tables":{"country":{"columns":{"area":{"type":"number"},"capital":{"type":"string"},"code":{"type":"string"},"continent":{"type":"string"},"flag":{"type":"string"},"languages":{"type":"json"},"name":{"type":"string"},"official_name":{"type":"string"},"place_count":{"type":"number"},"subregion":{"type":"string"}},"primaryKey":["code"]},"note":{"columns":{"body":{"type":"string"},"created_at":{"type":"number"},"id":{"type":"string"},"place_id":{"type":"number"}},"primaryKey":["id"]},"place":{"columns":{"country_code":{"type":"string"},"id":{"type":"number"},"is_capital":{"type":"boolean"},"latitude":{"type":"number"},"longitude":{"type":"number"},"name":{"type":"string"},"region_code":{"type":"string"}},"primaryKey":["id"]},"region":{"columns":{"code":{"type":"string"},"country_code":{"type":"string"},"name":{"type":"string"}},"primaryKey":["code"]},"star":{"columns":{"created_at":{"type":"number"},"place_id":{"type":"number"}},"primaryKey":["place_id"]}}}' 'pt9r19coloiop98r692' \g
INSERT INTO "zero_0/cvr"."rowsVersion" ("clientGroupID","version")values($1,$2)
           ON CONFLICT ("clientGroupID") 
           DO UPDATE SET "clientGroupID"=$3,"version"=$4
  \bind 'gd4lgn1n4lcqeqm1cm' '4mvxbc' 'gd4lgn1n4lcqeqm1cm' '4mvxbc' \g
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
  \bind '[{"clientGroupID":"gd4lgn1n4lcqeqm1cm","schema":"","table":"place","rowKey":{"id":1},"rowVersion":"4mvxbc","patchVersion":"4mvxbc","refCounts":{"33k20nd65yo6h":1,"1s3eckv3seuje":1}}]' \g
commit;
