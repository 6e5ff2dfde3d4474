import type { ConnectClient, ConnectorStatus } from "../../clients/connect/connect-client.js";
import type { Context } from "../../context.js";
import type { StepStatus } from "../../progress.js";
import { outcome, type StepOutcome } from "../../run-stage.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import { deletedMeanwhile, hasFailed, notInTime } from "../connector-errors.js";
import type { Look } from "./share-looks.js";
import { describeStatus, judgeWish, type Wish, WISHED_STATES } from "./state-wishes.js";

export interface SetStateOptions {
  readonly client: ConnectClient;
  readonly look: Look;
  readonly wish: Wish;
  /** Whether to wait until the worker says that it is so. */
  readonly waits: boolean;
}

const STATUSES = { pause: "updated", resume: "started", stop: "stopped" } as const satisfies Record<
  Wish,
  StepStatus
>;

/** A task is RUNNING for a moment before it comes upon what makes it fail. */
const SETTLE_MS = 500;
/** A connector may have nothing to do; one that has makes its tasks sooner. */
const IDLE_MS = 5_000;

/**
 * Pauses, resumes or stops a connector, unless it is so already.
 * @param before its status, from before anything was done
 * @throws CdcError CONNECTOR_TASK_FAILED, CONNECTOR_NOT_RUNNING, CONNECTOR_UNKNOWN where it is gone
 */
export async function setState(
  name: string,
  before: ConnectorStatus | undefined,
  { client, look, wish, waits }: SetStateOptions,
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  const found = judgeWish(wish, before);
  const isResumed = wish === "resume" && before?.connector.state === "RUNNING";
  if (found.is === "so" || found.is === "idle") return outcome("unchanged", describeStatus(before));
  // What has failed stays so: neither request starts it again.
  if (found.is === "failed" && (wish === "pause" || isResumed))
    throw hasFailed(name, found.reason, found.trace);
  await client.setState(name, wish);
  if (!waits) return outcome(STATUSES[wish], "not waited for");
  let soSinceMs: number | undefined;
  const lasts = (ms: number) => performance.now() - (soSinceMs ??= performance.now()) >= ms;
  const detail = await waitUntil({
    intervalMs: 100,
    ...context,
    onReason: update,
    probe: async () => {
      const status = await look(name);
      if (status === undefined && (await client.config(name)) === undefined) throw deletedMeanwhile(name);
      const verdict = judgeWish(wish, status);
      const text = describeStatus(status);
      if (verdict.is === "failed") throw hasFailed(name, verdict.reason, verdict.trace);
      if (verdict.is === "so" && (wish !== "resume" || lasts(SETTLE_MS))) return ready(text);
      if (verdict.is === "idle" && lasts(IDLE_MS)) return ready(`${text}; it has nothing to do`);
      if (verdict.is === "not yet") soSinceMs = undefined;
      return notYet(text);
    },
    onTimeout: (reason) => notInTime(name, WISHED_STATES[wish], reason),
  });
  return outcome(STATUSES[wish], detail);
}
