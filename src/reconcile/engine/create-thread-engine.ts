import { codecOf } from "../columns/codec-of.js";
import { createTransactionLedger } from "../transactions/create-transaction-ledger.js";
import type { EngineOptions } from "./engine.js";
import { ThreadEngine } from "./thread-engine.js";

/** An engine that works in the thread that calls it. */
export function createThreadEngine(options: EngineOptions): ThreadEngine {
  const ledger = options.withTransactions ? createTransactionLedger(options) : undefined;
  return new ThreadEngine(options, codecOf, ledger);
}
