import { formatBytes, formatDuration } from "../../format.js";
import { shellWord } from "../../shell-words.js";
import { type Check, defineCheck } from "../check.js";
import type { ServerFacts, SlotFacts } from "../facts/server-facts.js";
import { endBlocker } from "./end-blocker.js";
import { advise, alterSystem, dropSlot } from "./fixes.js";
import { ofSlot } from "./slots.js";
import { growthText, isUrgent } from "./time-left.js";

/* How far the slot is behind, and what holds it. */

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const MUCH_BYTES = 64 * MIB;
/** Spilling now and then is what it is for; this much of it is a habit. */
const SPILLED_BYTES = 64 * MIB;

const stalled = defineCheck({
  code: "SLOT_STALLED",
  severity: "error",
  scope: "database",
  needs: ["server"],
  title: "The slot's sender moves",
  why: "Changes wait in WAL, which is kept meanwhile, and arrive late or not at all.",
  remedy:
    "Remove the cause named: a reader that takes nothing (Kafka Connect or Kafka), or a transaction that goes on.",
  look: ofSlot((slot, { names, server }) => {
    const { reader } = slot;
    if (reader?.isStill !== true) return undefined;
    return {
      seen: `${formatBytes(reader.unsentBytes ?? 0)} behind and not moving: ${causeOf(slot, server)}${growthText(slot, server)}`,
      fix: {
        kind: "command",
        command: "cdc-pipeline logs connect",
      },
      object: names.slot,
    };
  }),
});

function causeOf({ reader }: SlotFacts, { blockers }: ServerFacts): string {
  if ((reader?.waitEvent ?? "").includes("Write"))
    return "its reader takes nothing (Kafka Connect or Kafka stands)";
  const [oldest] = blockers;
  if (oldest !== undefined) {
    return `a transaction has been open for ${formatDuration(oldest.ageSeconds * 1000)} (${oldest.id} in ${oldest.database})`;
  }
  return `it waits for ${reader?.waitEvent ?? "nothing that PostgreSQL names"}`;
}

const unconfirmed = defineCheck({
  code: "SLOT_NOT_CONFIRMED",
  severity: "warning",
  scope: "database",
  needs: ["server"],
  title: "What the slot sends is confirmed",
  why: "Everything was sent, but its reader does not confirm it, so that the WAL is kept: it sees no change of its own tables and has no heartbeat, or it cannot write to Kafka.",
  remedy: "Turn the connector's heartbeat on (`debezium.heartbeatMs`), and look at its log.",
  look: ofSlot((slot, { names }) => {
    const { reader, unconfirmedBytes } = slot;
    if (reader === null || (reader.unsentBytes ?? Infinity) >= MUCH_BYTES) return undefined;
    if ((unconfirmedBytes ?? 0) < MUCH_BYTES) return undefined;
    return {
      seen: `${formatBytes(unconfirmedBytes ?? 0)} sent and not confirmed`,
      fix: { kind: "command", command: `cdc-pipeline register ${shellWord(names.database)}` },
    };
  }),
});

const held = defineCheck({
  code: "SLOT_HELD_BY_TRANSACTION",
  severity: "warning",
  scope: "database",
  needs: ["server"],
  title: "No old transaction holds the slot's WAL",
  why: "The reader is far ahead, but a transaction that began long ago must still be decoded from its begin: all WAL since then is kept.",
  remedy: "End the transaction, or let it end.",
  look: ofSlot((slot, { server: { blockers }, settings: { postgres } }) => {
    const bytes = slot.heldByTransactionsBytes ?? 0;
    if (bytes < MUCH_BYTES) return undefined;
    const oldest = blockers.find(({ kind }) => kind === "transaction");
    return {
      seen: `${formatBytes(bytes)} kept below what is confirmed`,
      fix:
        oldest === undefined
          ? advise("see what is open: SELECT * FROM pg_stat_activity WHERE backend_xid IS NOT NULL")
          : endBlocker(oldest, postgres.adminDatabase),
    };
  }),
});

const retained = defineCheck({
  code: "SLOT_KEEPS_MUCH_WAL",
  severity: "warning",
  scope: "database",
  needs: ["server"],
  title: "The slot keeps little WAL",
  why: "It comes near to what it may keep, after which it is lost; or, without a limit, it fills the disk.",
  remedy: "Find what keeps it from being read: the connector's state, its log, transactions that go on.",
  look: ofSlot((slot, { server }) => {
    const keepMib = Number(server.settings.max_slot_wal_keep_size?.value ?? -1);
    const kept = slot.retainedBytes ?? 0;
    const limit = keepMib < 0 ? GIB : (keepMib * MIB) / 2;
    if (kept < limit) return undefined;
    const left = slot.safeWalBytes === null ? "" : `; lost after ${formatBytes(slot.safeWalBytes)} more`;
    return {
      severity: isUrgent(slot, server) ? "error" : "warning",
      seen: `keeps ${formatBytes(kept)}${left}${growthText(slot, server)}`,
      fix: { kind: "command", command: "cdc-pipeline status" },
    };
  }),
});

const spilled = defineCheck({
  code: "SLOT_SPILLS_TO_DISK",
  severity: "info",
  scope: "database",
  needs: ["server"],
  title: "Transactions are decoded in memory",
  why: "Transactions larger than logical_decoding_work_mem are written to disk and read again, which is slow.",
  remedy: "Raise `logical_decoding_work_mem`; the sender takes it over at its next start.",
  look: ofSlot(({ spilledBytes, spilledTransactions }, { server: { settings }, settings: { postgres } }) =>
    spilledBytes < SPILLED_BYTES
      ? undefined
      : {
          seen: `${formatBytes(spilledBytes)} of ${spilledTransactions} transactions spilled; logical_decoding_work_mem = ${formatBytes(Number(settings.logical_decoding_work_mem?.value ?? 0) * 1024)}`,
          fix: alterSystem(postgres.adminDatabase, "logical_decoding_work_mem = '256MB'"),
        },
  ),
});

const catalogXmin = defineCheck({
  code: "SLOT_HOLDS_CATALOG",
  severity: "warning",
  scope: "database",
  needs: ["server"],
  title: "The slot does not keep vacuum from the catalogs",
  why: "Vacuum may not remove catalog rows that the slot could still need: the catalogs swell, and in the end transaction ids run out.",
  remedy: "Bring the connector back, or drop the slot.",
  look: ofSlot(({ name, catalogXminAge }, { server: { settings }, settings: { postgres } }) => {
    const limit = Number(settings.autovacuum_freeze_max_age?.value ?? 200_000_000) / 2;
    if ((catalogXminAge ?? 0) < limit) return undefined;
    return {
      seen: `holds back vacuum by ${(catalogXminAge ?? 0).toLocaleString("en-US")} transactions`,
      fix: dropSlot(postgres.adminDatabase, name),
    };
  }),
});

export const LAG_CHECKS: readonly Check[] = [stalled, unconfirmed, held, retained, catalogXmin, spilled];
