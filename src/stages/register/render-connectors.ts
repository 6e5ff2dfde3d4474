import { readFile } from "node:fs/promises";

import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { namesOf } from "../../names.js";
import { packagePath } from "../../package-root.js";
import { SIGNAL_TABLE } from "../own-objects.js";
import { findPartitions } from "./find-partitions.js";
import { leaveOutPartitions } from "./leave-out-partitions.js";
import type { RegisterOptions } from "./register-options.js";
import { renderConnector } from "./render-connector.js";
import { renderTls } from "./render-tls.js";
import type { WantedConfig, WantedConnector } from "./wanted-connector.js";

/** Has Debezium read the table for signals, and take out of it what it puts into it itself. */
const SIGNALS = {
  "signal.enabled.channels": "source",
  "signal.data.collection": SIGNAL_TABLE,
  "incremental.snapshot.watermarking.strategy": "insert_delete",
};

/** The connector that each database should have. @throws CdcError TEMPLATE_INVALID */
export async function renderConnectors(
  options: RegisterOptions,
  context: Context,
): Promise<(WantedConnector & { readonly database: string })[]> {
  const { postgres } = options.deployment.endpoints;
  const { publication } = options.debezium;
  const path = options.debezium.template ?? packagePath("connectors/postgres.json");
  const template = await readTemplate(path);
  return options.databases.map((database) => {
    const rendered = renderConnector(
      template,
      templateValues(database, options),
      path,
      options.debezium.schemas,
    );
    // What the template says goes before.
    const config = {
      ...renderTls(options.deployment.postgresFromConnect.tls),
      ...(options.debezium.signals === true ? SIGNALS : {}),
      ...rendered,
    };
    const partitions = () => findPartitions(postgres, database, publication, context);
    const want: WantedConfig = (found) => leaveOutPartitions(config, found, partitions);
    return { database, connector: namesOf(database).connector, want };
  });
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
    "debezium.password": deployment.workerPassword?.reference ?? debezium.password,
    "debezium.publication": debezium.publication,
    "debezium.heartbeatMs": String(debezium.heartbeatMs),
    "database.name": database,
    "database.slot": slot,
    "database.topicPrefix": topicPrefix,
  };
}
