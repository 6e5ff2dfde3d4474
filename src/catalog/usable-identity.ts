/**
 * SQL that is true for a table with a usable replica identity: without one, its UPDATE and DELETE fail as
 * soon as a publication publishes them. A deferrable primary key is none (`indimmediate`).
 * @param table alias of a `pg_class` row
 */
export const hasUsableIdentity = (table: string): string => `(
  ${table}.relreplident = 'f'
  OR (${table}.relreplident = 'd' AND EXISTS (SELECT FROM pg_index i WHERE i.indrelid = ${table}.oid
        AND i.indisprimary AND i.indisvalid AND i.indimmediate))
  OR (${table}.relreplident = 'i' AND EXISTS (SELECT FROM pg_index i WHERE i.indrelid = ${table}.oid
        AND i.indisreplident AND i.indisvalid)))`;
