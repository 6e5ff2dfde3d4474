import type { ConnectClient } from "../../clients/connect/connect-client.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { outcome, type StepOutcome } from "../../run-stage.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import { connectorHealth } from "../connector-health.js";
import { refusePaused } from "../refuse-paused.js";

/** After a restart the worker may still show the old FAILED for a moment. */
const RESTART_GRACE_MS = 3_000;
/** A restarted task is RUNNING until it comes upon the cause of its failure again. */
const RESTART_SETTLE_MS = 2_000;

/**
 * Waits until the connector and each of its tasks are RUNNING. What is FAILED is restarted once: it may
 * have failed long ago, for a cause that is gone by now.
 * @param settleMs for how long they must stay so: a worker still shows the old task as RUNNING for a
 *   moment after the connector's configuration was changed
 * @throws CdcError CONNECTOR_TASK_FAILED with the root cause, CONNECTOR_NOT_RUNNING
 */
export async function waitForRunning(
  client: ConnectClient,
  name: string,
  { settleMs }: { readonly settleMs: number },
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  let restartedAtMs: number | undefined;
  let seenAlive = false;
  let runningSinceMs: number | undefined;
  await waitUntil({
    intervalMs: 100,
    ...context,
    onReason: update,
    probe: async () => {
      const status = await client.status(name);
      await refusePaused(client, status);
      const health = connectorHealth(status);
      if (health.state === "running") {
        runningSinceMs ??= performance.now();
        const wantedMs = restartedAtMs === undefined ? settleMs : RESTART_SETTLE_MS;
        return performance.now() - runningSinceMs >= wantedMs
          ? ready(undefined)
          : notYet("RUNNING, settling");
      }
      runningSinceMs = undefined;
      if (health.state === "starting") {
        seenAlive = restartedAtMs !== undefined;
        return notYet(health.reason);
      }
      if (restartedAtMs === undefined) {
        restartedAtMs = performance.now();
        await client.restart(name, { includeTasks: true, onlyFailed: true });
      }
      if (!seenAlive && performance.now() - restartedAtMs < RESTART_GRACE_MS) {
        return notYet(`${health.reason}; restarted`);
      }
      throw new CdcError("CONNECTOR_TASK_FAILED", `connector ${name}: ${health.reason}`, {
        hint: "cdc-pipeline logs connect",
        cause: new Error(health.trace),
      });
    },
    onTimeout: (reason) =>
      new CdcError(
        "CONNECTOR_NOT_RUNNING",
        `connector ${name} was not RUNNING in time; last seen: ${reason}`,
        {
          hint: "cdc-pipeline logs connect; more time: --timeout SECONDS",
        },
      ),
  });
  return restartedAtMs === undefined ? outcome("unchanged") : outcome("started", "had failed, restarted");
}
