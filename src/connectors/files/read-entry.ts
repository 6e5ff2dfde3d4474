import { isMap, isNode, isScalar, isSeq, type Node, type YAMLMap } from "yaml";

import type { InitialState } from "../../clients/connect/connect-client.js";
import { didYouMean } from "../../config/did-you-mean.js";
import { CONNECTOR_MARK_KEY } from "../../stages/own-objects.js";
import { isMask } from "../secret-values.js";
import type { ConnectorEntry } from "./connector-entry.js";

export interface EntryContext {
  readonly placeOf: (node: Node | null | undefined) => string;
  readonly folder: string;
  /** What it is called where it has no name of its own. */
  readonly defaultName?: string;
}

interface ReadEntry {
  readonly entry?: ConnectorEntry;
  readonly problems: readonly string[];
}

/** The parts that the three shapes have in common. */
interface Parts {
  readonly name: Node | undefined;
  readonly config: YAMLMap | undefined;
  /** Settings that stand outside of the configuration, by the key that they have in it. */
  readonly aside: Readonly<Record<string, Node | undefined>>;
  readonly state: Node | undefined;
  readonly problems: readonly string[];
}

/** What `POST /connectors` takes, and what Kafka Connect answers beside it. */
const POST_KEYS = ["name", "config", "initial_state", "tasks", "type"];
const SPEC_KEYS = [
  "class",
  "tasksMax",
  "config",
  "state",
  "pause",
  "autoRestart",
  "version",
  "listOffsets",
  "alterOffsets",
];
const STATES: Readonly<Record<string, InitialState>> = {
  running: "RUNNING",
  paused: "PAUSED",
  stopped: "STOPPED",
};

/** One connector of a file, in whichever of the three shapes. */
export function readEntry(map: YAMLMap, context: EntryContext): ReadEntry {
  const { placeOf } = context;
  const parts = partsOf(map, placeOf);
  const problems = [...parts.problems];
  const config: Record<string, string> = {};
  const places = new Map<string, string>();
  const take = (key: string, node: Node | null | undefined, keyNode?: Node) => {
    const place = placeOf(keyNode ?? node ?? map);
    const read = textOf(node);
    if ("problem" in read) problems.push(`${place} ${key}: ${read.problem}`);
    else config[key] = read.text;
    places.set(key, place);
  };
  for (const { key, value } of parts.config?.items ?? []) {
    const keyNode = isNode(key) ? key : undefined;
    take(keyOf(key), isNode(value) ? value : null, keyNode);
  }
  for (const [key, node] of Object.entries(parts.aside)) if (node !== undefined) take(key, node);

  const outer = parts.name === undefined ? undefined : textOf(parts.name);
  const inner = config.name;
  if (outer !== undefined && "problem" in outer)
    problems.push(`${placeOf(parts.name)} name: ${outer.problem}`);
  const given = outer !== undefined && "text" in outer ? outer.text : undefined;
  if (given !== undefined && inner !== undefined && given !== inner) {
    problems.push(
      `${places.get("name") ?? ""} name: "${inner}" differs from the connector's name, "${given}"`,
    );
  }
  const name = given ?? inner ?? context.defaultName;
  const place = placeOf(map);
  // Those of a connector that is wrong anyway would only say so twice.
  if (problems.length === 0 && config["connector.class"] === undefined)
    problems.push(`${place}: connector.class is missing`);
  if (name === undefined) problems.push(`${place}: the connector has no name`);
  else if (name.trim() === "" || /\p{C}/u.test(name))
    problems.push(`${place} name: is empty, or holds control characters`);
  const state = stateOf(parts.state, placeOf);
  if (typeof state === "object") problems.push(state.problem);
  if (problems.length > 0 || name === undefined) return { problems };
  const settings = Object.fromEntries(
    Object.entries(config).filter(([key]) => key !== "name" && key !== CONNECTOR_MARK_KEY),
  );
  return {
    problems,
    entry: {
      name,
      config: settings,
      ...(typeof state === "string" ? { initialState: state } : {}),
      place,
      placeOf: (key) => places.get(key) ?? place,
      folder: context.folder,
    },
  };
}

