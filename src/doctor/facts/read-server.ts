import type { PostgresClient } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { measureWal } from "./measure-wal.js";
import type { RoleFacts, ServerFacts } from "./server-facts.js";
import { SERVER_QUERY, SETTINGS, SUPERUSER_QUERY, WAL_DIRECTORY_QUERY } from "./server-queries.js";
import { watchSenders } from "./watch-senders.js";

/** @param role Debezium's */
export async function readServer(
  client: PostgresClient,
  role: string,
  findFreeBytes: (folder: string) => Promise<number | null>,
  context: Pick<Context, "signal">,
): Promise<ServerFacts> {
  const { rows } = await client.query<{ facts: ServerFacts & { mayListWal: boolean } }>(SERVER_QUERY, [
    role,
    SETTINGS,
  ]);
  const facts = rows[0]?.facts;
  if (facts === undefined) throw new Error("the facts query returned no row");
  const folder = facts.settings.data_directory?.value;
  const known: ServerFacts = {
    ...facts,
    walFreeBytes: folder === undefined ? null : await findFreeBytes(folder),
    walDirectoryBytes: facts.mayListWal ? await readWalDirectory(client) : null,
    slots: await watchSenders(client, facts.slots, context),
    measuredWalBytesPerSecond: await measureWal(client, facts.slots, context),
  };
  return facts.isSuperuser ? { ...known, ...(await readSecrets(client, known.role, role)) } : known;
}

async function readWalDirectory(client: PostgresClient): Promise<number | null> {
  const { rows } = await client.query<{ bytes: number | null }>(WAL_DIRECTORY_QUERY);
  return rows[0]?.bytes ?? null;
}

async function readSecrets(
  client: PostgresClient,
  facts: RoleFacts | null,
  role: string,
): Promise<Pick<ServerFacts, "role" | "brokenHbaLines">> {
  const { rows } = await client.query<Pick<RoleFacts, "passwordKind"> & Pick<ServerFacts, "brokenHbaLines">>(
    SUPERUSER_QUERY,
    [role],
  );
  const { passwordKind = null, brokenHbaLines = [] } = rows[0] ?? {};
  return { brokenHbaLines, role: facts === null ? null : { ...facts, passwordKind } };
}
