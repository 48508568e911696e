-- The change log: what the WAL is to logical decoding. Rows are written in the transaction that made the
-- change, so a commit is one atomic entry; positions come from a sequence, so they only ever grow.
-- Transactions run one after the other on PGlite's one session, so the rows of one are contiguous.

-- 16 apart: a change sits at n, its transaction's commit record half a step after the last change.
CREATE SEQUENCE IF NOT EXISTS pg_orez.lsn AS bigint INCREMENT BY 16 START WITH 16777216 MINVALUE 16;

CREATE SEQUENCE IF NOT EXISTS pg_orez.truncation AS bigint;

CREATE TABLE IF NOT EXISTS pg_orez.change_log (
  lsn bigint PRIMARY KEY DEFAULT nextval('pg_orez.lsn'),
  xid bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- I insert, U update, D delete, T truncate, M message, m message outside its transaction
  kind "char" NOT NULL,
  -- the relation as it was: pg_orez.relation; for messages NULL
  relation int,
  -- the old image (whole row or replica identity), a message's prefix, or what tables truncated together share
  before text,
  -- the new image, in record_out's text form, a message's content in hex, or a TRUNCATE's flags
  after text,
  -- which publications' row filters the old and the new image pass, a bit each; NULL without filters
  before_passes int,
  after_passes int,
  -- positions of the columns of the new image that an update has left as they were where they are stored apart (TOAST)
  unchanged text
);
ALTER TABLE pg_orez.change_log ADD COLUMN IF NOT EXISTS unchanged text;

-- Positions before this one have been purged, or were never written.
CREATE TABLE IF NOT EXISTS pg_orez.change_log_start (lsn bigint NOT NULL, one boolean PRIMARY KEY DEFAULT true CHECK (one));
INSERT INTO pg_orez.change_log_start VALUES (16777216 - 8) ON CONFLICT DO NOTHING;

-- A captured relation as it was from some moment on. Log entries refer to the version they were made under.
CREATE TABLE IF NOT EXISTS pg_orez.relation (
  id serial PRIMARY KEY,
  relid oid NOT NULL,
  description jsonb NOT NULL
);
CREATE INDEX IF NOT EXISTS relation_relid ON pg_orez.relation (relid, id);

-- What tells the host's own notifications from those that anybody may send.
CREATE TABLE IF NOT EXISTS pg_orez.announcement_key (key uuid NOT NULL);
TRUNCATE pg_orez.announcement_key;
INSERT INTO pg_orez.announcement_key VALUES (gen_random_uuid());

-- Has the commit tell the host of the last rows of the log: by themselves where there are few of them in a transaction,
-- so that it need not ask for them. See announcement.ts.
CREATE OR REPLACE FUNCTION pg_orez.announce(rows bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  few constant int := 16;
  last constant bigint := currval('pg_orez.lsn');
BEGIN
  IF rows > few OR EXISTS (
    SELECT FROM pg_orez.change_log WHERE lsn = last - few * 16 AND xid = pg_current_xact_id()::text::bigint) THEN
    PERFORM pg_notify('pg_orez.change_log', '');
  ELSE
    PERFORM pg_notify('pg_orez.change_log', CASE WHEN octet_length(entry) < 8000 THEN entry ELSE '' END)
    FROM (
      SELECT ROW(key, lsn, kind, relation, before, after, before_passes, after_passes, unchanged, xid,
        (extract(epoch FROM at) * 1000000)::bigint)::text AS entry
      -- without a lower bound, a generic plan expects a third of the log, and reads all of it
      FROM pg_orez.change_log, pg_orez.announcement_key WHERE lsn BETWEEN last - (rows - 1) * 16 AND last ORDER BY lsn
    ) logged;
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION pg_orez.emit(transactional boolean, prefix text, content bytea) RETURNS pg_lsn
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  position bigint;
  hex text := encode(content, 'hex');
BEGIN
  -- PostgreSQL's write nothing but WAL; this one writes to tables
  IF current_setting('transaction_read_only')::boolean THEN
    RAISE EXCEPTION USING ERRCODE = '0A000',
      MESSAGE = 'pg_logical_emit_message() in a read-only transaction is not supported';
  END IF;
  IF transactional THEN
    INSERT INTO pg_orez.change_log (kind, before, after) VALUES ('M', prefix, hex) RETURNING lsn INTO position;
    PERFORM pg_orez.announce(1);
  ELSE
    -- It must survive a rollback of this transaction, so the host writes it once the transaction is over:
    -- at this position, before the transaction's commit.
    position := nextval('pg_orez.lsn');
    PERFORM pg_orez.tell(hex);
    PERFORM pg_orez.host(jsonb_build_object(
      'ask', 'message', 'lsn', position::text, 'xid', pg_current_xact_id()::text, 'prefix', prefix));
  END IF;
  RETURN '0/0'::pg_lsn + position;
END
$$;

CREATE OR REPLACE FUNCTION pg_catalog.pg_logical_emit_message(
  transactional boolean, prefix text, message text, flush boolean DEFAULT false) RETURNS pg_lsn
LANGUAGE sql VOLATILE STRICT AS $$ SELECT pg_orez.emit($1, $2, convert_to($3, 'UTF8')) $$;

CREATE OR REPLACE FUNCTION pg_catalog.pg_logical_emit_message(
  transactional boolean, prefix text, message bytea, flush boolean DEFAULT false) RETURNS pg_lsn
LANGUAGE sql VOLATILE STRICT AS $$ SELECT pg_orez.emit($1, $2, $3) $$;

-- orez's own tables are as little a part of FOR ALL TABLES as PostgreSQL's catalogs are.
CREATE OR REPLACE FUNCTION pg_catalog.pg_get_publication_tables(
  VARIADIC pubname text[], OUT pubid oid, OUT relid oid, OUT attrs int2vector, OUT qual pg_node_tree)
RETURNS SETOF record LANGUAGE sql STABLE STRICT AS $$
  SELECT t.pubid, t.relid, t.attrs, t.qual
  FROM pg_orez.pg_get_publication_tables(VARIADIC $1) t
  JOIN pg_catalog.pg_class c ON c.oid = t.relid
  WHERE c.relnamespace <> 'pg_orez'::regnamespace
$$;
