import { quoteLiteral } from "../clients/postgres.js";
import { isApplicationSchema } from "./application-schema.js";

/** What SQL calls a table in a GRANT: tables, views, materialized views, foreign tables. */
const RELATIONS = "('r', 'p', 'v', 'm', 'f')";

/** Of several rights to one object a REVOKE takes those that the owner gave, where it may speak for the owner. */
const isWithinReach = (owner: string): string =>
  `NOT g.is_grantable AND CASE WHEN pg_has_role(${owner}, 'USAGE') THEN g.grantor = ${owner} ELSE pg_has_role(g.grantor, 'USAGE') END`;

/**
 * SQL for the rights that a role was given itself in the current database, of the kinds that `prepare` gives, as rows
 * `(held, schema, object, is_reachable)`. `held` tells a right in words that stay the same while the object keeps its
 * name; `kind` is one of CONNECT, USAGE, SELECT, LATER TABLES and LATER SCHEMAS; `object` is quoted as SQL takes it,
 * of later ones it is the role that will make them. `is_reachable` is false for what somebody else gave.
 * @param role the role's name
 */
export const heldRights = (role: string): string => `
  SELECT concat_ws(' ', kind, object, 'IN ' || quote_ident(schema)) AS held, h.* FROM (
    SELECT 'CONNECT' AS kind, NULL::name AS schema, NULL::text AS object, ${isWithinReach("d.datdba")} AS is_reachable
    FROM pg_database d CROSS JOIN LATERAL aclexplode(d.datacl) g
    WHERE d.datname = current_database() AND g.privilege_type = 'CONNECT' AND g.grantee = ${oidOf(role)} AND d.datdba <> g.grantee
    UNION ALL
    SELECT 'USAGE', NULL, quote_ident(n.nspname), ${isWithinReach("n.nspowner")}
    FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) g
    WHERE g.privilege_type = 'USAGE' AND ${isApplicationSchema("n")} AND g.grantee = ${oidOf(role)} AND n.nspowner <> g.grantee
    UNION ALL
    SELECT 'SELECT', n.nspname, format('%I.%I', n.nspname, c.relname), ${isWithinReach("c.relowner")}
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) g
    WHERE c.relkind IN ${RELATIONS} AND ${isApplicationSchema("n")} AND g.privilege_type = 'SELECT' AND g.grantee = ${oidOf(role)} AND c.relowner <> g.grantee
    UNION ALL
    SELECT CASE a.defaclobjtype WHEN 'r' THEN 'LATER TABLES' ELSE 'LATER SCHEMAS' END, n.nspname,
           quote_ident(pg_get_userbyid(a.defaclrole)), NOT g.is_grantable AND pg_has_role(a.defaclrole, 'USAGE')
    FROM pg_default_acl a CROSS JOIN LATERAL aclexplode(a.defaclacl) g
    LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace
    WHERE (a.defaclobjtype, g.privilege_type) IN (('r', 'SELECT'), ('n', 'USAGE')) AND g.grantee = ${oidOf(role)}
      AND a.defaclrole <> g.grantee
  ) h`;

const oidOf = (role: string): string => `(SELECT oid FROM pg_roles WHERE rolname = ${quoteLiteral(role)})`;
