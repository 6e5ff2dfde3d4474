import { hasSqlState, type PostgresClient, quoteLiteral } from "../../../clients/postgres.js";
import { CdcError } from "../../../errors.js";
import { shellWord } from "../../../shell-words.js";
import { OWN_SCHEMA, PROBE_TABLE } from "../../own-objects.js";
import type { ProbeSubject } from "../probe.js";
import { runProbe } from "./run-probe.js";

export interface ProbeTableOptions {
  readonly database: string;
  /** Also empties the table, which must come out as an event too. */
  readonly truncate: boolean;
}

export const PROBE_SUBJECT = { schema: OWN_SCHEMA, table: PROBE_TABLE.slice(OWN_SCHEMA.length + 1) };

/** The program's own table: its row is inserted, changed and deleted again. */
export function probeTable(client: PostgresClient, { database, truncate }: ProbeTableOptions): ProbeSubject {
  return {
    ...PROBE_SUBJECT,
    replicaIdentity: "default",
    ops: truncate ? ["c", "u", "d", "t"] : ["c", "u", "d"],
    required: truncate ? ["c", "t"] : ["c"],
    triggers: [],
    isOurs: true,
    write: async () => {
      const token = crypto.randomUUID();
      const row = `token = ${quoteLiteral(token)}`;
      const statements = [
        `INSERT INTO ${PROBE_TABLE} (token) VALUES (${quoteLiteral(token)})`,
        `UPDATE ${PROBE_TABLE} SET inserted_at = clock_timestamp() WHERE ${row}`,
        `DELETE FROM ${PROBE_TABLE} WHERE ${row}`,
        ...(truncate ? [`TRUNCATE ${PROBE_TABLE}`] : []),
      ];
      const { txId, sentAtMs, committedAtMs } = await prepared(database, runProbe(client, statements));
      const columns = new Map([["token", token]]);
      return { txId, sentAtMs, committedAtMs, columns, lastColumns: columns, key: columns, marks: [token] };
    },
  };
}

/** @throws CdcError NOT_PREPARED where there is no such table */
export async function prepared<T>(database: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!hasSqlState(error, "42P01") && !hasSqlState(error, "3F000")) throw error;
    throw new CdcError("NOT_PREPARED", `${database} has no probe table ${PROBE_TABLE}`, {
      hint: `cdc-pipeline prepare ${shellWord(database)}`,
      cause: error,
    });
  }
}
