/**
 * SQL that is true for a schema of the application: not PostgreSQL's own.
 * @param namespace alias of a `pg_namespace` row
 */
export const isApplicationSchema = (namespace: string): string =>
  `${namespace}.nspname !~ '^pg_' AND ${namespace}.nspname <> 'information_schema'`;
