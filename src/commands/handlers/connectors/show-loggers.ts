import type { CommandResult, Handler, Session } from "../../../cli/command.js";
import type { ConnectClient } from "../../../clients/connect/connect-client.js";
import { effectiveLevel, parseLogLevel } from "../../../connectors/log-levels.js";
import { isOlder } from "../../../doctor/is-older.js";
import { CdcError } from "../../../errors.js";
import { renderColumns } from "../../../ui/render-columns.js";
import { notYet, ready, waitUntil } from "../../../wait/wait-until.js";
import { type ConnectArguments, withConnect } from "./with-connect.js";

interface LoggersArguments extends ConnectArguments {
  readonly logger?: string | undefined;
  readonly level?: string | undefined;
  readonly scope?: string | undefined;
  readonly all?: boolean | undefined;
}

/** Kafka's version from which on a level can be set for all workers. */
const CLUSTER_SCOPE_SINCE = "3.7";

export const showLoggers: Handler<LoggersArguments> = (args, session) => {
  const { logger, level: word, scope } = args;
  const level = word === undefined ? undefined : parseLogLevel(word);
  if (scope !== undefined && level === undefined) {
    throw new CdcError(
      "USAGE",
      "--scope is for setting a level; which levels there are is asked of one worker",
      {
        hint: "cdc-pipeline connectors loggers LOGGER LEVEL --scope cluster",
      },
    );
  }
  return withConnect(args, session, async (client) => {
    if (logger === undefined) return listLoggers(client, args);
    if (level !== undefined) return setLevel(client, logger, level, scope, session);
    const now = effectiveLevel(logger, await client.loggers()) ?? null;
    return { fields: { loggers: [{ name: logger, level: now }] }, text: `${logger}  ${now ?? "not known"}` };
  });
};

async function listLoggers(client: ConnectClient, { all = false }: LoggersArguments): Promise<CommandResult> {
  const loggers = Object.entries(await client.loggers())
    .map(([name, { level }]) => ({ name, level }))
    .sort((one, other) => one.name.localeCompare(other.name));
  const root = loggers.find(({ name }) => name === "root")?.level ?? null;
  const shown = all ? loggers : loggers.filter(({ name, level }) => name === "root" || level !== root);
  const rows = shown.map(({ name, level }) => [name, level ?? "as above it"]);
  const left = loggers.length - shown.length;
  const rest = left === 0 ? [] : ["", `${left} more have the level of the root; --all shows them`];
  return { fields: { loggers }, text: [...renderColumns(rows), ...rest].join("\n") };
}

async function setLevel(
  client: ConnectClient,
  logger: string,
  level: string,
  wish: string | undefined,
  { context }: Session,
): Promise<CommandResult> {
  const before = effectiveLevel(logger, await client.loggers()) ?? null;
  const scope = wish === "cluster" || wish === "worker" ? wish : await widestScope(client);
  await client.setLogger(logger, level, scope);
  // Workers are told of the cluster's levels through Kafka.
  await waitUntil({
    intervalMs: 100,
    ...context,
    probe: async () => {
      const now = effectiveLevel(logger, await client.loggers());
      return now === level ? ready(undefined) : notYet(`${logger} has ${now ?? "no level"}`);
    },
    onTimeout: (reason) =>
      new CdcError("CONNECT_FAILED", `${logger} was not set to ${level} in time; last seen: ${reason}`, {
        hint: "cdc-pipeline connectors loggers",
      }),
  });
  const where = scope === "cluster" ? "on all workers" : `only on the worker at ${client.url}`;
  return {
    fields: { loggers: [{ name: logger, level }], before, scope },
    text: `${logger}  ${before ?? "not known"} -> ${level}, ${where}`,
  };
}

async function widestScope(client: ConnectClient): Promise<"worker" | "cluster"> {
  const { version } = await client.clusterInfo();
  return isOlder(version, CLUSTER_SCOPE_SINCE) ? "worker" : "cluster";
}
