import { capturingConnector } from "../capturing-connector.js";
import type { RegisteredConnector } from "../clients/connect/connect-client.js";
import type { TopicSummary } from "../clients/kafka/survey-topics.js";
import { parseLsn } from "../lsn.js";
import { connectorHealth } from "../stages/connector-health.js";
import type { LsnClock } from "./lsn-clock.js";
import type { DatabaseState, Lag, LastEvent } from "./observation.js";
import type { Asked, RawLook } from "./raw-look.js";

type Topics = ReadonlyMap<string, TopicSummary>;

/** The databases that connectors of this program capture, by name; what is per second is left to the caller. */
export function describeDatabases(
  { connectors, postgres, topics, atMs }: RawLook,
  clock: LsnClock,
): Omit<DatabaseState, "eventsPerSecond">[] {
  if ("unknown" in connectors) return [];
  const topicsByPrefix = "value" in topics ? groupTopics(connectors.value, topics.value) : undefined;
  return connectors.value
    .flatMap((connector) => {
      const captured = capturingConnector(connector);
      if (!captured.isOurs || captured.database === "" || captured.slot === "") return [];
      const { database: name, slot, topicPrefix } = captured;
      const tables = topicsByPrefix?.get(connector.name);
      return [
        {
          ...{ name, connector: connector.name, slot, topicPrefix },
          ...stateOf(connector),
          lag: lagOf(slot, postgres, clock, atMs),
          lastEvent: tables === undefined ? null : newestOf(tables, atMs),
          lastHeartbeatAt: "value" in topics ? heartbeatOf(connector, topics.value) : null,
          events:
            tables === undefined ? null : [...tables.values()].reduce((sum, { records }) => sum + records, 0),
        },
      ];
    })
    .sort((one, other) => one.name.localeCompare(other.name));
}

function stateOf({ status }: RegisteredConnector): Pick<DatabaseState, "state" | "reason"> {
  const health = connectorHealth(status);
  if (health.state === "running") return { state: "running", reason: null };
  const { reason } = health;
  if (health.state === "failed") return { state: "FAILED", reason };
  const states = [status?.connector.state, ...(status?.tasks ?? []).map(({ state }) => state)];
  const other = states.find((state) => state !== undefined && state !== "RUNNING");
  return { state: other ?? "STARTING", reason };
}

function lagOf(name: string, postgres: RawLook["postgres"], clock: LsnClock, atMs: number): Lag {
  const nothing = { bytes: null, atLeastMs: null, atMostMs: null };
  if ("unknown" in postgres) return { ...nothing, unknown: postgres.unknown };
  const slot = postgres.value.slots.find((one) => one.name === name);
  if (slot === undefined) return { ...nothing, unknown: `PostgreSQL has no slot ${name}` };
  const { confirmedLsn, unconfirmedBytes: bytes } = slot;
  if (confirmedLsn === null || slot.walStatus === "lost") {
    return { ...nothing, unknown: `slot ${name} is ${slot.walStatus ?? "new"}` };
  }
  if (bytes === 0) return { bytes, atLeastMs: 0, atMostMs: 0, unknown: null };
  const { atLeastMs = null, atMostMs = null } = clock.ageOf(parseLsn(confirmedLsn), atMs);
  // That of this very look: it says nothing.
  const least = atLeastMs === 0 && atMostMs === null ? null : atLeastMs;
  const isKnown = least !== null || atMostMs !== null;
  return {
    ...{ bytes, atLeastMs: least, atMostMs },
    unknown: isKnown ? null : "one look does not tell for how long",
  };
}

/** Topics go by the longest prefix that fits: `debezium.shop` is not to have those of `debezium.shop.eu`. */
function groupTopics(
  connectors: readonly RegisteredConnector[],
  topics: Topics,
): ReadonlyMap<string, ReadonlyMap<string, TopicSummary>> {
  const prefixes = connectors.map((connector) => ({
    name: connector.name,
    start: `${capturingConnector(connector).topicPrefix}.`,
  }));
  const groups = new Map(prefixes.map(({ name }) => [name, new Map<string, TopicSummary>()]));
  const byStart = new Map(
    prefixes.filter(({ start }) => start !== ".").map(({ name, start }) => [start, name]),
  );
  for (const [topic, summary] of topics) {
    for (let dot = topic.lastIndexOf("."); dot > 0; dot = topic.lastIndexOf(".", dot - 1)) {
      const owner = byStart.get(topic.slice(0, dot + 1));
      if (owner === undefined) continue;
      groups.get(owner)?.set(topic, summary);
      break;
    }
  }
  return groups;
}

function newestOf(topics: Topics, atMs: number): LastEvent | null {
  let newest: LastEvent | null = null;
  let newestAtMs = -1;
  for (const [topic, { newestAtMs: at }] of topics) {
    if (at === null || at <= newestAtMs) continue;
    newestAtMs = at;
    newest = { topic, at: new Date(at).toISOString(), agoMs: Math.max(0, atMs - at) };
  }
  return newest;
}

/** Debezium's name of the topic for its heartbeats. */
export const heartbeatTopic = ({ config }: RegisteredConnector): string =>
  `${config["topic.heartbeat.prefix"] ?? "__debezium-heartbeat"}.${config["topic.prefix"] ?? ""}`;

function heartbeatOf(connector: RegisteredConnector, topics: Topics): string | null {
  const at = topics.get(heartbeatTopic(connector))?.newestAtMs ?? null;
  return at === null ? null : new Date(at).toISOString();
}

/** Which topics a look needs: those of our connectors. */
export function wantedTopics(connectors: Asked<readonly RegisteredConnector[]>): (topic: string) => boolean {
  if ("unknown" in connectors) return () => false;
  const ours = connectors.value.filter((connector) => capturingConnector(connector).isOurs);
  const starts = ours.map((connector) => `${capturingConnector(connector).topicPrefix}.`);
  const heartbeats = new Set(ours.map(heartbeatTopic));
  const known = new Set(starts);
  return (topic) => {
    if (heartbeats.has(topic)) return true;
    for (let dot = topic.indexOf("."); dot > 0; dot = topic.indexOf(".", dot + 1)) {
      if (known.has(topic.slice(0, dot + 1))) return true;
    }
    return false;
  };
}
