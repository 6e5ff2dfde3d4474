import { CdcError } from "../../errors.js";
import type { ConnectorEntry } from "./connector-entry.js";
import { findConnectorFiles, type FindOptions } from "./find-connector-files.js";
import { parseConnectorFile } from "./parse-connector-file.js";
import { type FileConnector, resolveConfig } from "./resolve-config.js";

export interface LoadOptions extends FindOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told each secret as soon as it is known. */
  readonly hide: (secret: string) => void;
}

/**
 * The connectors of files, in order, with what they refer to looked up.
 * @param paths files, folders, `-`
 * @throws CdcError CONNECTOR_FILE_INVALID with all problems
 */
export async function loadConnectorFiles(
  paths: readonly string[],
  options: LoadOptions,
): Promise<readonly FileConnector[]> {
  const { files, problems: unread } = await findConnectorFiles(paths, options);
  const parsed = files.map(parseConnectorFile);
  const entries = parsed.flatMap((file) => file.entries);
  const resolved = await Promise.all(entries.map((entry) => resolveConfig(entry, options.env)));
  for (const { connector } of resolved) connector.secrets.forEach(options.hide);
  const problems = [
    ...unread,
    ...parsed.flatMap((file) => file.problems),
    ...findTwice(entries),
    ...resolved.flatMap((one) => one.problems),
  ];
  if (problems.length === 0) return resolved.map(({ connector }) => connector);
  const title =
    problems.length === 1
      ? "connector files are wrong"
      : `connector files are wrong in ${problems.length} places`;
  throw new CdcError(
    "CONNECTOR_FILE_INVALID",
    [`${title}:`, ...problems.map((line) => `  ${line}`)].join("\n"),
    {
      hint: "correct the files at these places (line:column) and run the command again; nothing was sent to Kafka Connect",
      details: { problems },
    },
  );
}

function findTwice(entries: readonly ConnectorEntry[]): string[] {
  const first = new Map<string, ConnectorEntry>();
  return entries.flatMap((entry) => {
    const other = first.get(entry.name);
    if (other === undefined) {
      first.set(entry.name, entry);
      return [];
    }
    return [`${entry.place}: the connector ${entry.name} is also at ${other.place}`];
  });
}
