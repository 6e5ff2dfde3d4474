import type { ConnectClient, InitialState } from "../../clients/connect/connect-client.js";
import type { Look } from "../../connectors/states/share-looks.js";
import { describeStatus, judgeWish, type Wish } from "../../connectors/states/state-wishes.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { outcome, type StepOutcome } from "../../run-stage.js";
import { nameArguments } from "../../shell-words.js";
import { notYet, type Probe, ready, waitUntil } from "../../wait/wait-until.js";
import { connectorHealth } from "../connector-health.js";
import { refusePaused } from "../refuse-paused.js";
import type { CountTasks } from "./count-tasks.js";

/** After a restart the worker may still show the old FAILED for a moment. */
const RESTART_GRACE_MS = 3_000;
/** A restarted task is RUNNING until it comes upon the cause of its failure again. */
const RESTART_SETTLE_MS = 2_000;
/** A worker that has just come to know of the others may not know of a connector for a moment. */
const GONE_MS = 500;

export interface WaitForRunningOptions {
  readonly client: ConnectClient;
  readonly look: Look;
  readonly countTasks: CountTasks;
  /** For how long all must stay RUNNING: what fails does so after it began, and the old task is shown for a moment. */
  readonly settleMs: number;
  /** What it was made as; by default RUNNING. */
  readonly wanted?: InitialState;
}

/**
 * Waits until the connector and each of its tasks are RUNNING. What is FAILED is restarted once: it may
 * have failed long ago, for a cause that is gone by now.
 * @throws CdcError CONNECTOR_TASK_FAILED with the root cause, CONNECTOR_NOT_RUNNING, CONNECTOR_UNKNOWN where
 *   somebody deleted it
 */
export async function waitForRunning(
  name: string,
  { client, look, countTasks, settleMs, wanted = "RUNNING" }: WaitForRunningOptions,
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  let restartedAtMs: number | undefined;
  let seenAlive = false;
  let runningSinceMs: number | undefined;
  let wasThere = false;
  let goneSinceMs: number | undefined;

  /** Without a status it may be new, or gone. */
  const judgeAbsence = async (): Promise<Probe<void>> => {
    if ((await client.config(name)) !== undefined) {
      wasThere = true;
      goneSinceMs = undefined;
      return notYet("the worker knows no status of it yet");
    }
    goneSinceMs ??= performance.now();
    if (wasThere && performance.now() - goneSinceMs >= GONE_MS) throw deleted(name);
    return notYet(wasThere ? "the worker does not know it any more" : "the worker does not know it yet");
  };

  const judgeTasks = async (seen: number): Promise<Probe<void>> => {
    const made = await countTasks(name);
    if (made !== undefined && seen < made) return notYet(`${seen} of ${made} tasks have begun`);
    return ready(undefined);
  };

  let lastReason: string | undefined;
  /** A request that the deadline cut off says less than what was seen before it. */
  const lookInTime = async () => {
    try {
      return { status: await look(name) };
    } catch (error) {
      if (lastReason === undefined || context.deadline.remainingMs() > 0) throw error;
      context.signal.throwIfAborted();
      return { cutOff: lastReason };
    }
  };

  await waitUntil({
    intervalMs: 100,
    ...context,
    onReason: (reason) => {
      lastReason = reason;
      update(reason);
    },
    probe: async () => {
      const { status, cutOff } = await lookInTime();
      if (cutOff !== undefined) return notYet(cutOff);
      if (status === undefined) return judgeAbsence();
      wasThere = true;
      goneSinceMs = undefined;
      if (wanted !== "RUNNING") {
        return judgeWish(WISHES[wanted], status).is === "so"
          ? ready(undefined)
          : notYet(describeStatus(status));
      }
      await refusePaused(client, status);
      const health = connectorHealth(status);
      if (health.state === "running") {
        runningSinceMs ??= performance.now();
        const wantedMs = restartedAtMs === undefined ? settleMs : Math.max(settleMs, RESTART_SETTLE_MS);
        return performance.now() - runningSinceMs >= wantedMs
          ? judgeTasks(status.tasks.length)
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
        `connector ${name} was not ${wanted} in time; last seen: ${reason}`,
        {
          hint: "cdc-pipeline logs connect; more time: --timeout SECONDS",
        },
      ),
  });
  return restartedAtMs === undefined ? outcome("unchanged") : outcome("started", "had failed, restarted");
}

const WISHES = { PAUSED: "pause", STOPPED: "stop" } as const satisfies Record<
  Exclude<InitialState, "RUNNING">,
  Wish
>;

const deleted = (name: string): CdcError =>
  new CdcError(
    "CONNECTOR_UNKNOWN",
    `connector ${name} was deleted by somebody else while it was waited for`,
    {
      hint: `run the same command again to make it anew; cdc-pipeline connectors list ${nameArguments([name])}`,
    },
  );
