-- Slots and WAL positions live with the host, as they live outside of transactions in PostgreSQL.

CREATE OR REPLACE FUNCTION pg_catalog.pg_get_replication_slots(
  OUT slot_name name, OUT plugin name, OUT slot_type text, OUT datoid oid, OUT temporary boolean,
  OUT active boolean, OUT active_pid int, OUT xmin xid, OUT catalog_xmin xid, OUT restart_lsn pg_lsn,
  OUT confirmed_flush_lsn pg_lsn, OUT wal_status text, OUT safe_wal_size bigint, OUT two_phase boolean,
  OUT two_phase_at pg_lsn, OUT inactive_since timestamptz, OUT conflicting boolean,
  OUT invalidation_reason text, OUT failover boolean, OUT synced boolean)
RETURNS SETOF record LANGUAGE sql STABLE AS $$
  SELECT s.slot_name, s.plugin, 'logical', d.oid, s.temporary, s.active_pid IS NOT NULL, s.active_pid,
    NULL::xid, NULL::xid, s.restart_lsn, s.confirmed_flush_lsn,
    CASE WHEN s.lost THEN 'lost' ELSE 'reserved' END, NULL::bigint, false, NULL::pg_lsn,
    s.inactive_since, false, CASE WHEN s.lost THEN 'wal_removed' END, s.failover, false
  FROM jsonb_to_recordset(pg_orez.host('{"ask":"slots"}')) AS s(
    slot_name name, plugin name, temporary boolean, active_pid int, restart_lsn pg_lsn,
    confirmed_flush_lsn pg_lsn, inactive_since timestamptz, failover boolean, lost boolean)
  JOIN pg_catalog.pg_database d ON d.datname = current_database()
$$;

-- Behind everything that has been committed: where a commit of the last change would end. Transactions run one after the
-- other, and this one has changed nothing.
CREATE OR REPLACE FUNCTION pg_orez.slot_position() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = '25001',
      MESSAGE = 'cannot create logical replication slot in transaction that has performed writes';
  END IF;
  RETURN (SELECT CASE WHEN is_called THEN last_value ELSE last_value - 16 END + 8 FROM pg_orez.lsn);
END
$$;

CREATE OR REPLACE FUNCTION pg_catalog.pg_create_logical_replication_slot(
  slot_name name, plugin name, temporary boolean DEFAULT false, twophase boolean DEFAULT false,
  failover boolean DEFAULT false, OUT slot_name name, OUT lsn pg_lsn)
LANGUAGE sql VOLATILE STRICT AS $$
  SELECT $1, (pg_orez.host(jsonb_build_object('ask', 'create_slot', 'name', $1, 'plugin', $2,
    'temporary', $3, 'twophase', $4, 'failover', $5, 'position', pg_orez.slot_position()::text)) #>> '{}')::pg_lsn
$$;

CREATE OR REPLACE FUNCTION pg_catalog.pg_drop_replication_slot(name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT AS $$
BEGIN PERFORM pg_orez.host(jsonb_build_object('ask', 'drop_slot', 'name', $1)); END
$$;

CREATE OR REPLACE FUNCTION pg_catalog.pg_replication_slot_advance(
  slot_name name, upto_lsn pg_lsn, OUT slot_name name, OUT end_lsn pg_lsn)
LANGUAGE sql VOLATILE STRICT AS $$
  SELECT $1, (pg_orez.host(jsonb_build_object('ask', 'advance_slot', 'name', $1, 'lsn', $2)) #>> '{}')::pg_lsn
$$;

CREATE OR REPLACE FUNCTION pg_catalog.pg_stat_get_wal_senders(
  OUT pid int, OUT state text, OUT sent_lsn pg_lsn, OUT write_lsn pg_lsn, OUT flush_lsn pg_lsn,
  OUT replay_lsn pg_lsn, OUT write_lag interval, OUT flush_lag interval, OUT replay_lag interval,
  OUT sync_priority int, OUT sync_state text, OUT reply_time timestamptz)
RETURNS SETOF record LANGUAGE sql STABLE AS $$
  SELECT s.pid, s.state, s.sent_lsn, s.write_lsn, s.flush_lsn, s.replay_lsn, NULL::interval, NULL::interval,
    NULL::interval, 0, 'async', s.reply_time
  FROM jsonb_to_recordset(pg_orez.host('{"ask":"senders"}')) AS s(
    pid int, state text, sent_lsn pg_lsn, write_lsn pg_lsn, flush_lsn pg_lsn, replay_lsn pg_lsn,
    reply_time timestamptz)
$$;

CREATE OR REPLACE FUNCTION pg_catalog.pg_export_snapshot() RETURNS text
LANGUAGE sql VOLATILE STRICT AS $$ SELECT pg_orez.host('{"ask":"export_snapshot"}') #>> '{}' $$;

-- The position up to which changes have been written: that of the last commit.
DO $do$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['pg_current_wal_lsn', 'pg_current_wal_insert_lsn', 'pg_current_wal_flush_lsn'] LOOP
    EXECUTE format('CREATE OR REPLACE FUNCTION pg_catalog.%I() RETURNS pg_lsn LANGUAGE sql VOLATILE STRICT '
      'AS ''SELECT (pg_orez.host(''''{"ask":"wal_lsn"}'''') #>> ''''{}'''')::pg_lsn''', name);
  END LOOP;
END
$do$;

-- What reads the WAL in ways that the change log does not offer says so.
DO $do$
DECLARE
  form record;
BEGIN
  FOR form IN
    SELECT p.proname, pg_get_function_result(p.oid) AS result, (
      -- some have an input and an output of the same name, which PL/pgSQL does not allow
      SELECT string_agg(concat_ws(' ',
        CASE mode WHEN 'o' THEN 'OUT ' || quote_ident(name) WHEN 'v' THEN 'VARIADIC' END,
        format_type(type, NULL), 'DEFAULT ' || pg_get_function_arg_default(p.oid, n::int)), ', ' ORDER BY n)
      FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargmodes, p.proargnames)
        WITH ORDINALITY AS a(type, mode, name, n)) AS arguments
    FROM pg_catalog.pg_proc p
    WHERE p.oid < 12000 AND p.pronamespace = 'pg_orez'::regnamespace AND (
      p.proname LIKE 'pg\_logical\_slot\_%' OR p.proname LIKE 'pg\_copy\_%\_slot'
      OR p.proname IN ('pg_create_physical_replication_slot', 'pg_sync_replication_slots'))
  LOOP
    EXECUTE format('CREATE OR REPLACE FUNCTION pg_catalog.%I(%s) RETURNS %s LANGUAGE plpgsql VOLATILE AS %L',
      form.proname, form.arguments, form.result,
      format('BEGIN RAISE EXCEPTION USING ERRCODE = ''0A000'', MESSAGE = %L; END',
        form.proname || '() is not supported'));
  END LOOP;
END
$do$;
