import { createConnectClient } from "../../clients/connect/create-connect-client.js";
import type { Context } from "../../context.js";
import { outcome, type Stage } from "../../run-stage.js";
import { applyWorks } from "./apply-works.js";
import { checkServer } from "./check-server.js";
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
  await applyWorks(works, { connectTo, adopt, settleMs }, stage, context);
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
