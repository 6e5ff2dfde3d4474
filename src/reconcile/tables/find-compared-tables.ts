import type { KafkaCluster } from "../../clients/kafka/kafka-cluster.js";
import type { PostgresClient } from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";
import { PROBE_TABLE } from "../../stages/own-objects.js";
import type { EventModes } from "../columns/column-codec.js";
import { eventModesOf } from "../columns/event-modes.js";
import { readColumns } from "../columns/read-columns.js";
import type { ComparedConnector } from "../find-connector.js";
import { tableTopics } from "../naming/table-topics.js";
import { chooseTables, isCalled } from "./choose-tables.js";
import { type ComparedTable, comparedTable } from "./compared-table.js";
import { readPublishedTables } from "./read-published-tables.js";
import { refuseUncaptured } from "./refuse-uncaptured.js";

export interface ComparedTables {
  readonly tables: readonly ComparedTable[];
  readonly modes: EventModes;
  /** The topic of the program's probe table; undefined where the connector does not capture it. */
  readonly probeTopic: string | undefined;
}

export interface TableSearch {
  readonly connector: ComparedConnector;
  /** `schema.table`, or a table's name in any schema; none for all. */
  readonly wanted: readonly string[];
  /** Topics to read instead of the connector's, by `schema.table`. */
  readonly topics?: ReadonlyMap<string, string>;
  /** Describes Kafka with the settings of topics. */
  readonly describeTopics: (topics: readonly string[]) => Promise<KafkaCluster>;
}

/**
 * The tables that are compared, with all that the engine has to know of them.
 * @throws CdcError TABLE_NOT_CAPTURED, NOT_COMPARABLE, RIGHT_MISSING
 */
export async function findComparedTables(
  client: PostgresClient,
  { connector, wanted, topics, describeTopics }: TableSearch,
): Promise<ComparedTables> {
  const { config, names, publication } = connector;
  const choice = chooseTables(await readPublishedTables(client, publication), config, wanted);
  await refuseUncaptured(client, choice, publication);
  const unreadable = choice.tables.find(({ isReadable }) => !isReadable);
  if (unreadable !== undefined) {
    const label = `${unreadable.schema}.${unreadable.name}`;
    throw new CdcError("RIGHT_MISSING", `the rows of ${label} cannot be read: the login lacks SELECT on it`, {
      hint: "grant it SELECT on the tables and USAGE on their schemas, or the role pg_read_all_data",
    });
  }
  const named = tableTopics(choice.tables, choice.captured, names, config);
  const read = choice.tables.map(
    ({ schema, name }, at) => topics?.get(`${schema}.${name}`) ?? named[at] ?? "",
  );
  const columns = await readColumns(
    client,
    choice.tables.map(({ oid }) => oid),
  );
  const { topicSettings } = await describeTopics(read);
  const modes = eventModesOf(config);
  const tables = choice.tables.map((published, at) => {
    const topic = read[at] ?? "";
    const isCompacted = topicSettings.get(topic)?.["cleanup.policy"]?.includes("compact") === true;
    const source = { published, columns: columns.get(published.oid) ?? [], topic, isCompacted };
    return comparedTable(source, config, modes);
  });
  const probe = choice.captured.filter((table) => isCalled(table, PROBE_TABLE));
  const [probeTopic] = tableTopics(probe, choice.captured, names, config);
  return { tables, modes, probeTopic };
}
