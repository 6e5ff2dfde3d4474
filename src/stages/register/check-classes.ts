import type { ConnectorPlugin } from "../../clients/connect/connect-client.js";
import { findPlugin } from "../../connectors/find-plugin.js";
import { CdcError } from "../../errors.js";

/** MirrorMaker's are in every worker, and hardly what somebody means who has misspelled another. */
const MIRROR = ".mirror.";

/**
 * That the worker has the classes, whole or by their short names.
 * @throws CdcError CONNECTOR_CLASS_MISSING with all that it lacks, and what it has
 */
export function checkClasses(
  wanted: readonly { readonly connector: string; readonly type: string }[],
  plugins: readonly ConnectorPlugin[],
  url: string,
): void {
  const missing = wanted.filter(({ type }) => !isThere(type, plugins));
  const [first] = missing;
  if (first === undefined) return;
  const classes = [...new Set(missing.map(({ type }) => type))];
  const there = plugins.map((plugin) => plugin.class).filter((name) => !name.includes(MIRROR));
  const connectors = missing.map(({ connector }) => connector);
  throw new CdcError("CONNECTOR_CLASS_MISSING", `the worker at ${url} has no ${classes.join(", no ")}`, {
    hint: `${meant(first.type, plugins)}install the plugin there; it has: ${there.join(", ")}`,
    details: { classes, connectors },
  });
}

/** Kafka Connect also takes `Postgres` for `io.….PostgresConnector`. */
function isThere(type: string, plugins: readonly ConnectorPlugin[]): boolean {
  const short = (name: string) => name.slice(name.lastIndexOf(".") + 1);
  return plugins.some(
    (plugin) =>
      plugin.class === type || short(plugin.class) === type || short(plugin.class) === `${type}Connector`,
  );
}

function meant(type: string, plugins: readonly ConnectorPlugin[]): string {
  try {
    return `did you mean ${findPlugin(type, plugins, "").class}? `;
  } catch (error) {
    const hint = error instanceof CdcError ? error.hint : undefined;
    return /^did you mean \S+\? /.exec(hint ?? "")?.[0] ?? "";
  }
}
