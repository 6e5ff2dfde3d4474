import { quoteLiteral } from "../../../clients/postgres.js";

/** Asks for functions and nothing else. */
export const functionsQuery = (signatures: readonly string[]): string =>
  `SELECT ${functionsFacts(signatures)} AS facts`;

/** SQL for `FunctionsFacts`. */
export const functionsFacts = (
  signatures: readonly string[],
): string => `jsonb_build_object('hasSchema', to_regnamespace('public') IS NOT NULL,
     'mayCreate', coalesce(has_schema_privilege(to_regnamespace('public'), 'CREATE'), false),
     'found', coalesce((SELECT jsonb_object_agg(s.signature, jsonb_build_object('body', f.prosrc, 'comment',
          (SELECT description FROM pg_description WHERE objoid = f.oid AND classoid = 'pg_proc'::regclass),
          'isReachable', pg_has_role(f.proowner, 'USAGE')))
        FROM unnest(ARRAY[${signatures.map(quoteLiteral).join(", ")}]::text[]) s(signature)
        JOIN pg_proc f ON f.oid = to_regprocedure(s.signature)), '{}'))`;
