import { copyRows } from "../../clients/copy-rows.js";
import type { PostgresClient } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import type { EventModes } from "../columns/column-codec.js";
import type { Engine } from "../engine/engine.js";
import type { ComparedTable } from "../tables/compared-table.js";
import { explainReading, rowsQuery } from "./rows-query.js";

const TELL_EVERY_MS = 500;
const MIB = 2 ** 20;

export interface RowReading {
  /** In the transaction whose snapshot is compared. */
  readonly client: PostgresClient;
  readonly tables: readonly ComparedTable[];
  readonly modes: EventModes;
  readonly engine: Engine;
  readonly context: Context;
}

/**
 * Copies the rows of tables into the engine.
 * @param numbers of the tables, of which rows that were read before are forgotten
 * @throws CdcError READING_CUT_OFF, RIGHT_MISSING, POSTGRES_UNREACHABLE
 */
export async function readRows(
  { client, tables, modes, engine, context }: RowReading,
  numbers: readonly number[],
  update: (message: string) => void,
): Promise<void> {
  const startedMs = performance.now();
  let tellAtMs = startedMs + TELL_EVERY_MS;
  let bytesRead = 0;
  for (const [at, number] of numbers.entries()) {
    const table = tables[number];
    if (table === undefined) continue;
    const onBytes = async (bytes: Uint8Array): Promise<void> => {
      bytesRead += bytes.length;
      await engine.addRows(number, bytes);
      const nowMs = performance.now();
      if (nowMs < tellAtMs) return;
      tellAtMs = nowMs + TELL_EVERY_MS;
      const rate = Math.round((bytesRead / MIB / (nowMs - startedMs)) * 1000);
      update(`${table.label}, table ${at + 1} of ${numbers.length}, ${rate} MiB/s`);
    };
    await engine.beginRows(number);
    try {
      await copyRows(client, rowsQuery(table, modes), onBytes, context.signal);
    } catch (error) {
      throw explainReading(error, table.label);
    }
    await engine.endRows(number);
  }
}
