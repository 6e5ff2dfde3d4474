import { formatBytes as bytes, formatDuration } from "../../format.js";
import { type Check, defineCheck } from "../check.js";
import type { ServerFacts } from "../facts/server-facts.js";
import { alterSystem } from "./fixes.js";

/* How much WAL is kept for slots and for how long, and whether the disk holds it. */

const duration = (seconds: number): string => formatDuration(seconds * 1000);

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const NOT_HERE = "PostgreSQL does not tell what is free on another machine";
const DAY_SECONDS = 86_400;
const SENDER_TIMEOUT_FLOOR_MS = 60_000;
const DISK_ERROR_SECONDS = 3_600;

const unlimited = defineCheck({
  code: "SLOT_RETENTION_UNLIMITED",
  severity: "warning",
  scope: "server",
  needs: ["server"],
  title: "A slot that nobody reads cannot fill the disk",
  why: "With max_slot_wal_keep_size = -1 PostgreSQL keeps WAL for a slot without end. When the disk is full, the server stops.",
  remedy:
    "`ALTER SYSTEM SET max_slot_wal_keep_size = …;`: as much as the disk can spare. A slot that falls behind by more is lost, and its database needs a new snapshot.",
  look: ({ server: { settings }, settings: { postgres } }) =>
    settings.max_slot_wal_keep_size?.value === "-1"
      ? [
          {
            object: "max_slot_wal_keep_size",
            seen: "max_slot_wal_keep_size = -1",
            fix: alterSystem(postgres.adminDatabase, "max_slot_wal_keep_size = '50GB'"),
          },
        ]
      : [],
});

const overDisk = defineCheck({
  code: "SLOT_RETENTION_OVER_DISK",
  severity: "warning",
  scope: "server",
  needs: ["server"],
  title: "What slots may keep fits on the disk",
  why: "A limit that is larger than the disk protects nothing: the disk is full before a slot is given up, and the server stops.",
  remedy: "Lower `max_slot_wal_keep_size`, or give the volume of pg_wal more room.",
  look: ({ server, settings: { postgres } }) => {
    const keepMib = Number(server.settings.max_slot_wal_keep_size?.value ?? -1);
    if (server.walFreeBytes === null) return { skipped: NOT_HERE };
    const room = server.walFreeBytes + (server.walDirectoryBytes ?? 0);
    if (keepMib < 0 || keepMib * MIB <= room) return [];
    const halfMib = Math.max(1, Math.floor(room / 2 / MIB));
    return [
      {
        object: "max_slot_wal_keep_size",
        seen: `max_slot_wal_keep_size = ${bytes(keepMib * MIB)}, and pg_wal has room for ${bytes(room)}`,
        fix: alterSystem(postgres.adminDatabase, `max_slot_wal_keep_size = '${halfMib}MB'`),
      },
    ];
  },
});

const small = defineCheck({
  code: "SLOT_RETENTION_SMALL",
  severity: "warning",
  scope: "server",
  needs: ["server"],
  title: "A slot outlives a short outage",
  why: "Once more WAL than max_slot_wal_keep_size was written while a connector was away, its slot is lost and a new snapshot is needed.",
  remedy: "Raise `max_slot_wal_keep_size` to the WAL of the longest outage that must be survived.",
  look: ({ server, settings: { postgres } }) => {
    const keepMib = Number(server.settings.max_slot_wal_keep_size?.value ?? -1);
    if (keepMib < 0 || keepMib * MIB >= GIB) return [];
    return [
      {
        object: "max_slot_wal_keep_size",
        seen: `max_slot_wal_keep_size = ${bytes(keepMib * MIB)}${lasts(server, keepMib * MIB)}`,
        fix: alterSystem(postgres.adminDatabase, "max_slot_wal_keep_size = '10GB'"),
      },
    ];
  },
});

