-- What the autovacuum daemon would vacuum or analyze by now (relation_needs_vacanalyze in autovacuum.c).

-- A parameter of autovacuum, as a table's storage parameter or, without one, as the setting.
CREATE OR REPLACE FUNCTION pg_orez.autovacuum(parameter text, options text[]) RETURNS float8
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT coalesce(
    (SELECT option_value FROM pg_options_to_table(options) WHERE option_name = 'autovacuum_' || parameter),
    current_setting('autovacuum_' || parameter))::float8
$$;

CREATE OR REPLACE VIEW pg_orez.vacuum_due AS
  WITH relation AS MATERIALIZED (
    SELECT c.oid, c.relkind, c.reloptions AS options, greatest(c.reltuples, 0) AS rows,
      CASE WHEN c.relpages > 0 THEN 1 - least(c.relallfrozen, c.relpages)::float8 / c.relpages ELSE 1 END AS unfrozen,
      age(c.relfrozenxid) AS age, mxid_age(c.relminmxid) AS multi_age,
      pg_stat_get_dead_tuples(c.oid) AS dead, pg_stat_get_ins_since_vacuum(c.oid) AS inserted,
      pg_stat_get_mod_since_analyze(c.oid) AS modified,
      coalesce((SELECT option_value::boolean FROM pg_options_to_table(c.reloptions)
        WHERE option_name = 'autovacuum_enabled'), true) AND current_setting('autovacuum')::boolean AS enabled
    FROM pg_catalog.pg_class c
    WHERE c.relkind IN ('r', 'm', 't') AND c.relpersistence <> 't'
  ), measured AS MATERIALIZED (
    SELECT oid, relkind, enabled, dead, inserted, modified,
      age > pg_orez.autovacuum('freeze_max_age', options)
        OR multi_age > pg_orez.autovacuum('multixact_freeze_max_age', options) AS forced,
      least(
        pg_orez.autovacuum('vacuum_threshold', options) + pg_orez.autovacuum('vacuum_scale_factor', options) * rows,
        nullif(pg_orez.autovacuum('vacuum_max_threshold', options), -1)) AS dead_limit,
      nullif(pg_orez.autovacuum('vacuum_insert_threshold', options), -1)
        + pg_orez.autovacuum('vacuum_insert_scale_factor', options) * rows * unfrozen AS inserted_limit,
      pg_orez.autovacuum('analyze_threshold', options)
        + pg_orez.autovacuum('analyze_scale_factor', options) * rows AS modified_limit
    FROM relation
    -- most have nothing to be asked about
    WHERE dead > 0 OR inserted > 0 OR modified > 0 OR age > 100000 OR multi_age > 10000
  ), due AS (
    SELECT *, forced OR enabled AND (dead > dead_limit OR coalesce(inserted > inserted_limit, false)) AS needs_vacuum,
      enabled AND modified > modified_limit AND relkind <> 't' AND oid <> 'pg_statistic'::regclass AS needs_analyze
    FROM measured
  )
  SELECT format('%I.%I', n.nspname, c.relname) AS relation, needs_vacuum, needs_analyze,
    -- long since: it is done even if others have to wait
    forced OR dead > 4 * dead_limit AS overdue
  FROM due JOIN pg_catalog.pg_class c USING (oid) JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE needs_vacuum OR needs_analyze
  ORDER BY forced DESC, dead DESC;
