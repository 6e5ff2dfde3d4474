import type { ConnectClient } from "../../clients/connect/connect-client.js";
import type { Deadline } from "../../wait/deadline.js";
import type { ConnectorRecord } from "./connector-memory.js";
import type { WatchEntry } from "./watch-entry.js";
import type { WatchPolicy } from "./watch-policy.js";
import type { SlotLosses } from "./watch-slots.js";

export interface WatchOptions {
  /** Without a deadline of its own: the watch repeats what was refused. */
  readonly client: Pick<ConnectClient, "statuses" | "restart" | "restartTask">;
  /** Names and patterns; none for all. */
  readonly patterns: readonly string[];
  readonly policy: WatchPolicy;
  readonly signal: AbortSignal;
  /** Look, act, wait for the result until then, and end. Without it, go on until the signal aborts. */
  readonly once?: Deadline;
  readonly slotLosses: () => Promise<SlotLosses>;
  /** What was kept from earlier runs, by name. */
  readonly records: ReadonlyMap<string, ConnectorRecord>;
  /** Keeps it, whenever it has changed. */
  readonly keep: (records: ReadonlyMap<string, ConnectorRecord>) => void;
  readonly onEntry: (entry: WatchEntry) => void;
  /** Called once, with how many connectors there are to connectors. */
  readonly onStart?: (connectors: number) => void;
}
