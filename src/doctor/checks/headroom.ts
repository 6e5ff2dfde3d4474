import { type Check, type CheckContext, defineCheck, type Problem } from "../check.js";
import type { ServerFacts } from "../facts/server-facts.js";

/* Whether the server has room for the slots, senders and connections that capture takes. */

/** A snapshot, the stream, and the connector's own look-ups. */
const CONNECTIONS_A_CONNECTOR = 3;
const FEW_CONNECTIONS = 10;

const slots = defineCheck({
  code: "SLOTS_EXHAUSTED",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "There is a free replication slot for every database that needs one",
  why: "Each database takes one slot; without a free one its connector fails after a minute of tries.",
  remedy: "Raise `max_replication_slots` and restart, or drop slots that nobody reads.",
  look: (facts) => {
    const { slotsInUse, slots: existing, settings } = facts.server;
    const idle = existing.filter(({ isActive }) => !isActive).map(({ name }) => name);
    const candidates = idle.length === 0 ? "" : `; not read by anybody: ${idle.slice(0, 5).join(", ")}`;
    return shortage(
      facts,
      "max_replication_slots",
      Number(settings.max_replication_slots?.value),
      slotsInUse,
      candidates,
    );
  },
});

const senders = defineCheck({
  code: "SENDERS_EXHAUSTED",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "There is a free WAL sender for every database that needs one",
  why: "Each connector that streams takes one WAL sender; standbys and backups take theirs from the same number.",
  remedy: "Raise `max_wal_senders` and restart.",
  look: (facts) =>
    shortage(
      facts,
      "max_wal_senders",
      Number(facts.server.settings.max_wal_senders?.value),
      facts.server.sendersInUse,
      "",
    ),
});

const sendersAndSlots = defineCheck({
  code: "SENDERS_FEWER_THAN_SLOTS",
  severity: "warning",
  scope: "server",
  needs: ["server"],
  title: "There are as many WAL senders as replication slots",
  why: "A slot without a WAL sender cannot be read, and keeps WAL meanwhile.",
  remedy: "Raise `max_wal_senders` to `max_replication_slots` or more, and restart.",
  look: ({ server: { settings }, settings: { postgres } }) => {
    const slotCount = Number(settings.max_replication_slots?.value);
    const senderCount = Number(settings.max_wal_senders?.value);
    if (senderCount >= slotCount) return [];
    const sql = `ALTER SYSTEM SET max_wal_senders = ${slotCount}; -- then restart PostgreSQL`;
    return [
      {
        seen: `max_wal_senders = ${senderCount}, max_replication_slots = ${slotCount}`,
        fix: { kind: "sql", database: postgres.adminDatabase, sql, isSafe: false },
      },
    ];
  },
});

const connections = defineCheck({
  code: "CONNECTIONS_EXHAUSTED",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "There are free connections for the connectors",
  why: "A connector that gets no connection fails; and it takes those that it gets from the application.",
  remedy: "Raise `max_connections` and restart, or have the application keep fewer open.",
  look: ({ server, settings: { postgres, databases } }) => {
    const { settings, connectionsInUse } = server;
    const reserved = Number(settings.superuser_reserved_connections?.value ?? 0);
    const limit = Number(settings.max_connections?.value) - reserved;
    const free = limit - connectionsInUse;
    const needed = CONNECTIONS_A_CONNECTOR * slotsToMake(server, databases).length;
    if (free >= needed + FEW_CONNECTIONS) return [];
    const sql = `ALTER SYSTEM SET max_connections = ${limit + reserved + needed + 10 * FEW_CONNECTIONS}; -- then restart PostgreSQL`;
    return [
      {
        severity: free < needed ? "error" : "warning",
        seen: `${free} of ${limit} connections are free; ${needed} are needed`,
        fix: { kind: "sql", database: postgres.adminDatabase, sql, isSafe: false },
      },
    ];
  },
});

function slotsToMake(server: ServerFacts, databases: CheckContext["settings"]["databases"]) {
  return databases.filter(({ slot }) => server.slots.every(({ name }) => name !== slot));
}

function shortage(
  { server, settings: { postgres, databases } }: CheckContext & { readonly server: ServerFacts },
  setting: string,
  limit: number,
  used: number,
  candidates: string,
): Problem[] {
  const needed = slotsToMake(server, databases).length;
  const free = limit - used;
  // Looked at without a database, one more should fit.
  if (free >= Math.max(needed, databases.length === 0 ? 1 : 0)) return [];
  const sql = `ALTER SYSTEM SET ${setting} = ${Math.max(2 * limit, used + needed)}; -- then restart PostgreSQL`;
  return [
    {
      object: setting,
      seen: `${setting} = ${limit}, ${used} in use, ${needed} more needed${candidates}`,
      fix: { kind: "sql", database: postgres.adminDatabase, sql, isSafe: false },
    },
  ];
}

export const HEADROOM_CHECKS: readonly Check[] = [slots, senders, sendersAndSlots, connections];
