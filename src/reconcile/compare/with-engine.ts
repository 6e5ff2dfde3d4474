import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createEngine } from "../engine/create-engine.js";
import type { Engine, EngineOptions } from "../engine/engine.js";
import type { ReconcileOptions } from "../reconcile-options.js";
import type { ComparedTables } from "../tables/find-compared-tables.js";

export const DEFAULT_MAX_NAMED = 20;
const DEFAULT_MEMORY_BYTES = 128 * 2 ** 20;

/**
 * Runs `work` with an engine for the tables; what it puts into files is gone afterwards.
 * @param expected about how many events and rows there are
 */
export async function withEngine<T>(
  options: ReconcileOptions,
  { tables, modes }: ComparedTables,
  expected: number,
  work: (engine: Engine, engineOptions: EngineOptions) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "cdc-pipeline-reconcile-"));
  const { database, sample = 1, maxNamed = DEFAULT_MAX_NAMED, lateAfterMs, transactions = false } = options;
  const engineOptions: EngineOptions = {
    tables: tables.map(({ spec }) => spec),
    modes,
    // Anew each time, so that no data can be made to collide.
    seed: [randomInt(2 ** 32), randomInt(2 ** 32)],
    expected,
    memoryBytes: options.memoryBytes ?? DEFAULT_MEMORY_BYTES,
    folder,
    sample,
    database,
    maxNamed,
    withTransactions: transactions,
    ...(lateAfterMs === undefined ? {} : { lateAfterMs }),
  };
  try {
    const engine = await createEngine(engineOptions);
    try {
      return await work(engine, engineOptions);
    } finally {
      await engine.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
