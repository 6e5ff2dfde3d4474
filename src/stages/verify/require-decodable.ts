import { hasSqlState, inTransaction, type PostgresClient } from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";
import { shellWord } from "../../shell-words.js";

const UNDEFINED_OBJECT = "42704";
/** A long transaction may come first in the slot: then nothing is known. */
const PEEK_TIMEOUT_MS = 5_000;
/** Changes that can be read may come before those that cannot. */
const PEEK_CHANGES = 10_000;

/**
 * Whether what an idle slot holds can be read at all. Changes that were written while there was no such publication
 * cannot, whatever is made later; Debezium tries again for ever.
 * @throws CdcError NOT_STREAMING
 */
export async function requireDecodable(
  client: PostgresClient,
  { slot, database }: DatabaseNames,
  publication: string,
): Promise<void> {
  try {
    await inTransaction(client, async () => {
      await client.query(`SET LOCAL statement_timeout = ${PEEK_TIMEOUT_MS}`);
      await client.query(
        `SELECT FROM pg_logical_slot_peek_binary_changes($1, NULL, $2, 'proto_version', '1', 'publication_names', $3)`,
        [slot, PEEK_CHANGES, publication],
      );
    });
  } catch (error) {
    if (!hasSqlState(error, UNDEFINED_OBJECT) || !String(error).includes("publication")) return;
    throw new CdcError(
      "NOT_STREAMING",
      `the slot ${slot} cannot be read any more: changes were written while there was no publication ${publication}`,
      {
        hint: `cdc-pipeline recapture ${shellWord(database)} makes it anew, with a snapshot`,
        cause: error,
      },
    );
  }
}
