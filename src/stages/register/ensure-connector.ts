import type { ConnectClient, ConnectorConfig } from "../../clients/connect/connect-client.js";
import { CdcError } from "../../errors.js";
import { outcome, type StepOutcome } from "../../run-stage.js";
import { planConnector } from "./plan-connector.js";

/** The configuration that a connector should have, from the one that it has; undefined where there is none. */
export type WantedConfig = (found: ConnectorConfig | undefined) => Promise<ConnectorConfig>;

/**
 * PUTs the configuration where it differs from what runs; an equal one would still restart the connector.
 * @throws CdcError CONNECTOR_NOT_OURS, CONNECTOR_CLASS_MISSING, CONNECTOR_INVALID, CONNECT_FAILED
 */
export async function ensureConnector(
  client: ConnectClient,
  name: string,
  want: WantedConfig,
  { adopt }: { readonly adopt: boolean },
): Promise<StepOutcome<{ readonly wasUpdated: boolean }>> {
  const found = await client.config(name);
  const wanted = await want(found);
  const { status, changes, needsAdoption } = planConnector(found, wanted);
  if (status === "unchanged") return outcome(status, undefined, { wasUpdated: false });
  const keys = changes.map(({ key }) => key).join(", ");
  if (needsAdoption && !adopt) {
    throw new CdcError("CONNECTOR_NOT_OURS", `a connector ${name} exists and was not made by cdc-pipeline`, {
      hint: `to let cdc-pipeline change it, say --adopt; it differs in: ${keys}`,
    });
  }
  if (status === "created") await validate(client, name, wanted);
  await client.putConfig(name, wanted);
  if (status === "updated") return outcome(status, keys, { wasUpdated: true });
  const detail = `slot ${wanted["slot.name"] ?? ""}, topics ${wanted["topic.prefix"] ?? ""}.*`;
  return outcome(status, detail, { wasUpdated: false });
}

/** @throws CdcError CONNECTOR_CLASS_MISSING, CONNECTOR_INVALID */
async function validate(client: ConnectClient, name: string, config: ConnectorConfig): Promise<void> {
  const wantedClass = config["connector.class"] ?? "";
  const classes = (await client.plugins()).map((plugin) => plugin.class);
  if (!classes.includes(wantedClass)) {
    throw new CdcError("CONNECTOR_CLASS_MISSING", `the worker at ${client.url} has no ${wantedClass}`, {
      hint: `install the plugin there; it has: ${classes.filter((other) => !other.includes(".mirror.")).join(", ")}`,
    });
  }
  const problems = await client.validate({ ...config, name });
  if (problems.length === 0) return;
  const lines = problems.map(({ field, messages }) => `${field}: ${messages.join(" ")}`);
  throw new CdcError(
    "CONNECTOR_INVALID",
    `Kafka Connect refuses the connector ${name}:\n${lines.join("\n")}`,
    {
      hint: "cdc-pipeline prepare makes what the connector needs in PostgreSQL",
      details: { fields: problems.map(({ field }) => field) },
    },
  );
}
