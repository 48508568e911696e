-- Built-ins about sessions. PGlite has one session, which orez lends to many connections:
-- the host knows which connection is running, and what the others do.

CREATE OR REPLACE FUNCTION pg_catalog.pg_backend_pid() RETURNS int
LANGUAGE sql STABLE STRICT PARALLEL RESTRICTED
AS $$ SELECT (pg_orez.host('{"ask":"pid"}') #>> '{}')::int $$;

CREATE OR REPLACE FUNCTION pg_catalog.pg_cancel_backend(int) RETURNS boolean
LANGUAGE sql VOLATILE STRICT
AS $$ SELECT (pg_orez.host(jsonb_build_object('ask', 'cancel', 'pid', $1)) #>> '{}')::boolean $$;

CREATE OR REPLACE FUNCTION pg_catalog.pg_terminate_backend(pid int, timeout bigint DEFAULT 0) RETURNS boolean
LANGUAGE sql VOLATILE STRICT
AS $$ SELECT (pg_orez.host(jsonb_build_object('ask', 'terminate', 'pid', $1)) #>> '{}')::boolean $$;

CREATE OR REPLACE FUNCTION pg_catalog.pg_listening_channels() RETURNS SETOF text
LANGUAGE sql STABLE STRICT
AS $$ SELECT jsonb_array_elements_text(pg_orez.host('{"ask":"channels"}')) $$;

CREATE OR REPLACE FUNCTION pg_catalog.pg_stat_get_activity(
  pid int, OUT datid oid, OUT pid int, OUT usesysid oid, OUT application_name text, OUT state text,
  OUT query text, OUT wait_event_type text, OUT wait_event text, OUT xact_start timestamptz,
  OUT query_start timestamptz, OUT backend_start timestamptz, OUT state_change timestamptz,
  OUT client_addr inet, OUT client_hostname text, OUT client_port int, OUT backend_xid xid,
  OUT backend_xmin xid, OUT backend_type text, OUT ssl boolean, OUT sslversion text, OUT sslcipher text,
  OUT sslbits int, OUT ssl_client_dn text, OUT ssl_client_serial numeric, OUT ssl_issuer_dn text,
  OUT gss_auth boolean, OUT gss_princ text, OUT gss_enc boolean, OUT gss_delegation boolean,
  OUT leader_pid int, OUT query_id bigint)
RETURNS SETOF record LANGUAGE sql STABLE AS $$
  SELECT d.oid, a.pid, u.oid, a.application_name, a.state, a.query, a.wait_event_type, a.wait_event,
    a.xact_start, a.query_start, a.backend_start, a.state_change, a.client_addr, NULL::text, a.client_port,
    NULL::xid, NULL::xid, a.backend_type, false, NULL::text, NULL::text, NULL::int, NULL::text, NULL::numeric,
    NULL::text, false, NULL::text, false, false, NULL::int, NULL::bigint
  FROM jsonb_to_recordset(pg_orez.host('{"ask":"activity"}')) AS a(
    pid int, usename text, application_name text, state text, query text, wait_event_type text, wait_event text,
    xact_start timestamptz, query_start timestamptz, backend_start timestamptz, state_change timestamptz,
    client_addr inet, client_port int, backend_type text)
  CROSS JOIN pg_catalog.pg_database d
  LEFT JOIN pg_catalog.pg_roles u ON u.rolname = a.usename
  WHERE d.datname = current_database() AND ($1 IS NULL OR a.pid = $1)
$$;

-- PGlite cannot be interrupted while it sleeps: it takes naps, and looks between them.
CREATE OR REPLACE FUNCTION pg_catalog.pg_sleep(float8) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT AS $$
DECLARE
  ends float8 := extract(epoch FROM clock_timestamp()) + $1;
  rest float8;
BEGIN
  LOOP
    rest := ends - extract(epoch FROM clock_timestamp());
    EXIT WHEN rest <= 0 OR rest = 'NaN';
    PERFORM pg_orez.pg_sleep(least(rest, 0.02));
  END LOOP;
END
$$;

-- These call it by its OID.
CREATE OR REPLACE FUNCTION pg_catalog.pg_sleep_for(interval) RETURNS void
LANGUAGE sql VOLATILE STRICT PARALLEL SAFE COST 1
RETURN pg_sleep(extract(epoch FROM clock_timestamp() + $1) - extract(epoch FROM clock_timestamp()));
CREATE OR REPLACE FUNCTION pg_catalog.pg_sleep_until(timestamptz) RETURNS void
LANGUAGE sql VOLATILE STRICT PARALLEL SAFE COST 1
RETURN pg_sleep(extract(epoch FROM $1) - extract(epoch FROM clock_timestamp()));

-- Prepared statements carry their connection's prefix inside PGlite: '<pid>/<name>'.
CREATE OR REPLACE FUNCTION pg_catalog.pg_prepared_statement(
  OUT name text, OUT statement text, OUT prepare_time timestamptz, OUT parameter_types regtype[],
  OUT result_types regtype[], OUT from_sql boolean, OUT generic_plans bigint, OUT custom_plans bigint)
RETURNS SETOF record LANGUAGE sql STABLE STRICT AS $$
  SELECT CASE WHEN p.from_sql THEN p.name ELSE substr(p.name, strpos(p.name, '/') + 1) END,
    p.statement, p.prepare_time, p.parameter_types, p.result_types, p.from_sql, p.generic_plans, p.custom_plans
  FROM pg_orez.pg_prepared_statement() p
  WHERE p.from_sql OR p.name LIKE pg_backend_pid() || '/%'
$$;

-- Advisory locks belong to connections, so the host keeps them.
CREATE OR REPLACE FUNCTION pg_orez.advisory(action text, shared boolean, scope text, key text) RETURNS boolean
LANGUAGE sql VOLATILE AS $$
  SELECT (pg_orez.host(jsonb_build_object(
    'ask', 'advisory', 'action', action, 'shared', shared, 'scope', scope, 'key', key)) #>> '{}')::boolean
$$;

DO $do$
DECLARE
  form record;
BEGIN
  FOR form IN
    SELECT p.proname, p.pronargs, pg_get_function_identity_arguments(p.oid) AS arguments,
      p.prorettype::regtype AS result
    FROM pg_catalog.pg_proc p
    WHERE p.oid < 12000 AND p.pronamespace = 'pg_orez'::regnamespace AND p.proname LIKE '%advisory%'
  LOOP
    EXECUTE format(
      'CREATE OR REPLACE FUNCTION pg_catalog.%I(%s) RETURNS %s LANGUAGE plpgsql VOLATILE STRICT AS %L',
      form.proname, form.arguments, form.result,
      format(
        CASE
          WHEN form.proname LIKE '%unlock%' AND form.proname <> 'pg_advisory_unlock_all' THEN
            'BEGIN IF pg_orez.advisory(%2$L, %3$L, %4$L, %5$s) THEN RETURN true; END IF; '
            'RAISE WARNING ''you don''''t own a lock of type %%'', ' || CASE
              WHEN form.proname LIKE '%shared' THEN quote_literal('ShareLock') ELSE quote_literal('ExclusiveLock') END ||
            '; RETURN false; END'
          ELSE 'BEGIN %s pg_orez.advisory(%L, %L, %L, %s); END'
        END,
        CASE WHEN form.result = 'void'::regtype THEN 'PERFORM' ELSE 'RETURN' END,
        CASE
          WHEN form.proname = 'pg_advisory_unlock_all' THEN 'unlock_all'
          WHEN form.proname LIKE '%unlock%' THEN 'unlock'
          WHEN form.proname LIKE '%try%' THEN 'try'
          ELSE 'lock'
        END,
        form.proname LIKE '%shared',
        CASE WHEN form.proname LIKE '%xact%' THEN 'transaction' ELSE 'session' END,
        CASE form.pronargs
          WHEN 0 THEN quote_literal('')
          WHEN 1 THEN '$1::text'
          ELSE '$1::text || ' || quote_literal(',') || ' || $2::text'
        END));
  END LOOP;
END
$do$;

-- Temporary tables of a connection that is not running lie in a schema of their own, out of reach of the
-- others: there they look like another backend's. Direct updates of the catalogs, because DDL offers no way.
CREATE OR REPLACE FUNCTION pg_orez.move_temporary(from_schema oid, to_schema oid) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog AS $$
  UPDATE pg_class SET relnamespace = to_schema WHERE relnamespace = from_schema;
  UPDATE pg_type SET typnamespace = to_schema WHERE typnamespace = from_schema;
  UPDATE pg_proc SET pronamespace = to_schema WHERE pronamespace = from_schema;
  UPDATE pg_constraint SET connamespace = to_schema WHERE connamespace = from_schema;
  UPDATE pg_depend SET refobjid = to_schema
    WHERE refclassid = 'pg_namespace'::regclass AND refobjid = from_schema;
$$;

CREATE OR REPLACE FUNCTION pg_orez.park_temporary(parked text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog SET event_triggers = off
SET allow_system_table_mods = on AS $$
BEGIN
  IF to_regnamespace(parked) IS NULL THEN EXECUTE format('CREATE SCHEMA %I', parked); END IF;
  PERFORM pg_orez.move_temporary(pg_my_temp_schema(), to_regnamespace(parked));
END
$$;

CREATE OR REPLACE FUNCTION pg_orez.unpark_temporary(parked text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog SET event_triggers = off AS $$
BEGIN
  IF to_regnamespace(parked) IS NULL THEN RETURN; END IF;
  IF pg_my_temp_schema() = 0 THEN
    CREATE TEMP TABLE orez_first ();
    DROP TABLE orez_first;
  END IF;
  PERFORM pg_orez.move_temporary(to_regnamespace(parked), pg_my_temp_schema());
END
$$;

-- Drops what a lost connection or a crash has left behind.
CREATE OR REPLACE FUNCTION pg_orez.drop_parked(pattern text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog SET event_triggers = off
SET client_min_messages = warning AS $$
DECLARE
  parked name;
BEGIN
  FOR parked IN SELECT nspname FROM pg_namespace WHERE nspname LIKE pattern LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', parked);
  END LOOP;
END
$$;
