import type { Context } from "../../context.js";
import { openSnapshot } from "../cut/open-snapshot.js";
import { currentLsn } from "../cut/primary-positions.js";
import { awaitReplay } from "../cut/require-standby.js";
import type { Cut } from "../engine/engine.js";
import type { ComparedPair } from "./compared-pair.js";
import { isUnchanged } from "./is-unchanged.js";
import type { Ends } from "./read-events.js";

/** What of the cut is known when the snapshot has been taken. */
export type OpenCut = Omit<Cut, "cutOff" | "nextAtEnd"> & {
  /** What the snapshot holds was committed before this LSN. */
  readonly lsn: string;
};

/**
 * Takes the snapshot in which all rows are read; its transaction stays open.
 * @param readEnds where the topics end: what they have by then, the snapshot has too
 * @returns undefined where a table was altered or dropped since it was looked at; then no transaction is open
 */
export async function takeCut(
  { primary, reader, found, options, connector }: ComparedPair,
  readEnds: () => Promise<Ends>,
  context: Context,
  update: (message: string) => void,
): Promise<OpenCut | undefined> {
  const ends = await readEnds();
  const isStandby = options.readFrom !== undefined;
  if (isStandby) await awaitReplay(reader, await currentLsn(primary), context, update);
  const tables = found.tables.map(({ spec }) => spec);
  const snapshot = await openSnapshot(reader, tables);
  if (snapshot === undefined) return undefined;
  if (!(await isUnchanged(reader, found.tables, connector.publication))) {
    await reader.query("ROLLBACK");
    return undefined;
  }
  return {
    running: snapshot.running,
    nextAtSnapshot: snapshot.next,
    takenAtMs: snapshot.takenAtMs,
    ...(isStandby ? { uncertainFrom: snapshot.oldestRunning } : {}),
    certainReadsBefore: found.tables.map(({ topic }) => ends.get(topic)?.high ?? new Map<number, number>()),
    lsn: await currentLsn(primary),
  };
}
