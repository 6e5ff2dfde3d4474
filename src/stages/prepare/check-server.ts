import { CdcError } from "../../errors.js";
import { namesOf } from "../../names.js";
import { requireHeadroom } from "../require-headroom.js";
import { requireLogicalWal } from "../require-logical-wal.js";
import type { ServerFacts } from "./facts/server-facts.js";

/**
 * Whether capture of these databases is possible on this server at all; asked before anything is made.
 * @throws CdcError SERVER_IN_RECOVERY, WAL_LEVEL_NOT_LOGICAL, SLOTS_EXHAUSTED
 */
export function checkServer(server: ServerFacts, databases: readonly string[]): void {
  if (server.isInRecovery) {
    throw new CdcError(
      "SERVER_IN_RECOVERY",
      "the server is a standby, or recovers: nothing can be written on it",
      {
        hint: "prepare on the primary: set postgres.host and postgres.port to it",
      },
    );
  }
  requireLogicalWal(server.walLevel);
  requireHeadroom(
    server,
    databases.map((database) => namesOf(database).slot),
  );
}
