import { type PostgresEndpoint, withPostgres } from "../../../clients/postgres.js";
import type { Context } from "../../../context.js";
import { isDraft } from "../database-draft.js";
import { readDatabases, type ServerDatabase } from "./server-facts.js";

/**
 * The application databases of a server besides those that are named already; says which others are left
 * out, and why.
 */
export async function listDatabases(
  endpoint: PostgresEndpoint,
  named: readonly string[],
  context: Context,
): Promise<string[]> {
  const databases = await withPostgres(endpoint, endpoint.adminDatabase, readDatabases);
  const others = databases.filter(({ name }) => !named.includes(name));
  const judged = others.map((database) => ({
    name: database.name,
    reason: reasonAgainst(database, endpoint.adminDatabase),
  }));
  const leftOut = judged.flatMap(({ name, reason }) => (reason === undefined ? [] : [`${name} (${reason})`]));
  if (leftOut.length > 0) context.report({ type: "notice", message: `left out: ${leftOut.join(", ")}` });
  return judged.filter(({ reason }) => reason === undefined).map(({ name }) => name);
}

function reasonAgainst(
  { name, isTemplate, allowsConnections }: ServerDatabase,
  adminDatabase: string,
): string | undefined {
  if (isTemplate) return "a template";
  if (!allowsConnections) return "takes no connections";
  if (name === adminDatabase) return "the administrator's; name it to have it prepared";
  return isDraft(name) ? "a database that is being made" : undefined;
}
