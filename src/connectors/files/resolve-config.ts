import { resolveReferences } from "../../config/references.js";
import { isMask, isSecret } from "../secret-values.js";
import type { ConnectorEntry } from "./connector-entry.js";

/** A connector of a file with everything looked up: what is to be given to Kafka Connect. */
export interface FileConnector extends ConnectorEntry {
  /** The keys whose values were looked up here: nobody is shown them. */
  readonly hidden: ReadonlySet<string>;
  /** Every value that is secret: looked up, or of a key that is so by its name. */
  readonly secrets: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `${env:NAME}` and `${file:PATH}`; with a second colon they are those of Kafka Connect's own providers. */
const OURS = /(?<!\$)\$\{(?:env|file):[^:}]+\}/;
const WHOLE = new RegExp(`^${OURS.source}$`);
const ESCAPED = /\$\$(?=\{(?:env|file):[^:}]+\})/g;
/** What the templates of databases hold; other names without a colon are Debezium's and Kafka's: `${topic}`. */
const PLACEHOLDER = /\$\{(?:postgres|debezium|database)\.\w+\}/;

/** Looks up what the values of a connector refer to. @returns also the problems, each with its place */
export async function resolveConfig(
  entry: ConnectorEntry,
  env: Environment,
): Promise<{ readonly connector: FileConnector; readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const hidden = new Set<string>();
  const config: Record<string, string> = {};
  for (const [key, written] of Object.entries(entry.config)) {
    const refuse = (problem: string) => problems.push(`${entry.placeOf(key)} ${key}: ${problem}`);
    const placeholder = PLACEHOLDER.exec(written)?.[0];
    if (placeholder !== undefined)
      refuse(`${placeholder} is filled in templates of databases alone, not in files`);
    if (!WHOLE.test(written)) {
      if (OURS.test(written)) {
        refuse(
          "a reference must be the whole value; one that Kafka Connect is to look up is written $${env:NAME}",
        );
      }
      config[key] = written.replace(ESCAPED, "$");
      continue;
    }
    const found = await resolveReferences(written, { env, folder: entry.folder });
    for (const { message } of found.problems) refuse(message);
    if (found.problems.length > 0) continue;
    const value = String(found.value);
    if (isMask(value)) refuse(`${written} gives what stands in the place of a secret, not the secret`);
    config[key] = value;
    hidden.add(key);
  }
  const secrets = Object.entries(config)
    .filter(([key, value]) => hidden.has(key) || isSecret(key, value))
    .map(([, value]) => value);
  return { connector: { ...entry, config, hidden, secrets }, problems };
}

/** A value as a file must have it, so that it comes to Kafka Connect as it is. */
export const escapeReferences = (value: string): string =>
  value.replace(new RegExp(OURS.source, "g"), (reference) => `$${reference}`);
