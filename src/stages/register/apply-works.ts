import pMap from "p-map";

import type { ConnectClient } from "../../clients/connect/connect-client.js";
import { shareLooks } from "../../connectors/states/share-looks.js";
import type { Context } from "../../context.js";
import { foreseenError } from "../../errors.js";
import { outcome, type Stage } from "../../run-stage.js";
import { type Failure, throwFailures } from "../../throw-failures.js";
import { connectorHealth } from "../connector-health.js";
import { shareCounts } from "./count-tasks.js";
import type { ConnectorWork } from "./plan-connectors.js";
import { validateConnectors } from "./validate-connectors.js";
import { waitForRunning } from "./wait-for-running.js";
import { writeConnector, type Written } from "./write-connector.js";

export interface ApplyOptions {
  /** A client that tells why it repeats a request. */
  readonly connectTo: (onWait: (reason: string) => void) => ConnectClient;
  readonly adopt: boolean;
  /** For how long what was made must stay RUNNING. */
  readonly settleMs: number;
}

/** What became of one connector. */
export interface AppliedWork {
  readonly work: ConnectorWork;
  readonly written: Written;
  /** What is to be said of its state where it was not waited for. */
  readonly note?: string;
}

/** A new connector makes the workers share out their work anew: one at a time, with the next one on its way. */
const WRITES_AT_ONCE = 2;
/** After a change of its configuration a connector's old task is still shown as RUNNING for a moment. */
const UPDATED_SETTLE_MS = 500;

/**
 * Validates what is to change, all before anything is written; writes it; then waits for all, with one request a look.
 * What fails does not stop the others.
 * @throws CdcError of the one that failed, or SEVERAL_FAILED
 */
export async function applyWorks(
  works: readonly ConnectorWork[],
  options: ApplyOptions,
  stage: Stage,
  context: Context,
): Promise<readonly AppliedWork[]> {
  const changing = works.filter(({ plan }) => plan.status !== "unchanged");
  if (changing.length > 0) {
    await stage.step("validation by Kafka Connect", (update) =>
      validateConnectors(options.connectTo(update), changing, update),
    );
  }
  const failures: Failure[] = [];
  const attempt = async <T>(work: ConnectorWork, run: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (thrown) {
      const error = foreseenError(thrown, context.signal);
      // No other would get further.
      if (error.code === "CONNECT_UNREACHABLE") throw error;
      failures.push({ name: work.wish.connector, error });
      return undefined;
    }
  };
  const written = await pMap(
    works,
    async (work) => ({ work, written: await attempt(work, () => write(work, options, stage)) }),
    { concurrency: WRITES_AT_ONCE },
  );
  const done = written.flatMap((one) =>
    one.written === undefined ? [] : [{ ...one, written: one.written }],
  );
  const shared = shareRequests(options, done.length);
  const applied = await Promise.all(
    done.map((one) => attempt(one.work, () => awaitOne(one, shared, options, stage, context))),
  );
  throwFailures(failures, "connector");
  return applied.filter((one) => one !== undefined);
}

const whereOf = ({ wish }: ConnectorWork) => (wish.database === undefined ? {} : { database: wish.database });

/** Of a file's connector nothing is told where there is nothing to do: there may be hundreds. */
function write(work: ConnectorWork, { connectTo, adopt }: ApplyOptions, stage: Stage): Promise<Written> {
  if (work.plan.status === "unchanged" && work.wish.database === undefined)
    return Promise.resolve("unchanged");
  return stage.step(
    `connector ${work.wish.connector}`,
    (update) => writeConnector(connectTo(update), work, { adopt }),
    whereOf(work),
  );
}

type Shared = ReturnType<typeof shareRequests>;

function shareRequests({ connectTo }: ApplyOptions, count: number) {
  const told = new Set<(reason: string) => void>();
  const client = connectTo((reason) => {
    for (const tell of told) tell(reason);
  });
  return { client, look: shareLooks(client, count), countTasks: shareCounts(client), told };
}

async function awaitOne(
  { work, written }: { readonly work: ConnectorWork; readonly written: Written },
  { client, look, countTasks, told }: Shared,
  { settleMs }: ApplyOptions,
  stage: Stage,
  context: Context,
): Promise<AppliedWork> {
  const { wish, found, plan } = work;
  const { connector } = wish;
  const isOfFile = wish.database === undefined;
  const state = found?.status?.connector.state;
  const isIdle = state === "PAUSED" || state === "STOPPED";
  // Somebody paused it: it is not for a file to resume it, unless the file says so.
  if (isOfFile && isIdle && wish.initialState !== "RUNNING") {
    return { work, written, note: `it is ${state}, and stays so` };
  }
  const isRunning = written === "unchanged" && connectorHealth(found?.status).state === "running";
  if (isOfFile && isRunning) return { work, written };
  const settle = written === "updated" ? Math.max(settleMs, UPDATED_SETTLE_MS) : settleMs;
  await stage.step(
    isOfFile ? `${connector} and its tasks ${plan.initialState ?? "RUNNING"}` : "connector and tasks RUNNING",
    async (update) => {
      if (isRunning) return outcome("unchanged");
      told.add(update);
      const wanted = plan.initialState === undefined ? {} : { wanted: plan.initialState };
      const settleOf = written === "unchanged" ? 0 : settle;
      try {
        return await waitForRunning(
          connector,
          { client, look, countTasks, settleMs: settleOf, ...wanted },
          context,
          update,
        );
      } finally {
        told.delete(update);
      }
    },
    whereOf(work),
  );
  return { work, written };
}
