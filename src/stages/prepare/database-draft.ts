import { createHash } from "node:crypto";

import { inTransaction, type PostgresClient, quoteIdentifier, quoteLiteral } from "../../clients/postgres.js";
import { MARK } from "../own-objects.js";

/**
 * Runs `fill` with the name of a new, empty database, and gives that database its real name when `fill` is
 * done. A failure removes it; what a killed run leaves is removed by the next one for the same database.
 * Call under a lock: drafts of other runs are taken for left ones.
 */
export async function withDatabaseDraft(
  admin: PostgresClient,
  database: string,
  fill: (draft: string) => Promise<void>,
): Promise<void> {
  const prefix = draftPrefix(database);
  await removeDrafts(admin, prefix);
  const draft = `${prefix}${crypto.randomUUID().slice(0, 8)}`;
  await admin.query(`CREATE DATABASE ${quoteIdentifier(draft)}`);
  try {
    await commentOn(admin, draft, `${MARK}: draft of ${database}`);
    await fill(draft);
    await inTransaction(admin, async () => {
      await admin.query(`ALTER DATABASE ${quoteIdentifier(draft)} RENAME TO ${quoteIdentifier(database)}`);
      await commentOn(admin, database, MARK);
    });
  } catch (error) {
    await dropDatabase(admin, draft).catch(() => undefined);
    throw error;
  }
}

const PREFIX = "cdc_pipeline_draft_";

export const isDraft = (database: string): boolean => database.startsWith(PREFIX);

/** Holds a hash of the whole name, so that a draft is known by its name alone, from its first moment on. */
export function draftPrefix(database: string): string {
  return `${PREFIX}${createHash("sha256").update(database).digest("hex").slice(0, 16)}_`;
}

async function removeDrafts(admin: PostgresClient, prefix: string): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    "SELECT datname FROM pg_database WHERE starts_with(datname, $1)",
    [prefix],
  );
  for (const { datname } of rows) await dropDatabase(admin, datname);
}

async function commentOn(admin: PostgresClient, database: string, comment: string): Promise<void> {
  await admin.query(`COMMENT ON DATABASE ${quoteIdentifier(database)} IS ${quoteLiteral(comment)}`);
}

async function dropDatabase(admin: PostgresClient, name: string): Promise<void> {
  await admin.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
}
