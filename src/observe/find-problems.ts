import { formatBytes, formatDuration } from "../format.js";
import { shellWord } from "../shell-words.js";
import type { Observation, Problem } from "./observation.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longer than a healthy connector takes to confirm what it has read, also one that is busy. */
const LAG_MS = 5 * 60_000;

/** What is not as it should be, the worst first; of two that are as bad, in the order of the servers. */
export function findProblems(seen: Omit<Observation, "problems">): Problem[] {
  const all = [
    ...ofServers(seen),
    ...ofDatabases(seen),
    ...ofSlots(seen),
    ...ofArchive(seen),
    ...ofUnknown(seen),
  ];
  return [
    ...all.filter(({ severity }) => severity === "error"),
    ...all.filter(({ severity }) => severity !== "error"),
  ];
}

type Seen = Omit<Observation, "problems">;

const error = { severity: "error", database: null } as const;
const warning = { severity: "warning", database: null } as const;

const ofServers = ({ servers, target }: Seen): Problem[] =>
  servers
    .filter(({ state }) => state !== "running")
    .map(({ server, state }) => ({
      ...error,
      about: "server",
      what: `${server} is ${state}`,
      next: target === "external" ? null : "cdc-pipeline deploy",
    }));

function ofDatabases({ databases }: Seen): Problem[] {
  return databases.flatMap((database): Problem[] => {
    const { name, connector, state, reason, lag } = database;
    if (state === "running") {
      if ((lag.atLeastMs ?? 0) < LAG_MS) return [];
      const what = `${formatBytes(lag.bytes ?? 0)} have not been confirmed for ${formatDuration(lag.atLeastMs ?? 0)}`;
      return [
        { ...warning, about: "slot", database: name, what, next: `cdc-pipeline doctor ${shellWord(name)}` },
      ];
    }
    const verb = state === "FAILED" ? "restart" : "resume";
    const isStill = state === "FAILED" || state === "PAUSED" || state === "STOPPED";
    const next = isStill ? `cdc-pipeline connectors ${verb} ${shellWord(connector)}` : "cdc-pipeline status";
    return [{ ...error, about: "connector", database: name, what: `${connector}: ${reason ?? state}`, next }];
  });
}

function ofSlots({ slots, databases, unknown }: Seen): Problem[] {
  const readers = new Map(databases.map((database) => [database.slot, database]));
  return slots.flatMap((slot): Problem[] => {
    const { name, database, walStatus, lostInMs, diskFullInMs } = slot;
    const doctor = `cdc-pipeline doctor ${shellWord(database)}`;
    const about = { about: "slot", database, next: doctor } as const;
    if (walStatus === "lost")
      return [{ ...error, ...about, what: `slot ${name} is lost: changes are missing` }];
    if (walStatus === "unreserved") {
      return [
        {
          ...error,
          ...about,
          what: `slot ${name} is lost at the next checkpoint: it keeps more than its limit`,
        },
      ];
    }
    const kept = formatBytes(slot.retainedBytes);
    if (diskFullInMs !== null && diskFullInMs < DAY_MS) {
      const what = `slot ${name} keeps ${kept} and grows: the disk is full in ${formatDuration(diskFullInMs)}`;
      return [{ ...(diskFullInMs < HOUR_MS ? error : warning), ...about, about: "wal", what }];
    }
    if (lostInMs !== null && lostInMs < DAY_MS) {
      const what = `slot ${name} keeps ${kept} and grows: it is lost in ${formatDuration(lostInMs)}`;
      return [{ ...(lostInMs < HOUR_MS ? error : warning), ...about, what }];
    }
    // Of a connector that does not run, that was told already.
    const isToldOf = readers.get(name)?.state !== "running" && readers.has(name);
    if (slot.active || isToldOf || unknown.connectors !== undefined) return [];
    return [{ ...warning, ...about, what: `nobody reads slot ${name}: ${kept} kept` }];
  });
}

function ofArchive({ archive }: Seen): Problem[] {
  if (archive?.isFailing !== true) return [];
  const what = `${archive.lastFailedWal ?? "WAL"} cannot be archived`;
  return [{ ...error, about: "archive", what, next: "cdc-pipeline logs postgres" }];
}

const SUBJECTS = {
  connectors: "connectors are",
  slots: "slots are",
  archive: "the archive is",
  events: "events are",
};

/** Where a server does not run, that was told already; of what was asked of the same server, once is enough. */
function ofUnknown({ unknown, servers }: Seen): Problem[] {
  if (servers.some(({ state }) => state !== "running")) return [];
  const { connectors, slots, archive, events } = unknown;
  const asked = {
    ...{ connectors, slots },
    ...(archive === slots ? {} : { archive }),
    ...(events === connectors ? {} : { events }),
  };
  return Object.entries(asked).flatMap(([name, reason]): Problem[] =>
    reason === undefined
      ? []
      : [
          {
            ...error,
            about: "unknown",
            what: `${SUBJECTS[name as keyof typeof SUBJECTS]} not known: ${reason}`,
            next: null,
          },
        ],
  );
}
