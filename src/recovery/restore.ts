import type { ConnectEndpoint } from "../clients/connect/connect-endpoint.js";
import type { Context } from "../context.js";
import { toCdcError } from "../errors.js";
import type { Stage } from "../run-stage.js";
import type { Recovery, Restored, RestorePlace } from "../targets/recovery.js";
import type { Capturing } from "./capture-state.js";
import { resumeConnector, stopConnector } from "./connector-switch.js";
import type { RestorePlan } from "./plan-restore.js";
import { puttingBack } from "./putting-back.js";

/** Who captures from the server that is restored over; without connectors where that is not known. */
export interface CaptureAround {
  readonly connect: ConnectEndpoint;
  readonly connectors: readonly Capturing[];
}

/**
 * Restores as planned. In place, the connectors are stopped first, and stay so: the slots that they read are
 * gone afterwards, and what they stored is ahead of the server. Where the restore fails they go on as before.
 * @throws CdcError RESTORE_FAILED
 */
export async function restore(
  recovery: Recovery,
  plan: RestorePlan,
  place: RestorePlace,
  { connect, connectors }: CaptureAround,
  stage: Stage,
  context: Context,
): Promise<Restored> {
  if (place.kind === "new") return recovery.restore(plan, place, stage, context);
  const stopped: string[] = [];
  try {
    for (const { connector } of connectors.filter(({ state }) => state === "RUNNING")) {
      stopped.push(connector);
      await stage.step(`connector ${connector} stops`, (update) =>
        stopConnector(connect, connector, context, update),
      );
    }
    return await recovery.restore(plan, place, stage, context);
  } catch (error) {
    const calm = puttingBack(context);
    for (const connector of stopped) {
      await resumeConnector(connect, connector, calm, () => undefined).catch((failure: unknown) => {
        const message = `connector ${connector} could not be resumed: ${toCdcError(failure).message}`;
        context.report({ type: "notice", message });
      });
    }
    throw error;
  }
}
