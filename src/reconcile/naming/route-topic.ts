import type { ConnectorConfig } from "../../clients/connect/connect-client.js";

/** Where a record of a topic goes in the end; undefined where it cannot be told. */
export type Route = (topic: string) => string | undefined;

const REGEX_ROUTER = "org.apache.kafka.connect.transforms.RegexRouter";
const LOGICAL_ROUTER = "io.debezium.transforms.ByLogicalTableRouter";
/** Of transforms that send a record elsewhere by what it holds, or by its time. */
const OTHER_ROUTER = /Router|Timestamp(?!Converter)/;

/** What the connector's transforms make of topics' names, in their order. */
export function routeOf(config: ConnectorConfig): Route {
  const steps = (config.transforms ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
    .map((name) => stepOf(config, `transforms.${name}`));
  return (topic) =>
    steps.reduce<string | undefined>((at, step) => (at === undefined ? undefined : step(at)), topic);
}

function stepOf(config: ConnectorConfig, key: string): Route {
  const type = config[`${key}.type`] ?? "";
  if (type !== REGEX_ROUTER && type !== LOGICAL_ROUTER) {
    return OTHER_ROUTER.test(type) ? () => undefined : (topic) => topic;
  }
  const [patternKey, replacementKey] =
    type === REGEX_ROUTER ? ["regex", "replacement"] : ["topic.regex", "topic.replacement"];
  const pattern = compile(config[`${key}.${patternKey}`]);
  const replacement = config[`${key}.${replacementKey}`];
  const isConditional = config[`${key}.predicate`] !== undefined;
  if (pattern === undefined || replacement === undefined || isConditional) return () => undefined;
  return (topic) => (pattern.test(topic) ? topic.replace(pattern, forJavaScript(replacement)) : topic);
}

/** The pattern is for the whole name. Undefined where only Java understands it. */
function compile(pattern: string | undefined): RegExp | undefined {
  if (pattern === undefined) return undefined;
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return undefined;
  }
}

/** Java's `$1`, `${name}` and `\$` as JavaScript writes them. */
function forJavaScript(replacement: string): string {
  return replacement.replace(/\\(.)|\$\{(\w+)\}|\$(?!\d)/g, (_, literal?: string, name?: string) => {
    if (literal !== undefined) return literal === "$" ? "$$" : literal;
    return name === undefined ? "$$" : `$<${name}>`;
  });
}
