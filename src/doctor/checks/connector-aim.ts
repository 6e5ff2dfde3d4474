import {
  type Check,
  type CheckContext,
  type DatabaseCheckContext,
  defineCheck,
  type Problem,
} from "../check.js";
import { registerFix } from "../connector-fixes.js";
import { debeziumSetting, isPostgresConnector } from "../debezium-setting.js";
import type { ConnectorFacts } from "../facts/connect-facts.js";
import { listSome } from "../list-some.js";
import { capturesOf } from "../topics/captured-tables.js";

/* Whether the connector reads what the other checks look at: database, slot, publication, tables. */

type ConnectorContext = DatabaseCheckContext & { readonly connector: ConnectorFacts };

/** One setting that must have one value; one that a config provider gives is not known. */
const mustBe =
  (
    key: Parameters<typeof debeziumSetting>[1],
    wantedIn: (context: DatabaseCheckContext) => string,
  ): ((context: ConnectorContext) => Problem[]) =>
  (context) => {
    const { connector, names } = context;
    const found = debeziumSetting(connector.config, key);
    const wanted = wantedIn(context);
    if (!isPostgresConnector(connector.config) || found === undefined || found === wanted) return [];
    return [
      {
        object: connector.name,
        seen: `${key} is ${found === "" ? "not set" : found}, not ${wanted}`,
        fix: registerFix(names, connector),
      },
    ];
  };

const addressOf = ({ postgresFromConnect: { host, port } }: CheckContext["settings"]): string =>
  `${host}:${port}`;

const otherDatabase = defineCheck({
  code: "CONNECTOR_OTHER_DATABASE",
  severity: "error",
  scope: "database",
  needs: ["connector"],
  title: "The connector reads this database",
  why: "Under this database's connector name another one is read, so that this one is not captured; the other findings here are of the wrong database.",
  remedy:
    "`cdc-pipeline register DATABASE` turns it to this database. Only the address differs where the server has two names: then set `fromConnect.postgresHost` to the one in use.",
  look: ({ connector, names, settings }) => {
    const { config, name } = connector;
    const fix = registerFix(names, connector);
    if (!isPostgresConnector(config)) {
      return [
        { object: name, seen: `it is a ${config["connector.class"] ?? "connector without a class"}`, fix },
      ];
    }
    const database = debeziumSetting(config, "database.dbname");
    if (database !== undefined && database !== names.database) {
      return [{ object: name, seen: `it reads ${database === "" ? "no database" : database}`, fix }];
    }
    const host = debeziumSetting(config, "database.hostname");
    const port = debeziumSetting(config, "database.port");
    const wanted = addressOf(settings);
    if (host === undefined || port === undefined || `${host}:${port}` === wanted) return [];
    // Two names may be of one server.
    return [{ severity: "warning", object: name, seen: `it reads ${host}:${port}, not ${wanted}`, fix }];
  },
});

const otherSlot = defineCheck({
  code: "CONNECTOR_OTHER_SLOT",
  severity: "warning",
  scope: "database",
  needs: ["connector"],
  title: "The connector uses the database's slot",
  why: "What is said here of the slot is not of the one that is read, and `verify` waits for the wrong one.",
  remedy:
    "`cdc-pipeline register DATABASE` sets the slot. Another slot begins where it stands: changes before it need a snapshot.",
  look: mustBe("slot.name", ({ names }) => names.slot),
});

const otherPublication = defineCheck({
  code: "CONNECTOR_OTHER_PUBLICATION",
  severity: "warning",
  scope: "database",
  needs: ["connector"],
  title: "The connector uses the publication that is looked at",
  why: "Another publication may hold fewer tables or operations, or be missing: what is said here of published tables does not hold for it.",
  remedy: "`cdc-pipeline register DATABASE`, or set `debezium.publication` to the one in use.",
  look: mustBe("publication.name", ({ settings }) => settings.publication),
});

const filtered = defineCheck({
  code: "CONNECTOR_FILTERS",
  severity: "info",
  scope: "database",
  needs: ["connector", "database"],
  title: "The connector leaves out no published table",
  why: "Its include and exclude lists drop the events of these tables; PostgreSQL decodes them all the same.",
  remedy: "Correct the lists in the connector's template, if that was not meant.",
  look: ({ connector, database }) => {
    const captures = capturesOf(connector.config);
    if (captures === undefined) return [];
    const published = database.tables.filter(({ isPublished }) => isPublished);
    const left = published.filter((table) => !captures(table));
    if (left.length === 0) return [];
    return [
      {
        object: connector.name,
        seen: `${left.length} of ${published.length} published tables are left out: ${listSome(left.map(({ qualifiedName }) => qualifiedName))}`,
        fix: {
          kind: "advice",
          text: "correct table.include.list, table.exclude.list or the schema lists in the connector's template",
        },
      },
    ];
  },
});

export const CONNECTOR_AIM_CHECKS: readonly Check[] = [otherDatabase, otherSlot, otherPublication, filtered];
