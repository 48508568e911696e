-- The way from SQL to the host: see host-calls.ts.
CREATE SCHEMA IF NOT EXISTS pg_orez;
GRANT USAGE ON SCHEMA pg_orez TO PUBLIC;

-- Sends one question, as JSON, and returns the answer. The host reports an error as
-- {"error": {"code": SQLSTATE, "message": text, "detail" or "hint": text}}.
CREATE OR REPLACE FUNCTION pg_orez.host(question jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  answer jsonb := pg_read_file('/orez/' || encode(convert_to(question::text, 'UTF8'), 'hex'))::jsonb;
BEGIN
  IF answer #> '{error,hint}' IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = answer #>> '{error,code}', MESSAGE = answer #>> '{error,message}',
      HINT = answer #>> '{error,hint}';
  ELSIF answer #> '{error,detail}' IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = answer #>> '{error,code}', MESSAGE = answer #>> '{error,message}',
      DETAIL = answer #>> '{error,detail}';
  ELSIF answer ? 'error' THEN
    RAISE EXCEPTION USING ERRCODE = answer #>> '{error,code}', MESSAGE = answer #>> '{error,message}';
  END IF;
  RETURN answer -> 'value';
END
$$;

-- Tells the host a text of any length, as hex, for the question that follows: a question by itself must be short.
CREATE OR REPLACE FUNCTION pg_orez.tell(hex text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  FOR part IN 0 .. greatest(length(hex) - 1, 0) / 256 LOOP
    PERFORM pg_orez.host(jsonb_build_object('ask', 'text', 'isFirst', part = 0, 'part', substr(hex, part * 256 + 1, 256)));
  END LOOP;
END
$$;

-- The built-ins that the host answers instead. The native functions move to the schema pg_orez: replacing one
-- in place would change nothing, because PostgreSQL calls its C functions by OID without looking at pg_proc.
UPDATE pg_catalog.pg_proc SET pronamespace = 'pg_orez'::regnamespace
WHERE oid < 12000 AND pronamespace = 'pg_catalog'::regnamespace AND (
  proname IN (
    'pg_backend_pid', 'pg_cancel_backend', 'pg_terminate_backend', 'pg_listening_channels',
    'pg_stat_get_activity', 'pg_prepared_statement', 'pg_sleep', 'pg_logical_emit_message', 'pg_get_publication_tables',
    'pg_get_replication_slots', 'pg_create_logical_replication_slot', 'pg_drop_replication_slot',
    'pg_replication_slot_advance', 'pg_stat_get_wal_senders', 'pg_export_snapshot', 'pg_current_wal_lsn',
    'pg_current_wal_insert_lsn', 'pg_current_wal_flush_lsn', 'pg_logical_slot_get_changes',
    'pg_logical_slot_peek_changes', 'pg_logical_slot_get_binary_changes', 'pg_logical_slot_peek_binary_changes',
    'pg_create_physical_replication_slot', 'pg_copy_logical_replication_slot', 'pg_copy_physical_replication_slot',
    'pg_sync_replication_slots')
  OR proname LIKE 'pg\_%advisory%');

-- Views over them are bound by OID as well; 7-views.sql makes them anew from these texts.
DROP TABLE IF EXISTS pg_orez.system_view;
CREATE TABLE pg_orez.system_view AS
  SELECT viewname, replace(definition, 'pg_orez.pg_', 'pg_') AS definition FROM pg_catalog.pg_views
  WHERE schemaname = 'pg_catalog' AND viewname IN (
    'pg_stat_activity', 'pg_stat_replication', 'pg_stat_ssl', 'pg_stat_gssapi', 'pg_replication_slots',
    'pg_prepared_statements', 'pg_publication_tables');
