import { formatBytes } from "../../format.js";
import { type Check, defineCheck, type Problem } from "../check.js";
import { debeziumSetting, isPostgresConnector } from "../debezium-setting.js";
import type { ConnectFacts, ConnectorFacts } from "../facts/connect-facts.js";
import { dropSlot } from "./fixes.js";

/* Names that belong to one connector each: its topic prefix and its slot. */

const OUR_SLOT = /^debezium_.+_slot$/;

const postgresConnectors = ({ connectors }: ConnectFacts): ConnectorFacts[] =>
  connectors.filter(({ config }) => isPostgresConnector(config));

/** The keys that several connectors have, with the connectors' names; without a key one has nothing to share. */
function shared(connectors: readonly ConnectorFacts[], keyOf: (one: ConnectorFacts) => string | undefined) {
  const byKey = new Map<string, string[]>();
  for (const connector of connectors) {
    const key = keyOf(connector);
    if (key !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), connector.name]);
  }
  return [...byKey].filter(([, names]) => names.length > 1);
}

const prefixShared = defineCheck({
  code: "PREFIX_SHARED",
  severity: "warning",
  scope: "server",
  needs: ["connect"],
  title: "No two connectors have one topic prefix",
  why: "Events of both go to the same topics where schemas and tables have the same names: rows with the same key overwrite each other for whoever reads them.",
  remedy:
    "Give each connector a `topic.prefix` of its own. Another prefix means other topics and a new snapshot.",
  look: ({ connect }) =>
    shared(postgresConnectors(connect), ({ config }) => debeziumSetting(config, "topic.prefix")).map(
      ([prefix, names]): Problem => ({
        object: prefix,
        seen: `topic.prefix of ${names.join(" and ")}`,
        fix: { kind: "advice", text: `give one of ${names.join(", ")} another topic.prefix` },
      }),
    ),
});

const slotShared = defineCheck({
  code: "SLOT_SHARED",
  severity: "error",
  scope: "server",
  needs: ["connect"],
  title: "No two connectors use one slot",
  why: "Only one of them can read the slot at a time. The other fails; or they take turns, and each misses what the other has read.",
  remedy: "Give each connector a `slot.name` of its own, or delete the one that is not needed.",
  look: ({ connect }) =>
    shared(postgresConnectors(connect), ({ config }) => {
      const parts = (["database.hostname", "database.port", "slot.name"] as const).map((key) =>
        debeziumSetting(config, key),
      );
      return parts.includes(undefined) ? undefined : parts.join(" ");
    }).map(([key, names]): Problem => {
      const [host = "", port = "", slot = ""] = key.split(" ");
      return {
        object: slot,
        seen: `slot.name of ${names.join(" and ")}, on ${host}:${port}`,
        fix: { kind: "advice", text: `give one of ${names.join(", ")} another slot.name, or delete it` },
      };
    }),
});

const orphan = defineCheck({
  code: "SLOT_WITHOUT_CONNECTOR",
  severity: "warning",
  scope: "server",
  needs: ["connect", "server"],
  title: "No slot was left behind by a connector that is gone",
  why: "A slot that nobody reads keeps WAL until the disk is full.",
  remedy: "Drop the slot if nobody will read it again. What it has kept is lost to its reader then.",
  look: ({ connect, server, settings }) => {
    const used = postgresConnectors(connect).map(({ config }) => debeziumSetting(config, "slot.name"));
    // One whose name only the worker knows may be any of them.
    if (used.includes(undefined)) return [];
    const own = new Set(settings.databases.map(({ slot }) => slot));
    const databases = new Set(settings.databases.map(({ database }) => database));
    return server.slots
      .filter(({ name, isActive }) => !isActive && !own.has(name) && !used.includes(name))
      .filter(({ name, database }) => OUR_SLOT.test(name) || databases.has(database))
      .map(({ name, database, retainedBytes }): Problem => ({
        object: name,
        seen: `of database ${database}, read by nobody, named by no connector; keeps ${formatBytes(retainedBytes ?? 0)}`,
        fix: dropSlot(settings.postgres.adminDatabase, name),
      }));
  },
});

export const SHARED_NAME_CHECKS: readonly Check[] = [slotShared, prefixShared, orphan];
