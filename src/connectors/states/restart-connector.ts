import type { ConnectClient, ConnectorStatus } from "../../clients/connect/connect-client.js";
import type { Context } from "../../context.js";
import { outcome, type StepOutcome } from "../../run-stage.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import { deletedMeanwhile, hasFailed, notInTime } from "../connector-errors.js";
import { judgeRestart, partsToRestart, type RestartWish } from "./judge-restart.js";
import type { Look } from "./share-looks.js";
import { describeStatus } from "./state-wishes.js";

export interface RestartOptions {
  readonly client: ConnectClient;
  readonly look: Look;
  readonly wish: RestartWish;
  /** Whether to wait until the worker says that all of it runs again. */
  readonly waits: boolean;
}

interface Patience {
  /** The worker takes a restart and begins it a moment later; until then it shows what was before. */
  readonly beginMs: number;
  /** For how long all of it must be RUNNING. */
  readonly settleMs: number;
}
const PATIENCE: Patience = { beginMs: 1_000, settleMs: 500 };
/** What had failed is shown for longer, and is RUNNING until it comes upon the cause again. */
const PATIENCE_WITH_FAILED: Patience = { beginMs: 3_000, settleMs: 2_000 };

/**
 * Restarts a connector with its tasks, only what has failed of it, or one task.
 * @param before its status, from before anything was done
 * @throws CdcError USAGE for a task that it has not, CONNECTOR_TASK_FAILED, CONNECTOR_NOT_RUNNING, CONNECTOR_UNKNOWN
 */
export async function restartConnector(
  name: string,
  before: ConnectorStatus | undefined,
  { client, look, wish, waits }: RestartOptions,
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  if (before?.connector.state === "STOPPED") return outcome("unchanged", "STOPPED: nothing of it runs");
  const parts = partsToRestart(name, wish, before);
  if (parts.length === 0) return outcome("unchanged", `nothing of it has failed: ${describeStatus(before)}`);
  if (typeof wish === "object") await client.restartTask(name, wish.task);
  else await client.restart(name, { includeTasks: true, onlyFailed: wish === "failed" });
  if (!waits) return outcome("started", "not waited for");
  const hadFailed = parts.some(({ state }) => state === "FAILED");
  const { beginMs, settleMs } = hadFailed ? PATIENCE_WITH_FAILED : PATIENCE;
  const askedAtMs = performance.now();
  let hasBegun = false;
  let soSinceMs: number | undefined;
  const detail = await waitUntil({
    // Shorter than it takes a task to restart, so that its beginning is seen.
    intervalMs: 50,
    ...context,
    onReason: update,
    probe: async () => {
      const status = await look(name);
      if (status === undefined && (await client.config(name)) === undefined) throw deletedMeanwhile(name);
      const verdict = judgeRestart(parts, before, status);
      const text = describeStatus(status);
      hasBegun ||= verdict.hasChanged;
      if (!hasBegun && performance.now() - askedAtMs < beginMs) return notYet(`${text}, restarting`);
      if (verdict.failed !== undefined) throw hasFailed(name, verdict.failed.reason, verdict.failed.trace);
      if (!verdict.isDone) {
        soSinceMs = undefined;
        return notYet(text);
      }
      soSinceMs ??= performance.now();
      return performance.now() - soSinceMs >= settleMs ? ready(text) : notYet(`${text}, settling`);
    },
    onTimeout: (reason) => notInTime(name, "RUNNING again", reason),
  });
  return outcome("started", detail);
}
