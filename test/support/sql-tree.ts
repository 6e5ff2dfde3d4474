import { loadModule, parsePlPgSQLSync, parseSync } from "libpg-query";

/** PostgreSQL's own parser. */
await loadModule();

export interface SqlStatement {
  /** As in `CreateRoleStmt`. */
  readonly kind: string;
  readonly tree: unknown;
}

/** What PostgreSQL understands of a text. Throws what its parser throws. */
export function statementsOf(sql: string): SqlStatement[] {
  const { stmts = [] } = parseSync(sql);
  return stmts.map(({ stmt }) => ({ kind: Object.keys(stmt ?? {}).join(), tree: withoutPlaces(stmt) }));
}

/** Where something stands in the text is no part of what it means. */
function withoutPlaces(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutPlaces);
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(
        ([key]) =>
          !/^(location|stmt_len|stmt_location|name_location|rexpr_list_start|rexpr_list_end|list_start|list_end)$/.test(
            key,
          ),
      )
      .map(([key, value]) => [key, withoutPlaces(value)]),
  );
}

/** The tree with each of its texts as `change` makes it. */
export function changeTexts(node: unknown, change: (text: string) => string): unknown {
  if (typeof node === "string") return change(node);
  if (Array.isArray(node)) return node.map((item) => changeTexts(item, change));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, changeTexts(value, change)]));
}

/** The texts of the literals with which a function in PL/pgSQL sets its constants. */
export function literalsOf(createFunction: string): string[] {
  const { plpgsql_funcs } = parsePlPgSQLSync(createFunction) as unknown as { plpgsql_funcs?: unknown };
  const queries: string[] = [];
  changeTexts(plpgsql_funcs ?? parsePlPgSQLSync(createFunction), (text) => {
    queries.push(text);
    return text;
  });
  return queries.flatMap((query) => {
    if (!/^\s*(E?')/.test(query)) return [];
    const [{ tree } = { tree: undefined }] = statementsOf(`SELECT ${query}`);
    const texts: string[] = [];
    changeTexts(tree, (text) => {
      texts.push(text);
      return text;
    });
    return texts;
  });
}
