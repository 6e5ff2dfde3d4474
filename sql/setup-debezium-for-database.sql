
-- Lets the Debezium role connect to a database. What is kept inside a database (schemas, tables, the
-- publication) can only be set from within it: setup_debezium_schema_permissions() does that.
DECLARE
  debezium CONSTANT name := {{role}};
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = db_name) THEN
    RAISE EXCEPTION 'there is no database %', pg_catalog.quote_ident(db_name)
      USING ERRCODE = 'invalid_catalog_name';
  END IF;
  EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO %I', db_name, debezium);
  IF db_name = pg_catalog.current_database() THEN
    PERFORM public.setup_debezium_schema_permissions();
  ELSE
    RAISE NOTICE 'connect to % and run: SELECT setup_debezium_schema_permissions();',
      pg_catalog.quote_ident(db_name)
      USING HINT = 'where that function does not exist: cdc-pipeline prepare makes it and does the rest';
  END IF;
END
