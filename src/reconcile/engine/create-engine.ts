import { codecOf } from "../columns/codec-of.js";
import { createTransactionLedger } from "../transactions/create-transaction-ledger.js";
import type { Engine, EngineOptions } from "./engine.js";
import { ThreadEngine } from "./thread-engine.js";

/** An engine; the caller closes it. */
export function createEngine(options: EngineOptions): Promise<Engine> {
  const ledger = options.withTransactions ? createTransactionLedger(options) : undefined;
  return Promise.resolve(new ThreadEngine(options, codecOf, ledger));
}
