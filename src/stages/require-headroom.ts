import { CdcError } from "../errors.js";
import { count, several } from "./count.js";

/** What a server has for capture, and what of it is taken. */
export interface Headroom {
  readonly slots: readonly { readonly name: string; readonly isActive: boolean }[];
  readonly maxSlots: number;
  readonly maxSenders: number;
  /** WAL senders that work now. */
  readonly senders: number;
}

/**
 * That there is room for slots that are still to be made. Each takes a WAL sender as well, as soon as its connector
 * runs.
 * @param slots the names of all that are needed; those that are there are not counted
 * @throws CdcError SLOTS_EXHAUSTED
 */
export function requireHeadroom(headroom: Headroom, slots: readonly string[]): void {
  const { maxSlots, maxSenders, senders } = headroom;
  const names = new Set(headroom.slots.map(({ name }) => name));
  const needed = slots.filter((slot) => !names.has(slot)).length;
  if (needed === 0) return;
  refuse("max_replication_slots", maxSlots, headroom.slots.length, needed, headroom);
  refuse("max_wal_senders", maxSenders, senders, needed, headroom);
}

function refuse(setting: string, max: number, used: number, needed: number, { slots }: Headroom): void {
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
