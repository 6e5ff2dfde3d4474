import type { ConnectorStatus } from "../../clients/connect/connect-client.js";
import { foreseenError } from "../../errors.js";
import type { Failure } from "./classify-failure.js";
import { type ConnectorMemory, remember } from "./connector-memory.js";
import { markOf } from "./failed-parts.js";
import { judgeConnector, type Judgement } from "./judge-connector.js";
import { restartParts } from "./restart-parts.js";
import { isoTime, watchEntry } from "./watch-entry.js";
import type { WatchOptions } from "./watch-options.js";
import { backoffAfter } from "./watch-policy.js";

type WatchedOptions = Pick<
  WatchOptions,
  "client" | "policy" | "signal" | "once" | "records" | "keep" | "onEntry"
>;

/** The connectors as they were seen so far, and what is done about them. */
export class WatchedConnectors {
  readonly #options: WatchedOptions;
  readonly #memories = new Map<string, ConnectorMemory>();
  readonly #standings = new Map<string, Judgement["standing"]>();
  /** Restarted in this run, which a single look does once. */
  readonly #restarted = new Set<string>();
  /** Kafka Connect would not restart them yet, as while it rebalances. */
  readonly #refused = new Set<string>();
  #kept = "";

  constructor(options: WatchedOptions) {
    this.#options = options;
    for (const [name, record] of options.records) this.#memories.set(name, remember(record));
    this.#kept = JSON.stringify([...options.records]);
  }

  /** @throws CdcError of what nobody foresaw; an abort */
  async lookAt(status: ConnectorStatus, slotLoss: Failure | undefined): Promise<void> {
    const { policy, once, onEntry } = this.#options;
    const { name } = status;
    const memory = this.#memories.get(name) ?? remember();
    const judgement = judgeConnector(status, memory, { policy, nowMs: Date.now(), slotLoss });
    this.#memories.set(name, judgement.memory);
    // A single look tries again until its time is up.
    const isOpen = once !== undefined && judgement.standing === "bad" && this.#refused.has(name);
    this.#standings.set(name, isOpen ? "settling" : judgement.standing);
    this.#keep();
    for (const entry of judgement.entries) onEntry(entry);
    const isDone = once !== undefined && this.#restarted.has(name);
    if (judgement.restart.length > 0 && !isDone) await this.#restart(status, judgement);
  }

  async #restart(status: ConnectorStatus, { memory, restart }: Judgement): Promise<void> {
    const { client, policy, signal, once, onEntry } = this.#options;
    const { name } = status;
    const nowMs = Date.now();
    const restarts = memory.record.restarts + 1;
    const nextTryMs = nowMs + backoffAfter(restarts, policy);
    // Counted before it is asked for: a watch that is killed meanwhile must not begin anew.
    const record = { ...memory.record, restarts, lastRestartMs: nowMs, nextTryMs };
    this.#set(name, { ...memory, record, awaited: { sinceMs: nowMs, staleMark: markOf(restart) } });
    const tell = (result: "asked" | "refused", hint?: string) => {
      const facts = { connector: name, attempt: restarts, nextTry: isoTime(nextTryMs), result } as const;
      for (const { task, failure } of restart) {
        onEntry(
          watchEntry(nowMs, "restart", {
            ...facts,
            task,
            failure: hint === undefined ? failure : { ...failure, hint },
          }),
        );
      }
    };
    try {
      await restartParts(client, status, restart);
      this.#restarted.add(name);
      this.#refused.delete(name);
      this.#standings.set(name, "settling");
      tell("asked");
    } catch (thrown) {
      const { message } = foreseenError(thrown, signal);
      this.#set(name, { ...memory, record: { ...memory.record, nextTryMs: nowMs + policy.backoffMs } });
      this.#refused.add(name);
      if (once !== undefined) this.#standings.set(name, "settling");
      tell("refused", message);
    }
  }

  /** Connectors that are gone are not remembered. */
  forgetOthers(names: readonly string[]): void {
    const there = new Set(names);
    for (const name of this.#memories.keys()) {
      if (there.has(name)) continue;
      this.#memories.delete(name);
      this.#standings.delete(name);
    }
    this.#keep();
  }

  isSettled(): boolean {
    return ![...this.#standings.values()].includes("settling");
  }

  outcome(): "well" | "bad" {
    return [...this.#standings.values()].every((standing) => standing === "well") ? "well" : "bad";
  }

  tellUnsettled(statuses: readonly ConnectorStatus[]): void {
    for (const { name, connector, tasks } of statuses) {
      if (this.#standings.get(name) !== "settling") continue;
      const states = [connector, ...tasks].map(({ state }) => state).join(", ");
      const failure = { class: "unknown", cause: `not RUNNING in time; last seen: ${states}` } as const;
      this.#options.onEntry(watchEntry(Date.now(), "report", { connector: name, failure, result: "left" }));
    }
  }

  #set(name: string, memory: ConnectorMemory): void {
    this.#memories.set(name, memory);
    this.#keep();
  }

  #keep(): void {
    const records = [...this.#memories].map(([name, { record }]) => [name, record] as const);
    const now = JSON.stringify(records);
    if (now === this.#kept) return;
    this.#kept = now;
    this.#options.keep(new Map(records));
  }
}
