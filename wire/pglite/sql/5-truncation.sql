-- TRUNCATE: subscribers are told which tables one statement has emptied, and its options; no trigger is told either.
-- Before any of a statement's tables is emptied, begin_truncation() is called for each; after them, end_truncation().
-- In between the statement is looked for in the text that is running: which one it is follows from its number where
-- that is known (see stand-in.ts for a client's text), else from its tables.

-- The TRUNCATEs in a text: see truncate-statement.ts.
CREATE OR REPLACE FUNCTION pg_orez.truncates_in(query text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM pg_orez.tell(encode(convert_to(query, 'UTF8'), 'hex'));
  RETURN pg_orez.host('{"ask": "truncates"}');
END
$$;

-- The texts, one of which has the running TRUNCATE: the client's, or one that a function runs; and which of the text's
-- statements it is, if that is known. `caller` is the context of the TRUNCATE, as errors would show it.
DROP FUNCTION IF EXISTS pg_orez.running_texts(text);
CREATE OR REPLACE FUNCTION pg_orez.running_texts(caller text, OUT query text, OUT number int) RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  statement_frame constant text := 'SQL statement "';
  function_frame constant text := 'SQL function "';
  pieces text[];
  last int;
  place text;
BEGIN
  IF caller = '' THEN
    query := current_query();
    number := nullif(current_setting('orez.truncation', true), '')::int;
    RETURN NEXT;
  ELSIF starts_with(caller, statement_frame) THEN
    -- the text may have ends of this kind within itself; the frame that runs a statement is one of PL/pgSQL's
    pieces := string_to_array(substr(caller, length(statement_frame) + 1) || E'\n', E'"\n');
    SELECT min(i) INTO last FROM generate_subscripts(pieces, 1) i WHERE starts_with(pieces[i + 1], 'PL/pgSQL ');
    query := array_to_string(pieces[:last], E'"\n');
    RETURN NEXT;
  ELSIF starts_with(caller, function_frame) THEN
    FOR query, place IN
      SELECT p.prosrc, function_frame || p.proname || '" statement ' FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
      WHERE l.lanname = 'sql' AND starts_with(caller, function_frame || p.proname || '" statement ')
    LOOP
      number := split_part(substr(caller, length(place) + 1), E'\n', 1)::int;
      RETURN NEXT;
    END LOOP;
  END IF;
END
$$;

-- What is known of the TRUNCATEs that are running or were run in this transaction, by their callers:
-- {caller: {"group": number, "tables": [oid], "statements": [...], "flags": once it has ended}}
CREATE OR REPLACE FUNCTION pg_orez.truncations() RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog
AS $$ SELECT coalesce(nullif(current_setting('orez.truncations', true), ''), '{}')::jsonb $$;

CREATE OR REPLACE FUNCTION pg_orez.set_truncation(caller text, truncation jsonb) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog AS $$
  SELECT set_config('orez.truncations', (pg_orez.truncations() || jsonb_build_object(caller, truncation))::text, true)
$$;

-- The frames beneath the topmost one of a context.
CREATE OR REPLACE FUNCTION pg_orez.caller_in(context text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog
AS $$ SELECT substr(context, strpos(context || E'\n', E'\n') + 1) $$;

-- Names are looked up as the TRUNCATE does, so this has the caller's search_path.
CREATE OR REPLACE FUNCTION pg_orez.begin_truncation() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  context text;
  caller text;
  truncation jsonb;
  statements jsonb;
BEGIN
  GET DIAGNOSTICS context = PG_CONTEXT;
  caller := pg_orez.caller_in(context);
  truncation := pg_orez.truncations() OPERATOR(pg_catalog.->) caller;
  IF truncation IS NULL OR pg_catalog.jsonb_exists(truncation, 'flags') THEN
    SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_set(statement, '{tables}', (
        SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.to_regclass(name)::pg_catalog.oid::pg_catalog.int8), '[]')
        FROM pg_catalog.jsonb_array_elements_text(statement OPERATOR(pg_catalog.->) 'tables') name)))
      INTO statements
      FROM pg_orez.running_texts(caller) running
      CROSS JOIN LATERAL pg_orez.truncates_in(running.query) known
      CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(known) statement
      -- the only one of a text is that, whatever number has been told for another text
      WHERE pg_catalog.jsonb_array_length(known) OPERATOR(pg_catalog.=) 1 OR running.number IS NULL
        OR (statement OPERATOR(pg_catalog.->>) 'number')::pg_catalog.int4 OPERATOR(pg_catalog.=) running.number;
    truncation := pg_orez.new_truncation(statements);
  END IF;
  PERFORM pg_orez.set_truncation(caller, pg_orez.with_table(truncation, TG_RELID));
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION pg_orez.new_truncation(statements jsonb) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT jsonb_build_object('group', nextval('pg_orez.truncation'), 'tables', '[]'::jsonb,
    'statements', coalesce(statements, '[]'))
