import { readFile } from "node:fs/promises";

import { createConnectClient } from "../../clients/connect.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { namesOf } from "../../names.js";
import { packagePath } from "../../package-root.js";
import type { Stage } from "../../run-stage.js";
import type { Deployment } from "../../targets/target.js";
import { ensureConnector } from "./ensure-connector.js";
import { renderConnector } from "./render-connector.js";
import { waitForRunning } from "./wait-for-running.js";

export interface RegisterOptions {
  readonly deployment: Deployment;
  readonly databases: readonly string[];
  readonly debezium: {
    readonly user: string;
    readonly password: string;
    readonly publication: string;
    readonly heartbeatMs: number;
    /** The only schemas to capture; all where it is empty. */
    readonly schemas: readonly string[];
    /** Another template than `connectors/postgres.json`. */
    readonly template?: string | undefined;
  };
  /** Take over a connector of the same name that was made by somebody else. */
  readonly adopt: boolean;
}

/** After a change of its configuration a connector's old task is still shown as RUNNING for a moment. */
const SETTLE_MS = 500;

/** Gives each database its connector, and waits until the connector and all of its tasks are RUNNING. */
export async function register(options: RegisterOptions, stage: Stage, context: Context): Promise<void> {
  const connectTo = (onWait: (reason: string) => void) =>
    createConnectClient(options.deployment.endpoints.connect, { ...context, onWait });
  const path = options.debezium.template ?? packagePath("connectors/postgres.json");
  const template = await readTemplate(path);
  for (const database of options.databases) {
    const { connector } = namesOf(database);
    const config = renderConnector(
      template,
      templateValues(database, options),
      path,
      options.debezium.schemas,
    );
    const step: Stage["step"] = (name, run) => stage.step(name, run, { database });
    const { wasUpdated } = await step(`connector ${connector}`, (update) =>
      ensureConnector(connectTo(update), connector, config, options),
    );
    const settleMs = wasUpdated ? SETTLE_MS : 0;
    await step("connector and tasks RUNNING", (update) =>
      waitForRunning(connectTo(update), connector, { settleMs }, context, update),
    );
  }
}

async function readTemplate(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new CdcError(
      "TEMPLATE_INVALID",
      `cannot read the connector template ${path}: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

function templateValues(database: string, { deployment, debezium }: RegisterOptions): Record<string, string> {
  const { slot, topicPrefix } = namesOf(database);
  return {
    "postgres.host": deployment.postgresFromConnect.host,
    "postgres.port": String(deployment.postgresFromConnect.port),
    "debezium.user": debezium.user,
    "debezium.password": debezium.password,
    "debezium.publication": debezium.publication,
    "debezium.heartbeatMs": String(debezium.heartbeatMs),
    "database.name": database,
    "database.slot": slot,
    "database.topicPrefix": topicPrefix,
  };
}
