import { parseLsn } from "../lsn.js";
import { describeConnectors } from "./describe-connectors.js";
import { describeDatabases } from "./describe-databases.js";
import { findProblems } from "./find-problems.js";
import { LsnClock } from "./lsn-clock.js";
import type { DatabaseState, Observation, SlotState, WalState } from "./observation.js";
import type { RawLook } from "./raw-look.js";
import type { PostgresLook, SlotRow } from "./read-postgres.js";
import { endOf, growthOf, type SlotSample } from "./slot-outlook.js";

const MS = 1_000;
/** How far back what a slot keeps is remembered. */
const SLOT_MEMORY_MS = 10 * 60_000;

/** Makes observations of looks, one after another; what needs two of them comes with the second. */
export class Observer {
  readonly #clock = new LsnClock();
  readonly #slots = new Map<string, SlotMemory>();
  readonly #events = new Map<string, { readonly atMs: number; readonly count: number }>();
  #wal: { readonly atMs: number; readonly lsn: bigint } | undefined;

  observe(raw: RawLook): Observation {
    const { atMs, target, servers, connectors, postgres, topics, hasArchive } = raw;
    const wal = "value" in postgres ? this.#describeWal(postgres.value, atMs) : null;
    const slots = "value" in postgres ? this.#describeSlots(postgres.value, atMs) : [];
    const databases = describeDatabases(raw, this.#clock).map((database) => ({
      ...database,
      eventsPerSecond: this.#rateOf(database, atMs),
    }));
    const ofPostgres = "unknown" in postgres ? { slots: postgres.unknown } : {};
    const seen: Omit<Observation, "problems"> = {
      ...{ time: new Date(atMs).toISOString(), target, servers, databases },
      connectors: "value" in connectors ? describeConnectors(connectors.value) : [],
      slots,
      archive: hasArchive && "value" in postgres ? postgres.value.archive : null,
      wal,
      unknown: {
        ...("unknown" in connectors ? { connectors: connectors.unknown } : {}),
        ...ofPostgres,
        ...(hasArchive && "unknown" in postgres ? { archive: postgres.unknown } : {}),
        ...("unknown" in topics ? { events: topics.unknown } : {}),
      },
    };
    return { ...seen, problems: findProblems(seen) };
  }

  #describeWal({ endLsn, slotLimitBytes, freeBytes, ...look }: PostgresLook, atMs: number): WalState {
    const lsn = parseLsn(endLsn);
    const before = this.#wal;
    if (before === undefined) {
      for (const file of look.files) this.#clock.sawWritten(parseLsn(file.endLsn), atMs - file.ageMs);
    }
    this.#clock.sawEnd(lsn, atMs);
    this.#wal = { atMs, lsn };
    return {
      ...{ endLsn, slotLimitBytes, freeBytes },
      bytesPerSecond:
        before === undefined || lsn < before.lsn || atMs <= before.atMs
          ? null
          : (Number(lsn - before.lsn) / (atMs - before.atMs)) * MS,
      averageBytesPerSecond: look.averageBytesPerSecond,
    };
  }

  #describeSlots({ slots, freeBytes }: PostgresLook, atMs: number): SlotState[] {
    const names = new Set(slots.map(({ name }) => name));
    for (const name of this.#slots.keys()) if (!names.has(name)) this.#slots.delete(name);
    return slots.map((row) => {
      const memory = this.#remember(row, atMs);
      const growth = growthOf(memory.samples);
      const { name, database, active, walStatus, safeBytes } = row;
      return {
        ...{ name, database, active, walStatus },
        unconfirmedBytes: row.unconfirmedBytes ?? 0,
        retainedBytes: row.retainedBytes ?? 0,
        safeBytes,
        confirmedAgoMs: memory.samples.length < 2 ? null : atMs - memory.confirmedAtMs,
        growthBytesPerSecond: growth,
        ...endOf(growth, safeBytes, freeBytes),
      };
    });
  }

  #remember({ name, confirmedLsn, retainedBytes, active }: SlotRow, atMs: number): SlotMemory {
    const before = this.#slots.get(name);
    const isAsBefore = before?.confirmedLsn === confirmedLsn;
    const sample: SlotSample = { atMs, active, retainedBytes: retainedBytes ?? 0 };
    const memory = {
      confirmedLsn,
      confirmedAtMs: isAsBefore ? before.confirmedAtMs : atMs,
      samples: [...(before?.samples ?? []), sample].filter((one) => atMs - one.atMs <= SLOT_MEMORY_MS),
    };
    this.#slots.set(name, memory);
    return memory;
  }

  #rateOf({ connector, events }: Omit<DatabaseState, "eventsPerSecond">, atMs: number): number | null {
    const before = this.#events.get(connector);
    if (events === null) return null;
    this.#events.set(connector, { atMs, count: events });
    // Fewer than before: a topic was deleted.
    if (before === undefined || events < before.count || atMs <= before.atMs) return null;
    return ((events - before.count) / (atMs - before.atMs)) * MS;
  }
}

interface SlotMemory {
  readonly confirmedLsn: string | null;
  /** When that position was seen first. */
  readonly confirmedAtMs: number;
  readonly samples: readonly SlotSample[];
}
