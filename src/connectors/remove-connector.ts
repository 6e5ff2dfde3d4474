import type { ConnectClient } from "../clients/connect/connect-client.js";
import type { Context } from "../context.js";
import { outcome, type StepOutcome } from "../run-stage.js";
import { notYet, ready, waitUntil } from "../wait/wait-until.js";
import { notInTime } from "./connector-errors.js";
import type { Look } from "./states/share-looks.js";
import { describeStatus, judgeWish } from "./states/state-wishes.js";

/** A worker takes what waits for it in one go, before it spreads the work anew: the more at a time, the sooner. */
export const REMOVALS_AT_ONCE = 50;

export interface RemoveOptions {
  readonly client: ConnectClient;
  readonly look: Look;
  /** What it has stored of its reading goes first. */
  readonly resetsOffsets: boolean;
}

/**
 * Deletes a connector and waits until the worker has let go of it. One that is gone already is no failure.
 * @throws CdcError CONNECT_FAILED, CONNECTOR_NOT_RUNNING where it does not end
 */
export async function removeConnector(
  name: string,
  { client, look, resetsOffsets }: RemoveOptions,
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  if (resetsOffsets && (await client.config(name)) !== undefined) {
    await client.setState(name, "stop");
    await waitUntil({
      intervalMs: 100,
      ...context,
      onReason: update,
      probe: async () => {
        const status = await look(name);
        return judgeWish("stop", status).is === "so" ? ready(undefined) : notYet(describeStatus(status));
      },
      onTimeout: (reason) => notInTime(name, "STOPPED", reason),
    });
    await client.deleteOffsets(name);
  }
  if (!(await client.deleteConnector(name))) return outcome("unchanged", "there is none");
  await waitUntil({
    intervalMs: 100,
    ...context,
    onReason: update,
    probe: async () => {
      const status = await look(name);
      return status === undefined ? ready(undefined) : notYet(`it is still there: ${describeStatus(status)}`);
    },
    onTimeout: (reason) => notInTime(name, "gone", reason),
  });
  return outcome("removed", resetsOffsets ? "with the offsets that it had stored" : undefined);
}
