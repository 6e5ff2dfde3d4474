import type { PostgresClient } from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";
import type { Choice } from "./choose-tables.js";
import { findByName, type UnpublishedFacts } from "./read-published-tables.js";

const KINDS: Readonly<Record<string, string>> = {
  v: "a view",
  m: "a materialized view",
  f: "a foreign table",
};

/** @throws CdcError TABLE_NOT_CAPTURED for the first name that no captured table has */
export async function refuseUncaptured(
  client: PostgresClient,
  { missing }: Choice,
  publication: string,
): Promise<void> {
  const [first] = missing;
  if (first === undefined) return;
  const { wanted, why } = first;
  const found = await findByName(client, wanted);
  throw new CdcError("TABLE_NOT_CAPTURED", `${wanted}: ${why ?? whyUnpublished(found, publication)}`, {
    hint: found.length === 0 ? "cdc-pipeline events DATABASE names the tables" : "cdc-pipeline doctor",
  });
}

export function whyUnpublished(found: readonly UnpublishedFacts[], publication: string): string {
  const [table] = found;
  if (table === undefined) return "the database has no table of that name";
  const kind = KINDS[table.kind];
  if (kind !== undefined) return `it is ${kind}, and those have no changes to capture`;
  if (table.isUnlogged) return "it is unlogged: its changes are in no WAL";
  if (table.root !== null) return `it is a partition, and its rows are captured as those of ${table.root}`;
  return `the publication ${publication} does not have it`;
}
