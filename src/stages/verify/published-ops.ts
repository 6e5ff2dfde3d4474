import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import type { PostgresClient } from "../../clients/postgres.js";
import { debeziumSetting } from "../../doctor/debezium-setting.js";
import type { PublishedOps } from "./expect-events.js";

/** What the connector's publication passes on; undefined where there is none, or the connector needs none. */
export async function readPublishedOps(
  client: PostgresClient,
  config: ConnectorConfig,
): Promise<PublishedOps | undefined> {
  const name = debeziumSetting(config, "publication.name");
  if (name === undefined || debeziumSetting(config, "plugin.name") !== "pgoutput") return undefined;
  const { rows } = await client.query<PublishedOps>(
    `SELECT pubinsert AS c, pubupdate AS u, pubdelete AS d, pubtruncate AS t FROM pg_publication WHERE pubname = $1`,
    [name],
  );
  return rows[0];
}
