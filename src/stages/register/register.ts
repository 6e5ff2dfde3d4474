import { createConnectClient } from "../../clients/connect/create-connect-client.js";
import { restartConnector } from "../../connectors/states/restart-connector.js";
import { shareLooks } from "../../connectors/states/share-looks.js";
import type { Context } from "../../context.js";
import { outcome, type Stage } from "../../run-stage.js";
import { applyWorks } from "./apply-works.js";
import { checkServer } from "./check-server.js";
import { keepPassword } from "./keep-password.js";
import { type ConnectorWork, planConnectors } from "./plan-connectors.js";
import { refuseCollisions } from "./refuse-collisions.js";
import { refuseForeign } from "./refuse-foreign.js";
import type { RegisterOptions } from "./register-options.js";
import { renderConnectors } from "./render-connectors.js";

/** Gives each database its connector, and waits until the connectors and all of their tasks are RUNNING. */
export async function register(options: RegisterOptions, stage: Stage, context: Context): Promise<void> {
  const { deployment, adopt, settleMs = 0 } = options;
  const connectTo = (onWait: (reason: string) => void) =>
    createConnectClient(deployment.endpoints.connect, { ...context, onWait });
  const wishes = await renderConnectors(options, context);
  const works = await stage.step("comparison with what runs", async (update) => {
    const registered = await connectTo(update).connectors();
    const planned = await planConnectors(wishes, registered, { adopt });
    refuseForeign(planned, { adopt });
    refuseCollisions(planned, registered);
    await checkServer(planned, options, context);
    return outcome("unchanged", countOf(planned), planned);
  });
  const isStale = await keepPassword(options, stage);
  await applyWorks(works, { connectTo, adopt, settleMs }, stage, context);
  if (!isStale) return;
  const unchanged = works.filter(({ plan }) => plan.status === "unchanged");
  for (const { wish, found } of unchanged) {
    await stage.step(
      `connector ${wish.connector} takes the password`,
      (update) => {
        const client = connectTo(update);
        const restart = { client, look: shareLooks(client, 1), wish: "all", waits: true } as const;
        return restartConnector(wish.connector, found?.status, restart, context, update);
      },
      { database: wish.database ?? "" },
    );
  }
  await deployment.workerPassword?.writeNext(undefined);
}

function countOf(works: readonly ConnectorWork[]): string {
  const count = (wanted: string) => works.filter(({ plan }) => plan.status === wanted).length;
  const counts = [
    [count("created"), "new"],
    [count("updated"), "to change"],
    [count("unchanged"), "as it should be"],
  ] as const;
  return counts.flatMap(([number, what]) => (number === 0 ? [] : [`${number} ${what}`])).join(", ");
}
