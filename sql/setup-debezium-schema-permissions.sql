
-- Gives the Debezium role what it needs in the current database: USAGE and SELECT now, default
-- privileges for tables and schemas that come later, and the publication. May be run at any time.
DECLARE
  debezium CONSTANT name := {{role}};
  publication CONSTANT name := {{publication}};
  item record;
BEGIN
  FOR item IN
    SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  LOOP
    EXECUTE pg_catalog.format('GRANT USAGE ON SCHEMA %I TO %I', item.nspname, debezium);
    EXECUTE pg_catalog.format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO %I', item.nspname, debezium);
  END LOOP;

  -- Default privileges belong to the role that makes a table later: every role that could.
  FOR item IN
    SELECT r.rolname FROM pg_catalog.pg_roles r
    WHERE r.rolname !~ '^pg_' AND r.rolname <> debezium AND (
      r.rolname = current_user
      OR EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p')
                   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')
      OR EXISTS (SELECT FROM pg_catalog.pg_namespace n
                 WHERE n.nspowner = r.oid AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')
      OR (NOT r.rolsuper AND (
        pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'CREATE')
        OR EXISTS (SELECT FROM pg_catalog.pg_namespace n
                   WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                     AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE'))
      ))
    )
  LOOP
    EXECUTE pg_catalog.format(
      'ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT SELECT ON TABLES TO %I', item.rolname, debezium);
    EXECUTE pg_catalog.format(
      'ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT USAGE ON SCHEMAS TO %I', item.rolname, debezium);
  END LOOP;

  IF NOT EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = publication) THEN
    -- Once published, UPDATE and DELETE fail on a table without a usable replica identity.
    FOR item IN
      SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND c.relpersistence = 'p'
        AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT (
          c.relreplident = 'f'
          OR (c.relreplident = 'd' AND EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid
                AND i.indisprimary AND i.indisvalid AND i.indimmediate))
          OR (c.relreplident = 'i' AND EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid
                AND i.indisreplident AND i.indisvalid)))
      ORDER BY 1 LIMIT 1
    LOOP
      RAISE EXCEPTION 'UPDATE and DELETE would fail once published: % has no usable primary key', item.name
        USING HINT = pg_catalog.format('add a primary key, or: ALTER TABLE %s REPLICA IDENTITY FULL', item.name);
    END LOOP;
    EXECUTE pg_catalog.format(
      'CREATE PUBLICATION %I FOR ALL TABLES WITH (publish_via_partition_root = true)', publication);
    EXECUTE pg_catalog.format('COMMENT ON PUBLICATION %I IS %L', publication, {{publicationComment}}::text);
    EXECUTE pg_catalog.format('ALTER PUBLICATION %I OWNER TO %I', publication, debezium);
  END IF;
END