$$;

CREATE OR REPLACE FUNCTION pg_orez.with_table(truncation jsonb, relation oid) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT jsonb_set(truncation, '{tables}', (truncation -> 'tables') || to_jsonb(relation::bigint))
$$;

-- Every table that a TRUNCATE of these may reach: their descendants, and with CASCADE what refers to any of them.
CREATE OR REPLACE FUNCTION pg_orez.truncation_reach(tables oid[], is_cascade boolean) RETURNS oid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  WITH RECURSIVE link (origin, target) AS (
    SELECT inhparent, inhrelid FROM pg_inherits
    UNION ALL SELECT inhrelid, inhparent FROM pg_inherits WHERE is_cascade
    UNION ALL SELECT confrelid, conrelid FROM pg_constraint WHERE contype = 'f' AND is_cascade
  ), reached (relid) AS (
    SELECT unnest(tables)
    UNION
    SELECT target FROM reached JOIN link ON origin = relid
  )
  SELECT array_agg(relid) FROM reached
$$;

-- pgoutput's flags (1 CASCADE, 2 RESTART IDENTITY) of the statement that has emptied these tables: the only one
-- that can have emptied all of them and no other published table.
CREATE OR REPLACE FUNCTION pg_orez.truncation_flags(statements jsonb, truncated oid[]) RETURNS int
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  found int[];
BEGIN
  SELECT array_agg(DISTINCT (cascade::int + 2 * restart::int)) INTO found
  FROM (
    SELECT (s ->> 'cascade')::boolean AS cascade, (s ->> 'restartIdentity')::boolean AS restart,
      ARRAY(SELECT t::oid FROM jsonb_array_elements_text(s -> 'tables') t WHERE t IS NOT NULL) AS tables
    FROM jsonb_array_elements(statements) s
  ) statement
  WHERE truncated <@ pg_orez.truncation_reach(tables, cascade)
    AND NOT EXISTS (
      SELECT FROM pg_trigger t
      WHERE t.tgrelid = ANY (tables) AND t.tgname = ' orez_capture_truncate' AND NOT t.tgrelid = ANY (truncated));
  IF cardinality(found) = 1 THEN RETURN found[1]; END IF;
  RAISE EXCEPTION USING ERRCODE = '0A000',
    MESSAGE = format('TRUNCATE of the published table "%s" is not supported beside others whose options differ',
      (SELECT relname FROM pg_class WHERE oid = truncated[1])),
    HINT = 'Run it as a query of its own.';
END
$$;

CREATE OR REPLACE FUNCTION pg_orez.end_truncation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  context text;
  caller text;
  truncation jsonb;
BEGIN
  GET DIAGNOSTICS context = PG_CONTEXT;
  caller := pg_orez.caller_in(context);
  truncation := pg_orez.truncations() -> caller;
  IF NOT truncation ? 'flags' THEN
    truncation := truncation || jsonb_build_object('flags', pg_orez.truncation_flags(
      truncation -> 'statements', ARRAY(SELECT t::oid FROM jsonb_array_elements_text(truncation -> 'tables') t)));
    PERFORM pg_orez.set_truncation(caller, truncation);
  END IF;
  INSERT INTO pg_orez.change_log (kind, relation, before, after)
    SELECT 'T', max(id), truncation ->> 'group', truncation ->> 'flags' FROM pg_orez.relation WHERE relid = TG_RELID;
  PERFORM pg_notify('pg_orez.change_log', '');
  RETURN NULL;
END
$$;

-- Triggers that an earlier version has made are made anew.
INSERT INTO pg_orez.relation (relid, description)
  SELECT DISTINCT tgrelid, '{}'::jsonb FROM pg_trigger WHERE tgname LIKE ' orez\_capture\_%' AND tgparentid = 0;
SELECT pg_orez.sync_capture();