const idleTimeout = defineCheck({
  code: "SLOT_IDLE_TIMEOUT_SHORT",
  severity: "warning",
  scope: "server",
  needs: ["server"],
  title: "A slot survives a day without its reader",
  why: "PostgreSQL 18 invalidates a slot that was not read for idle_replication_slot_timeout: a connector that is down for longer needs a new snapshot.",
  remedy: "Set `idle_replication_slot_timeout` to 0 or to more than a day.",
  look: ({ server: { settings }, settings: { postgres } }) => {
    const seconds = Number(settings.idle_replication_slot_timeout?.value ?? 0);
    if (seconds === 0 || seconds >= DAY_SECONDS) return [];
    return [
      {
        object: "idle_replication_slot_timeout",
        seen: `idle_replication_slot_timeout = ${duration(seconds)}`,
        fix: alterSystem(postgres.adminDatabase, "idle_replication_slot_timeout = 0"),
      },
    ];
  },
});

const senderTimeout = defineCheck({
  code: "WAL_SENDER_TIMEOUT_SHORT",
  severity: "warning",
  scope: "server",
  needs: ["server"],
  title: "wal_sender_timeout leaves a busy connector its time",
  why: "A connector that is busy with a large transaction answers late. With a short timeout the server cuts it off, and it begins the transaction again; with none (0) a dead connection holds its slot for ever.",
  remedy: "`ALTER SYSTEM SET wal_sender_timeout = '5min'; SELECT pg_reload_conf();`",
  look: ({ server: { settings }, settings: { postgres } }) => {
    const ms = Number(settings.wal_sender_timeout?.value ?? SENDER_TIMEOUT_FLOOR_MS);
    if (ms >= SENDER_TIMEOUT_FLOOR_MS) return [];
    return [
      {
        object: "wal_sender_timeout",
        seen: ms === 0 ? "wal_sender_timeout = 0: none" : `wal_sender_timeout = ${duration(ms / 1000)}`,
        fix: alterSystem(postgres.adminDatabase, "wal_sender_timeout = '5min'", true),
      },
    ];
  },
});

const disk = defineCheck({
  code: "WAL_DISK_FULL_SOON",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "The disk has room for a day of WAL",
  why: "When a slot stops being read, WAL grows at the rate it is written. A full disk stops the server.",
  remedy: "Give the volume of pg_wal more room, or lower `max_slot_wal_keep_size` below what is free.",
  look: ({ server }) => {
    const { walFreeBytes, walBytesPerSecond, walDirectoryBytes } = server;
    if (walFreeBytes === null) return { skipped: NOT_HERE };
    if (walBytesPerSecond === null) return { skipped: "PostgreSQL has no statistics of its WAL" };
    if (walBytesPerSecond <= 0) return [];
    const seconds = walFreeBytes / walBytesPerSecond;
    if (seconds >= DAY_SECONDS || isCapped(server, walFreeBytes)) return [];
    return [
      {
        severity: seconds < DISK_ERROR_SECONDS ? "error" : "warning",
        object: "pg_wal",
        seen: `pg_wal has ${bytes(walDirectoryBytes ?? 0)}, ${bytes(walFreeBytes)} are free: full in ${duration(seconds)} if a slot stands still`,
        fix: {
          kind: "advice",
          text: `give the volume of pg_wal more room, or set max_slot_wal_keep_size below ${bytes(walFreeBytes)}`,
        },
      },
    ];
  },
});

/** Whether slots cannot fill the disk: what they may keep at most fits. */
function isCapped({ settings, walDirectoryBytes }: ServerFacts, freeBytes: number): boolean {
  const keepMib = Number(settings.max_slot_wal_keep_size?.value ?? -1);
  return keepMib >= 0 && keepMib * MIB - (walDirectoryBytes ?? 0) < freeBytes;
}

function lasts({ walBytesPerSecond }: ServerFacts, keptBytes: number): string {
  if (walBytesPerSecond === null || walBytesPerSecond <= 0) return "";
  return `: ${duration(keptBytes / walBytesPerSecond)} at the average rate of WAL`;
}

export const RETENTION_CHECKS: readonly Check[] = [
  disk,
  unlimited,
  overDisk,
  small,
  idleTimeout,
  senderTimeout,
];
