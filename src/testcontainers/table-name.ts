import { CdcError } from "../errors.js";

export interface TableName {
  readonly schema: string;
  readonly name: string;
}

/**
 * `public.products`, as it is, without quotes; without a schema it is `public`. What stands behind the first point is
 * the table's name.
 * @throws CdcError USAGE
 */
export function parseTableName(text: string): TableName {
  const [, schema = "public", name] = /^(?:([^.]+)\.)?(.+)$/s.exec(text) ?? [];
  if (name !== undefined) return { schema, name };
  throw new CdcError("USAGE", `${JSON.stringify(text)} is no table's name`, {
    hint: 'name schema and table: "public.products"',
  });
}
