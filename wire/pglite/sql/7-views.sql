-- System views over replaced built-ins, made anew so that they call the new functions.
DO $do$
DECLARE
  view record;
BEGIN
  FOR view IN SELECT * FROM pg_orez.system_view LOOP
    EXECUTE format('CREATE OR REPLACE VIEW pg_catalog.%I AS %s', view.viewname, view.definition);
  END LOOP;
  DROP TABLE pg_orez.system_view;
END
$do$;
