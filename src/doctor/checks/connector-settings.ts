import { type Check, type DatabaseCheckContext, defineCheck, type Problem } from "../check.js";
import { registerFix } from "../connector-fixes.js";
import { debeziumSetting, isPostgresConnector } from "../debezium-setting.js";
import type { ConnectorFacts } from "../facts/connect-facts.js";
import { isLoopback } from "../is-loopback.js";

/* Settings of a connector with which it fails, loses rows, or does harm in a foreseeable case. */

type ConnectorContext = DatabaseCheckContext & { readonly connector: ConnectorFacts };
type Setting = Parameters<typeof debeziumSetting>[1];

/** Judges one setting; one that a config provider gives is not known. */
const ofSetting =
  <Context extends ConnectorContext>(
    key: Setting,
    judge: (value: string, context: Context) => Omit<Problem, "object"> | undefined,
  ): ((context: Context) => Problem[]) =>
  (context) => {
    const { connector, names } = context;
    const value = debeziumSetting(connector.config, key);
    if (value === undefined || !isPostgresConnector(connector.config)) return [];
    const problem = judge(value, context);
    if (problem === undefined) return [];
    return [{ object: connector.name, fix: registerFix(names, connector), ...problem }];
  };

const pluginName = defineCheck({
  code: "CONNECTOR_PLUGIN_NAME",
  severity: "error",
  scope: "database",
  needs: ["connector"],
  title: "The connector decodes with pgoutput",
  why: "Only pgoutput comes with PostgreSQL. Debezium's default, decoderbufs, must be installed on the server, and knows no publication.",
  remedy: "`plugin.name = pgoutput`, as `cdc-pipeline register DATABASE` sets it.",
  look: ofSetting("plugin.name", (plugin, { connector }) =>
    plugin === "pgoutput"
      ? undefined
      : {
          seen: `plugin.name is ${plugin}${connector.config["plugin.name"] === undefined ? ", the default" : ""}`,
        },
  ),
});

const snapshotMode = defineCheck({
  code: "CONNECTOR_SNAPSHOT_MODE",
  severity: "error",
  scope: "database",
  needs: ["connector"],
  title: "The connector takes the rows that were there before, and then streams",
  why: "Without a snapshot, rows from before the connector's first start are in no topic until they change. With `initial_only` it ends after the snapshot: changes are not captured. With `always` each start sends every row again.",
  remedy: "`snapshot.mode = initial`. Rows that were left out before come with an ad-hoc snapshot.",
  look: ofSetting("snapshot.mode", (mode) => {
    const seen = `snapshot.mode is ${mode}`;
    if (mode === "initial_only") return { seen };
    if (["never", "no_data", "schema_only"].includes(mode)) return { severity: "warning", seen };
    return mode === "always" ? { severity: "info", seen } : undefined;
  }),
});

const slotDropped = defineCheck({
  code: "CONNECTOR_SLOT_DROPPED_ON_STOP",
  severity: "error",
  scope: "database",
  needs: ["connector"],
  title: "The slot stays when the connector stops",
  why: "With slot.drop.on.stop the slot goes at every orderly stop, also when the worker is restarted. Changes made until it is back are lost.",
  remedy: "Leave `slot.drop.on.stop` out.",
  look: ofSetting("slot.drop.on.stop", (value) =>
    value === "true" ? { seen: "slot.drop.on.stop is true" } : undefined,
  ),
});

const autocreate = defineCheck({
  code: "CONNECTOR_AUTOCREATE",
  severity: "error",
  scope: "database",
  needs: ["connector", "database"],
  title: "The connector leaves the publication to `prepare`",
  why: "Otherwise Debezium makes or changes the publication itself, for which its role has no right: the task fails. `filtered` also fails on a publication for all tables.",
  remedy:
    "`publication.autocreate.mode = disabled`, and `cdc-pipeline prepare DATABASE` for the publication.",
  look: ofSetting<
    ConnectorContext & {
      readonly database: { readonly publication: { readonly isForAllTables: boolean } | null };
    }
  >("publication.autocreate.mode", (mode, { database: { publication } }) => {
    const seen = `publication.autocreate.mode is ${mode}`;
    if (mode === "disabled") return undefined;
    if (publication === null) return { seen: `${seen}, and there is no publication` };
    if (mode !== "filtered") return undefined;
    if (publication.isForAllTables) return { seen: `${seen}, and the publication is for all tables` };
    return { severity: "warning", seen: `${seen}: it sets the publication's tables at each start` };
  }),
});

const heartbeat = defineCheck({
  code: "CONNECTOR_HEARTBEAT_OFF",
  severity: "warning",
  scope: "database",
  needs: ["connector"],
  title: "The connector has a heartbeat",
  why: "Where nothing happens in this database but much in others of the server, the slot is never confirmed: it keeps WAL without end although nothing is behind.",
  remedy: "Set `debezium.heartbeatMs`, and keep the template's `heartbeat.action.query`.",
  look: ofSetting("heartbeat.interval.ms", (interval, { connector }) => {
    if (Number(interval) === 0) return { seen: "heartbeat.interval.ms is 0" };
    const query = debeziumSetting(connector.config, "heartbeat.action.query");
    return query === "" ? { seen: `every ${interval} ms, but without heartbeat.action.query` } : undefined;
  }),
});

const offsetStrategy = defineCheck({
  code: "CONNECTOR_OFFSET_STRATEGY",
  severity: "warning",
  scope: "database",
  needs: ["connector"],
  title: "The connector does not follow its slot whatever it says",
  why: "With trust_slot or trust_greater_lsn the connector goes on where the slot stands, also where somebody advanced the slot or made it anew: the changes in between are skipped without a word.",
  remedy:
    "Leave `offset.mismatch.strategy` out, unless `lsn.flush.mode` is `connector_and_driver`, which needs it.",
  look: ofSetting("offset.mismatch.strategy", (strategy, { connector }) => {
    if (strategy !== "trust_slot" && strategy !== "trust_greater_lsn") return undefined;
    const seen = `offset.mismatch.strategy is ${strategy}`;
    const isNeeded = debeziumSetting(connector.config, "lsn.flush.mode") === "connector_and_driver";
    return isNeeded ? { severity: "info", seen: `${seen}, as connector_and_driver needs it` } : { seen };
  }),
});

const tls = defineCheck({
  code: "CONNECTOR_TLS",
  severity: "warning",
  scope: "database",
  needs: ["connector"],
  title: "The connector knows that it speaks with the right server, encrypted",
  why: "With a weaker sslmode than verify-full, somebody in between can pose as the server and read the password and every row; with `prefer` the connection may not even be encrypted.",
  remedy: "`database.sslmode = verify-full` and `database.sslrootcert` in the connector's template.",
  look: ofSetting("database.sslmode", (mode, { connector }) => {
    const host = debeziumSetting(connector.config, "database.hostname");
    if (mode === "verify-full" || host === undefined || isLoopback(host)) return undefined;
    return {
      seen: `database.sslmode is ${mode}, to ${host}`,
      fix: {
        kind: "advice",
        text: "set database.sslmode to verify-full and database.sslrootcert in the connector's template",
      },
    };
  }),
});

export const CONNECTOR_SETTINGS_CHECKS: readonly Check[] = [
  pluginName,
  slotDropped,
  snapshotMode,
  autocreate,
  heartbeat,
  tls,
  offsetStrategy,
];
