import { isApplicationSchema } from "./application-schema.js";

/**
 * SQL for the roles that can make tables or schemas in the current database, as rows `(oid, rolname)`.
 * Superusers may make them anywhere: they count where they have made one, or are the one who asks.
 * @param except SQL for the name of a role that is left out: Debezium's own, which needs no grant
 */
export const tableMakers = (except: string): string => `
  SELECT r.oid, r.rolname FROM pg_roles r
  WHERE r.rolname !~ '^pg_' AND r.rolname <> ${except} AND (
    r.rolname = current_user
    OR EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p') AND ${isApplicationSchema("n")})
    OR EXISTS (SELECT FROM pg_namespace n WHERE n.nspowner = r.oid AND ${isApplicationSchema("n")})
    OR (NOT r.rolsuper AND (
      has_database_privilege(r.oid, current_database(), 'CREATE')
      OR EXISTS (SELECT FROM pg_namespace n WHERE ${isApplicationSchema("n")} AND has_schema_privilege(r.oid, n.oid, 'CREATE'))
    ))
  )`;
