-- Capture: statement-level triggers with transition tables fill the change log. Row-level triggers take their
-- place where rows may come through another table (partitions, inheritance), because a transition table does
-- not say which child a row belongs to, and where other triggers may change the same rows again.
-- Triggers of one kind fire in the order of their names: a leading space makes these the first.

-- The type under a domain, or under a domain over a domain.
CREATE OR REPLACE FUNCTION pg_orez.base_type(type oid) RETURNS oid
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  WITH RECURSIVE chain AS (
    SELECT oid, typbasetype, typtype FROM pg_type WHERE oid = type
    UNION ALL
    SELECT t.oid, t.typbasetype, t.typtype FROM chain c JOIN pg_type t ON t.oid = c.typbasetype WHERE c.typtype = 'd'
  )
  SELECT oid FROM chain WHERE typtype <> 'd'
$$;

-- The columns of a relation, as a subscriber sees them. A domain is announced under its base type's name.
CREATE OR REPLACE FUNCTION pg_orez.describe_columns(relation oid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  WITH identity_index AS (
    SELECT i.indkey FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE i.indrelid = relation
      AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END
  )
  SELECT jsonb_agg(jsonb_build_object(
    'number', a.attnum, 'name', a.attname, 'type', a.atttypid::bigint, 'typmod', a.atttypmod,
    'key', EXISTS (SELECT FROM identity_index WHERE a.attnum = ANY (indkey)),
    'typeName', CASE WHEN a.atttypid >= 12000 THEN jsonb_build_object('schema', n.nspname, 'name', t.typname) END)
    || CASE WHEN a.atttypid < 12000 THEN '{}'
      ELSE jsonb_build_object('base', t.oid::bigint, 'enumerated', t.typtype = 'e') END
  ORDER BY a.attnum)
  FROM pg_attribute a
  JOIN pg_type t ON t.oid = pg_orez.base_type(a.atttypid)
  JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
$$;

CREATE OR REPLACE FUNCTION pg_orez.describe_relation(relation oid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT jsonb_build_object(
    'oid', c.oid::bigint, 'schema', n.nspname, 'name', c.relname, 'identity', c.relreplident,
    'columns', coalesce(pg_orez.describe_columns(c.oid), '[]'))
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = relation
$$;

-- Whether changes of a table may, before the statement has ended, cause further changes of the same rows:
-- by AFTER ROW triggers, those of foreign keys with actions included. A statement-level trigger comes too late
-- to see the first of them.
CREATE OR REPLACE FUNCTION pg_orez.has_nested_changes(relation oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT EXISTS (
    SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    -- TRIGGER_TYPE_ROW, and neither TRIGGER_TYPE_BEFORE nor TRIGGER_TYPE_INSTEAD
    WHERE t.tgrelid = relation AND t.tgtype & 1 = 1 AND t.tgtype & 66 = 0
      AND t.tgname NOT LIKE ' orez\_capture\_%'
      AND p.proname NOT IN ('RI_FKey_check_ins', 'RI_FKey_check_upd', 'RI_FKey_noaction_del',
        'RI_FKey_noaction_upd', 'RI_FKey_restrict_del', 'RI_FKey_restrict_upd'))
$$;

-- Every table that some publication publishes, with what each publication wants of it.
-- A partition may be published as itself or as its root (publish_via_partition_root).
CREATE OR REPLACE FUNCTION pg_orez.captured()
RETURNS TABLE (relid oid, by_row boolean, description jsonb)
LANGUAGE sql STABLE SET search_path = public AS $$
  WITH published AS (
    SELECT p.oid AS pubid, p.pubname, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate,
      t.relid AS as_relid, coalesce(leaf.relid::oid, t.relid) AS relid, t.attrs,
      CASE WHEN t.qual IS NOT NULL THEN pg_get_expr(t.qual, t.relid) END AS filter
    FROM pg_publication p
    CROSS JOIN LATERAL pg_get_publication_tables(p.pubname::text) t
    JOIN pg_class c ON c.oid = t.relid
    -- partitioned tables: every member, the inner ones for TRUNCATE
    LEFT JOIN LATERAL pg_partition_tree(t.relid) leaf ON c.relkind = 'p'
  )
  SELECT p.relid,
    pg_orez.has_nested_changes(p.relid) OR c.relispartition OR c.relkind = 'p'
      OR EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = p.relid OR i.inhrelid = p.relid),
    pg_orez.describe_relation(p.relid) || jsonb_build_object(
      'publications', jsonb_agg(jsonb_build_object(
        'name', p.pubname, 'insert', p.pubinsert, 'update', p.pubupdate, 'delete', p.pubdelete,
        'truncate', p.pubtruncate, 'columns', p.attrs::int2[], 'filter', p.filter,
        'as', CASE WHEN p.as_relid <> p.relid THEN pg_orez.describe_relation(p.as_relid) END
      ) ORDER BY p.pubname))
  -- an unlogged partition is published, and no part of the WAL
  FROM published p JOIN pg_class c ON c.oid = p.relid AND c.relpersistence = 'p'
  GROUP BY p.relid, c.relispartition, c.relkind
$$;

-- An expression for the bits of the publications whose row filter an image passes; NULL without filters.
CREATE OR REPLACE FUNCTION pg_orez.filter_bits(description jsonb, image text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN bool_or(p.value ->> 'filter' IS NOT NULL) THEN
    '(SELECT ' || string_agg(
      CASE WHEN p.value ->> 'filter' IS NULL THEN (1 << (p.ordinality::int - 1))::text
      ELSE format('CASE WHEN (%s) THEN %s ELSE 0 END', p.value ->> 'filter', 1 << (p.ordinality::int - 1)) END,
      ' + ') || format(' FROM (SELECT (%s).*) AS image)', image)
  ELSE 'NULL::int' END
  FROM jsonb_array_elements(description -> 'publications') WITH ORDINALITY p
$$;

-- Columns of a row whose values may be stored apart, by their position among all that are captured.
-- place counts them alone.
CREATE OR REPLACE FUNCTION pg_orez.toastable(description jsonb)
RETURNS TABLE (name text, at int, place int, is_key boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT quote_ident(c ->> 'name'), n::int - 1, (row_number() OVER (ORDER BY n))::int, (c ->> 'key')::boolean
  FROM jsonb_array_elements(description -> 'columns') WITH ORDINALITY AS captured(c, n)
  JOIN pg_attribute a ON a.attrelid = (description ->> 'oid')::oid AND a.attname = c ->> 'name'
  JOIN pg_type t ON t.oid = a.atttypid
  -- whatever the column's storage is set to, which may change
  WHERE a.attlen = -1 AND t.typstorage <> 'p'
$$;

-- The body of a table's capture function. `before` is what PostgreSQL would log of the old row:
-- all of it for REPLICA IDENTITY FULL, else the key, and for an update only if the key has changed
-- (compared by image, as heap_update does).
CREATE OR REPLACE FUNCTION pg_orez.capture_source(version int, description jsonb, by_row boolean) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
  whole boolean := description ->> 'identity' = 'f';
  keys text[] := ARRAY(
    SELECT quote_ident(c ->> 'name') FROM jsonb_array_elements(description -> 'columns') c
    WHERE (c ->> 'key')::boolean ORDER BY (c ->> 'number')::int);
  old_key text;
  new_key text;
  old_image text;
  changed_image text;
  insert_into text := 'INSERT INTO pg_orez.change_log (kind, relation, before, after, before_passes, after_passes, unchanged) ';
  -- where the values of a row are stored; a whole row as one value would bring them with it
  apart text;
  unchanged text;
  key_apart text;
  o text := CASE WHEN by_row THEN 'OLD' ELSE 'o.image' END;
  n text := CASE WHEN by_row THEN 'NEW' ELSE 'n.image' END;
  -- stands for a whole row, so no column may have the same name
  r text := 'orez_row' || repeat('_', (
    SELECT coalesce(max(length(c ->> 'name')), 0)::int FROM jsonb_array_elements(description -> 'columns') c
    WHERE c ->> 'name' LIKE 'orez\_row%'));
BEGIN
  SELECT '(ROW(' || string_agg(format('(%s).%s', o, k), ', ') || ')::record)',
         '(ROW(' || string_agg(format('(%s).%s', n, k), ', ') || ')::record)'
    INTO old_key, new_key FROM unnest(keys) k;
  old_image := CASE WHEN whole THEN format('(%s)::text', o)
                    WHEN old_key IS NULL THEN 'NULL::text' ELSE old_key || '::text' END;
  -- a trigger of rows is given whole values, whatever they were stored as: subscribers are sent them then
  IF NOT by_row THEN
    SELECT 'ARRAY[' || string_agg(format('pg_column_toast_chunk_id(%s.%s)', r, t.name), ', ' ORDER BY t.place) || '] AS apart',
      string_agg(format('CASE WHEN o.apart[%1$s] = n.apart[%1$s] THEN %2$s END', t.place, t.at), ', '),
      string_agg(format('o.apart[%s] IS NOT NULL', t.place), ' OR ') FILTER (WHERE t.is_key)
      INTO apart, unchanged, key_apart FROM pg_orez.toastable(description) t;
  END IF;
  unchanged := coalesce('nullif(concat_ws('','', ' || unchanged || '), '''')', 'NULL');
  -- a key that is stored apart is told of even where it has not changed (HeapDetermineColumnsInfo)
  changed_image := CASE WHEN whole OR old_key IS NULL THEN old_image
    ELSE format('CASE WHEN %s *<> %s%s THEN %s::text END', old_key, new_key, coalesce(' OR ' || key_apart, ''), old_key) END;
  RETURN format($f$
    DECLARE
      logged bigint;
    BEGIN
      IF TG_OP = 'INSERT' THEN
        %1$s SELECT 'I', %2$s, NULL, (%3$s)::text, NULL, %4$s, NULL %5$s;
      ELSIF TG_OP = 'UPDATE' THEN
        %1$s SELECT 'U', %2$s, %6$s, (%3$s)::text, %7$s, %4$s, %11$s %8$s;
      ELSE
        %1$s SELECT 'D', %2$s, %9$s, NULL, %7$s, NULL, NULL %10$s;
      END IF;
      GET DIAGNOSTICS logged = ROW_COUNT;
      IF logged > 0 THEN PERFORM pg_orez.announce(logged); END IF;
      RETURN NULL;
    END $f$,
    insert_into, version, n, pg_orez.filter_bits(description, n),
    CASE WHEN by_row THEN '' ELSE format('FROM (SELECT %1$s AS image FROM new_rows %1$s) n', r) END,
    changed_image, pg_orez.filter_bits(description, o),
    -- both transition tables hold the rows in the order in which they were updated
    CASE WHEN by_row THEN '' ELSE format(
      'FROM (SELECT %1$s AS image, row_number() OVER () AS i%2$s FROM old_rows %1$s) o '
      'JOIN (SELECT %1$s AS image, row_number() OVER () AS i%2$s FROM new_rows %1$s) n USING (i) ORDER BY i',
      r, coalesce(', ' || apart, '')) END,
    old_image,
    CASE WHEN by_row THEN '' ELSE format('FROM (SELECT %1$s AS image FROM old_rows %1$s) o', r) END,
    unchanged);
END
$$;

-- Brings triggers and descriptions in line with the publications. Idempotent, and cheap when nothing changed.
-- Triggers are marked internal and always enabled: tools do not show or dump them, replicas fire them too.
CREATE OR REPLACE FUNCTION pg_orez.sync_capture() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
SET event_triggers = off SET client_min_messages = warning AS $$
DECLARE
  target record;
  version int;
  function_name text;
  trigger_name name;
  operation text;
BEGIN
  FOR target IN
    SELECT t.tgrelid, t.tgname FROM pg_trigger t
    WHERE t.tgname LIKE ' orez\_capture\_%' AND t.tgparentid = 0
      AND t.tgrelid NOT IN (SELECT relid FROM pg_orez.captured())
  LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', target.tgname, target.tgrelid::regclass);
    -- a table that is published again later is new to its subscribers
    INSERT INTO pg_orez.relation (relid, description) VALUES (target.tgrelid, '{}');
  END LOOP;

  FOR target IN
    SELECT c.*, p.relkind, (last.description ->> 'byRow')::boolean AS was_by_row
    FROM pg_orez.captured() c
    JOIN pg_class p ON p.oid = c.relid
    LEFT JOIN LATERAL (
      SELECT r.description FROM pg_orez.relation r WHERE r.relid = c.relid ORDER BY r.id DESC LIMIT 1) last ON true
    WHERE (c.description || jsonb_build_object('byRow', c.by_row)) IS DISTINCT FROM last.description
  LOOP
    INSERT INTO pg_orez.relation (relid, description)
      VALUES (target.relid, target.description || jsonb_build_object('byRow', target.by_row))
      RETURNING id INTO version;
    function_name := format('pg_orez.capture_%s', target.relid);
    IF target.relkind <> 'p' THEN EXECUTE format(
      'CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER '
      'SET search_path = public SET datestyle = ''ISO, MDY'' SET intervalstyle = postgres '
      'SET bytea_output = hex SET extra_float_digits = 1 SET timezone = ''UTC'' '
      -- the planner takes transition tables for tiny; a nested loop over two of them would be quadratic
      'SET enable_nestloop = off AS %L',
      function_name, pg_orez.capture_source(version, target.description, target.by_row));
    END IF;
    IF target.by_row IS NOT DISTINCT FROM target.was_by_row THEN CONTINUE; END IF;
    FOR trigger_name IN
      SELECT t.tgname FROM pg_trigger t WHERE t.tgrelid = target.relid AND t.tgname LIKE ' orez\_capture\_%'
    LOOP
      EXECUTE format('DROP TRIGGER %I ON %s', trigger_name, target.relid::regclass);
    END LOOP;
    IF target.relkind <> 'p' THEN
      FOREACH operation IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP
        EXECUTE format('CREATE TRIGGER %I AFTER %s ON %s %s FOR EACH %s EXECUTE FUNCTION %s()',
          ' orez_capture_' || lower(operation), operation, target.relid::regclass,
          CASE WHEN target.by_row THEN ''
            ELSE 'REFERENCING '
              || CASE WHEN operation IN ('UPDATE', 'DELETE') THEN 'OLD TABLE AS old_rows ' ELSE '' END
              || CASE WHEN operation IN ('UPDATE', 'INSERT') THEN 'NEW TABLE AS new_rows' ELSE '' END
          END,
          CASE WHEN target.by_row THEN 'ROW' ELSE 'STATEMENT' END, function_name);
      END LOOP;
    END IF;
    EXECUTE format('CREATE TRIGGER " orez_capture_before_truncate" BEFORE TRUNCATE ON %s '
      'FOR EACH STATEMENT EXECUTE FUNCTION pg_orez.begin_truncation()', target.relid::regclass);
    EXECUTE format('CREATE TRIGGER " orez_capture_truncate" AFTER TRUNCATE ON %s '
      'FOR EACH STATEMENT EXECUTE FUNCTION pg_orez.end_truncation()', target.relid::regclass);
    UPDATE pg_trigger SET tgenabled = 'A', tgisinternal = true
      WHERE tgrelid = target.relid AND tgname LIKE ' orez\_capture\_%';
    -- a change of the trigger's row alone would not reach the table's cached triggers
    UPDATE pg_class SET relname = relname WHERE oid = target.relid;
  END LOOP;

  -- functions of tables that are gone
  FOR target IN
    SELECT p.oid::regprocedure AS signature FROM pg_proc p
    WHERE p.pronamespace = 'pg_orez'::regnamespace AND p.proname LIKE 'capture\_%' AND p.proname <> 'capture_source'
      AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgfoid = p.oid)
  LOOP
    EXECUTE format('DROP FUNCTION %s', target.signature);
  END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION pg_catalog.pg_orez_on_ddl() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  created record;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_publication) AND NOT EXISTS (SELECT FROM pg_orez.relation) THEN RETURN; END IF;
  PERFORM pg_orez.sync_capture();
  -- rows that a table is born with never pass a trigger
  IF TG_TAG IN ('CREATE TABLE AS', 'SELECT INTO') THEN
    FOR created IN
      SELECT d.objid, (SELECT max(r.id) FROM pg_orez.relation r WHERE r.relid = d.objid) AS version, r.description
      FROM pg_event_trigger_ddl_commands() d
      JOIN LATERAL (SELECT description FROM pg_orez.relation r WHERE r.relid = d.objid ORDER BY r.id DESC LIMIT 1) r ON true
      WHERE d.classid = 'pg_class'::regclass
    LOOP
      EXECUTE format('INSERT INTO pg_orez.change_log (kind, relation, after, after_passes) '
        'SELECT ''I'', %s, (orez_row)::text, %s FROM %s orez_row',
        created.version, pg_orez.filter_bits(created.description, 'orez_row'), created.objid::regclass);
      PERFORM pg_notify('pg_orez.change_log', '');
    END LOOP;
  END IF;
END
$$;

DO $$
DECLARE
  name text;
BEGIN
  FOR name IN
    SELECT evtname FROM pg_catalog.pg_depend JOIN pg_catalog.pg_event_trigger e ON e.oid = objid
    WHERE classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass AND deptype = 'e' AND evtname LIKE ' orez%'
  LOOP
    EXECUTE pg_catalog.format('ALTER EXTENSION plpgsql DROP EVENT TRIGGER %I', name);
  END LOOP;
END $$;
DROP EVENT TRIGGER IF EXISTS " orez_ddl";
DROP EVENT TRIGGER IF EXISTS " orez_drop";
-- What an event trigger calls is not of the schema: who drops that would be told of the extension, and could drop it too.
DROP FUNCTION IF EXISTS pg_orez.on_ddl();
-- Event triggers fire in the order of their names: capture comes first.
CREATE EVENT TRIGGER " orez_ddl" ON ddl_command_end
  WHEN TAG IN (
    'ALTER PUBLICATION', 'ALTER SCHEMA', 'ALTER TABLE', 'ALTER TYPE', 'ALTER DOMAIN', 'CREATE INDEX',
    'CREATE PUBLICATION', 'CREATE TABLE', 'CREATE TABLE AS', 'CREATE SCHEMA', 'DROP INDEX', 'DROP PUBLICATION',
    'DROP SCHEMA', 'DROP TABLE', 'SELECT INTO', 'CREATE TRIGGER', 'DROP TRIGGER')
  EXECUTE FUNCTION pg_catalog.pg_orez_on_ddl();
ALTER EVENT TRIGGER " orez_ddl" ENABLE ALWAYS;


-- What orez needs is as hard to drop as what PostgreSQL needs. (The function is not among it: who drops the
-- schema would drop the function first.)
CREATE OR REPLACE FUNCTION pg_catalog.pg_orez_on_drop() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  dropped text;
BEGIN
  SELECT object_type || ' ' || object_identity INTO dropped FROM pg_event_trigger_dropped_objects()
    WHERE schema_name = 'pg_orez' OR (object_type = 'schema' AND object_name = 'pg_orez') LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = '2BP01',
      MESSAGE = format('cannot drop %s because it is required by the database system', dropped);
  END IF;
END
$$;
CREATE EVENT TRIGGER " orez_drop" ON sql_drop EXECUTE FUNCTION pg_catalog.pg_orez_on_drop();
ALTER EVENT TRIGGER " orez_drop" ENABLE ALWAYS;
-- What belongs to an extension, pg_dump leaves out.
ALTER EXTENSION plpgsql ADD EVENT TRIGGER " orez_ddl";
ALTER EXTENSION plpgsql ADD EVENT TRIGGER " orez_drop";
