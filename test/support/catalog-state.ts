import type { Preparation } from "./preparation.js";

/** Everything in a database that a preparation can leave there, and the role, as sorted lines. */
const STATE = `
WITH item AS (
  SELECT 'schema' AS kind, nspname::text AS name, nspowner AS owner, nspacl AS acl,
         obj_description(oid, 'pg_namespace') AS comment, '' AS definition
  FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  UNION ALL
  SELECT 'table', c.oid::regclass::text, c.relowner, c.relacl, obj_description(c.oid, 'pg_class'),
         c.relreplident::text || (SELECT string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull,
                           pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY attnum)
          FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  UNION ALL
  SELECT 'index', indexrelid::regclass::text, NULL, NULL, NULL, pg_get_indexdef(indexrelid)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  UNION ALL
  SELECT 'function', p.oid::regprocedure::text, p.proowner, p.proacl, obj_description(p.oid, 'pg_proc'), pg_get_functiondef(p.oid)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND p.prokind = 'f'
  UNION ALL
  SELECT 'publication', pubname::text, pubowner, NULL, obj_description(p.oid, 'pg_publication'),
         (to_jsonb(p) - 'oid' - 'pubowner')::text
           || coalesce((SELECT string_agg(prrelid::regclass::text, ', ' ORDER BY 1) FROM pg_publication_rel r WHERE r.prpubid = p.oid), '')
  FROM pg_publication p
  UNION ALL
  SELECT 'database', 'itself', datdba, datacl, shobj_description(oid, 'pg_database'), datallowconn::text
  FROM pg_database WHERE datname = current_database()
  UNION ALL
  SELECT 'role', rolname::text, NULL, NULL, shobj_description(oid, 'pg_authid'),
         (to_jsonb(r) - 'oid' - 'rolpassword')::text
           || coalesce((SELECT string_agg(roleid::regrole::text, ', ') FROM pg_auth_members m WHERE m.member = r.oid), '')
  FROM pg_roles r WHERE rolname = $1
)
SELECT concat_ws(' | ', kind, name, owner::regrole, comment, definition,
         (SELECT string_agg(concat_ws(' ', g.grantee::regrole, g.privilege_type, g.is_grantable), ', '
                            ORDER BY g.grantee::regrole::text, g.privilege_type) FROM aclexplode(acl) g)) AS line
FROM item
UNION ALL
SELECT concat_ws(' | ', 'later', defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype,
         g.grantee::regrole, g.privilege_type)
FROM pg_default_acl CROSS JOIN LATERAL aclexplode(defaclacl) g
ORDER BY 1`;

/** The state of one database, with the test's id taken out, so that two tests can be compared. */
export async function catalogState(preparation: Preparation, database: string): Promise<string[]> {
  const client = await preparation.connect(database);
  const { rows } = await client.query<{ line: string }>(STATE, [preparation.role]);
  return rows.map(({ line }) => line.replaceAll(preparation.id, "ID"));
}
