import type { ConnectClient, ConnectorConfig } from "../../clients/connect/connect-client.js";
import { sameConfig } from "../../clients/connect/same-config.js";
import { isMask } from "../../connectors/secret-values.js";
import { outcome, type StepOutcome } from "../../run-stage.js";
import { type ConnectorWork, planOne } from "./plan-connectors.js";
import { refuseForeign } from "./refuse-foreign.js";

/** What was done to a connector. */
export type Written = "created" | "updated" | "unchanged";

/**
 * PUTs the configuration where it differs from what runs; an equal one would still restart the connector. It looks
 * once more before: a validation may take a minute, and somebody else may have been there meanwhile.
 * @throws CdcError CONNECTOR_NOT_OURS, CONNECTOR_SECRET_UNKNOWN, CONNECT_FAILED
 */
export async function writeConnector(
  client: ConnectClient,
  planned: ConnectorWork,
  { adopt }: { readonly adopt: boolean },
): Promise<StepOutcome<Written>> {
  if (planned.plan.status === "unchanged") return outcome("unchanged", undefined, "unchanged");
  const { connector } = planned.wish;
  const work = await lookAgain(client, planned, { adopt });
  const { plan, wanted } = work;
  if (plan.status === "unchanged") return outcome("unchanged", undefined, "unchanged");
  refuseForeign([work], { adopt });
  const masked = Object.keys(wanted).filter((key) => isMask(wanted[key] ?? ""));
  // What stands in the place of a secret would become the secret.
  if (masked.length > 0) throw new Error(`masks would be written: ${masked.join(", ")}`);
  const { initialState } = plan;
  if (initialState === undefined || initialState === "RUNNING") await client.putConfig(connector, wanted);
  else await client.create(connector, wanted, initialState);
  if (plan.status === "updated") {
    return outcome("updated", plan.changes.map(({ key }) => key).join(", "), "updated");
  }
  return outcome("created", describeNew(wanted, initialState), "created");
}

async function lookAgain(
  client: ConnectClient,
  planned: ConnectorWork,
  options: { readonly adopt: boolean },
): Promise<ConnectorWork> {
  const { wish, found } = planned;
  const config = await client.config(wish.connector);
  if (sameConfig(config, found?.config)) return planned;
  const now = config === undefined ? undefined : { name: wish.connector, config, status: found?.status };
  return planOne(wish, now, options);
}

function describeNew(wanted: ConnectorConfig, initialState: string | undefined): string | undefined {
  const { "slot.name": slot, "topic.prefix": prefix } = wanted;
  const parts = [
    ...(slot === undefined ? [] : [`slot ${slot}`]),
    ...(prefix === undefined ? [] : [`topics ${prefix}.*`]),
    ...(initialState === undefined || initialState === "RUNNING" ? [] : [initialState]),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}
