import { quoteIdentifier } from "../../clients/postgres.js";
import { formatDuration } from "../../format.js";
import { type Check, type DatabaseCheckContext, defineCheck, type Problem } from "../check.js";
import type { ServerFacts } from "../facts/server-facts.js";
import type { SlotProbe } from "../facts/slot-probe.js";
import { endBlocker } from "./end-blocker.js";
import { advise, runSql } from "./fixes.js";
import { needsRole } from "./needs-role.js";

/* A slot was made as Debezium makes one: it proves login, right, wal_level and headroom in one step. */

type Failure = Extract<SlotProbe, { ok: false }>;
type ProbeContext = DatabaseCheckContext & { readonly server: ServerFacts };

const pooler = defineCheck({
  code: "POOLER_IN_BETWEEN",
  severity: "error",
  scope: "database",
  needs: ["probe"],
  title: "What answers is PostgreSQL itself, not a pooler",
  why: "A connection pooler does not pass on the replication protocol: no slot can be made or read through it.",
  remedy: "Set `postgres.host` and `postgres.port` to the server itself, also as Kafka Connect sees it.",
  look: ({ probe, settings: { postgres } }) =>
    probe.ok || probe.reason !== "pooler"
      ? []
      : [
          {
            object: `${postgres.host}:${postgres.port}`,
            seen: `to a replication connection it answers: ${probe.message}`,
            fix: advise("set postgres.host and postgres.port to the server itself, not to a pooler"),
          },
        ],
});

const slotProbe = defineCheck({
  code: "SLOT_PROBE",
  severity: "error",
  scope: "database",
  needs: ["probe", "server"],
  title: "A temporary logical slot could be made as Debezium's role",
  why: "Debezium makes its slot in just this way, and without one it captures nothing.",
  remedy: "As PostgreSQL's words say; the checks of the server and of the role name what is in the way.",
  look: (facts) => {
    const { probe } = facts;
    const cannotTell = needsRole(facts);
    if (cannotTell !== undefined) return cannotTell;
    if (probe.ok) return [];
    if (probe.reason === "login" || probe.reason === "pooler") return { skipped: probe.message };
    return problemsOf(probe, facts);
  },
});

function problemsOf(probe: Failure, { server, names, settings }: ProbeContext): readonly Problem[] {
  const { adminDatabase } = settings.postgres;
  const seen = `${probe.message} (${probe.sqlState})`;
  // Only a slot that has to be made needs room, or the end of what is in the way.
  const hasSlot = server.slots.some(({ name }) => name === names.slot);
  const severity = hasSlot ? "info" : "error";
  switch (probe.reason) {
    case "right":
      return [
        {
          object: settings.role,
          seen,
          fix: runSql(adminDatabase, `ALTER ROLE ${quoteIdentifier(settings.role)} REPLICATION;`, {
            isSafe: true,
          }),
        },
      ];
    case "wal_level":
      return [
        {
          seen: `${seen}; the change needs a restart of PostgreSQL`,
          fix: runSql(adminDatabase, "ALTER SYSTEM SET wal_level = logical;", { isSafe: false }),
        },
      ];
    case "headroom":
      return [
        {
          severity,
          seen,
          fix: advise(
            "drop a slot that nobody reads, or raise max_replication_slots and max_wal_senders and restart",
          ),
        },
      ];
    case "blocked":
      return blockersOf(probe, adminDatabase).map((blocker) => ({ severity, ...blocker }));
    default:
      return [{ seen }];
  }
}

/** One problem for each transaction that was seen in the way. */
function blockersOf({ blockers }: Failure, adminDatabase: string): Problem[] {
  if (blockers.length === 0) {
    const seen = "no slot could be made within 2 s: transactions that write were in the way";
    return [
      { seen, fix: advise("look again: they have ended by now, or the administrator may not see them") },
    ];
  }
  return blockers.map((blocker) => ({
    object: `${blocker.kind} ${blocker.id}`,
    seen: `no slot could be made: in ${blocker.database} a transaction that has written is open for ${formatDuration(blocker.ageSeconds * 1000)} (${blocker.state})`,
    fix: endBlocker(blocker, adminDatabase),
  }));
}

export const PROBE_CHECKS: readonly Check[] = [pooler, slotProbe];