function partsOf(map: YAMLMap, placeOf: EntryContext["placeOf"]): Parts {
  const child = (parent: YAMLMap, key: string) => parent.get(key, true) as Node | undefined;
  const kind = child(map, "kind");
  if (kind !== undefined && map.has("apiVersion")) {
    const spec = child(map, "spec");
    const metadata = child(map, "metadata");
    const isOther = !isScalar(kind) || kind.value !== "KafkaConnector" || !isMap(spec) || !isMap(metadata);
    if (isOther) {
      const problem = `${placeOf(kind)}: of Kubernetes, only a KafkaConnector with metadata and spec is a connector`;
      return { name: undefined, config: undefined, aside: {}, state: undefined, problems: [problem] };
    }
    const { config, problems } = configOf(spec, placeOf);
    return {
      name: child(metadata, "name"),
      config,
      aside: { "connector.class": child(spec, "class"), "tasks.max": child(spec, "tasksMax") },
      state: child(spec, "state"),
      problems: [...problems, ...unknownKeys(spec, SPEC_KEYS, placeOf)],
    };
  }
  // A setting of that name would be text: a map is the form with the configuration inside.
  if (!map.has("config") || isScalar(child(map, "config"))) {
    return { name: undefined, config: map, aside: {}, state: undefined, problems: [] };
  }
  const { config, problems } = configOf(map, placeOf);
  return {
    name: child(map, "name"),
    config,
    aside: {},
    state: child(map, "initial_state"),
    problems: [...problems, ...unknownKeys(map, POST_KEYS, placeOf)],
  };
}

function configOf(parent: YAMLMap, placeOf: EntryContext["placeOf"]) {
  const config = parent.get("config", true) as Node | undefined;
  if (config === undefined) return { config: undefined, problems: [] };
  if (isMap(config)) return { config, problems: [] };
  return { config: undefined, problems: [`${placeOf(config)} config: expected keys and values`] };
}

function unknownKeys(map: YAMLMap, known: readonly string[], placeOf: EntryContext["placeOf"]): string[] {
  return map.items.flatMap(({ key }) => {
    const name = keyOf(key);
    if (known.includes(name)) return [];
    const meant = didYouMean(name, known);
    const hint = meant === undefined ? `known here: ${known.join(", ")}` : `did you mean ${meant}?`;
    return [`${placeOf(isNode(key) ? key : map)} ${name}: unknown key; ${hint}`];
  });
}

function stateOf(
  node: Node | undefined,
  placeOf: EntryContext["placeOf"],
): InitialState | { problem: string } | undefined {
  if (node === undefined) return undefined;
  const state =
    isScalar(node) && typeof node.value === "string" ? STATES[node.value.toLowerCase()] : undefined;
  return state ?? { problem: `${placeOf(node)}: the state is RUNNING, PAUSED or STOPPED` };
}

/** Kafka Connect takes text alone; numbers keep the digits that they were written with. */
function textOf(node: Node | null | undefined): { readonly text: string } | { readonly problem: string } {
  if (isMap(node)) return { problem: "holds keys and values; Kafka Connect takes text" };
  if (isSeq(node)) return { problem: 'holds a list; Kafka Connect takes text: "a,b"' };
  if (!isScalar(node) || node.value === null || node.value === undefined) {
    return { problem: 'has no value (null); leave the key out, or write ""' };
  }
  const { value, source } = node;
  if (typeof value === "string") {
    return isMask(value)
      ? { problem: "holds what stands in the place of a secret, not the secret" }
      : { text: value };
  }
  if (typeof value === "number" && source !== undefined && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(source)) {
    return { text: source };
  }
  const isPlain = typeof value === "number" || typeof value === "boolean";
  return isPlain ? { text: String(value) } : { problem: "is no text" };
}

const keyOf = (key: unknown): string => (isScalar(key) ? String(key.value) : "?").replace(/\p{C}/gu, "?");
