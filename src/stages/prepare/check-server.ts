import { CdcError } from "../../errors.js";
import { namesOf } from "../../names.js";
import { requireLogicalWal } from "../require-logical-wal.js";
import type { ServerFacts } from "./facts/server-facts.js";
import { count, several } from "./plan/count.js";

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
  requireHeadroom(server, databases);
}

/** Each database takes a slot, and a process that sends its changes, as soon as its connector runs. */
function requireHeadroom(server: ServerFacts, databases: readonly string[]): void {
  const { slots, maxSlots, maxSenders, senders } = server;
  const names = new Set(slots.map(({ name }) => name));
  const needed = databases.filter((database) => !names.has(namesOf(database).slot)).length;
  if (needed === 0) return;
  refuse("max_replication_slots", maxSlots, slots.length, needed, server);
  refuse("max_wal_senders", maxSenders, senders, needed, server);
}

function refuse(setting: string, max: number, used: number, needed: number, { slots }: ServerFacts): void {
  const free = Math.max(0, max - used);
  if (needed <= free) return;
  const inactive = slots.filter(({ isActive }) => !isActive).map(({ name }) => name);
  const candidates =
    setting === "max_replication_slots" && inactive.length > 0
      ? `; nobody reads ${several(inactive)} at this moment`
      : "";
  throw new CdcError(
    "SLOTS_EXHAUSTED",
    `${setting} is ${max}, ${used} are used and ${free} are free; ${count(needed, "database")} without a slot ${needed === 1 ? "needs" : "need"} ${needed}${candidates}`,
    {
      hint: `ALTER SYSTEM SET ${setting} = ${used + needed}; and restart PostgreSQL`,
      details: { setting, max, used, free, needed, inactive },
    },
  );
}
