import type { CommandResult, Session } from "../../../cli/command.js";
import type {
  ConnectClient,
  ConnectorStatus,
  RegisteredConnector,
} from "../../../clients/connect/connect-client.js";
import { matchesAny, matchNames } from "../../../connectors/match-names.js";
import { followStatuses, type StatusEvent } from "../../../connectors/states/follow-statuses.js";
import { describeChange } from "../../../ui/describe-change.js";
import { fitFrame } from "../../../ui/fit-frame.js";
import { hideSecretsOf } from "../../../ui/hide-secrets.js";
import { createPaint } from "../../../ui/paint.js";
import { renderChange } from "../../../ui/render-change.js";
import { renderConnectors } from "../../../ui/render-connectors.js";
import { timeLimit } from "../../../wait/time-limit.js";
import { viewAll } from "./view-all.js";

export interface WatchArguments {
  readonly pattern?: readonly string[];
  readonly failed?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly timeout?: string | undefined;
}

/**
 * Goes on until Ctrl-C, or the end of `--timeout`: redraws the list on a terminal; elsewhere, and with `--json`,
 * prints a line for each change.
 * @throws CdcError CONNECTOR_UNKNOWN for a pattern that none matches at the beginning
 */
export async function watchList(
  client: ConnectClient,
  args: WatchArguments,
  session: Session,
): Promise<CommandResult> {
  const { context } = session;
  // The time that other commands may take unless told otherwise is no limit for one that follows.
  const signal =
    args.timeout === undefined ? context.signal : timeLimit(context.signal, context.deadline).signal;
  let known = await client.connectors();
  const { length } = matchNames(
    args.pattern ?? [],
    known.map(({ name }) => name),
  );
  const tell = session.screen === undefined || args.json === true ? printLines : draw;
  if (tell === printLines) {
    const message = `following ${length} of ${known.length} connectors; Ctrl-C ends it`;
    context.report({ type: "notice", message });
  }
  for await (const event of followStatuses(client, signal)) {
    if ("statuses" in event) known = await withStatuses(client, known, event.statuses);
    tell(event, known, args, session);
  }
  return { fields: {}, text: "" };
}

type Tell = (
  event: StatusEvent,
  known: readonly RegisteredConnector[],
  args: WatchArguments,
  session: Session,
) => void;

const draw: Tell = (event, known, { pattern = [], failed = false }, { print, screen }) => {
  if (screen === undefined) return;
  const views = viewAll(known.filter(({ name }) => matchesAny(pattern, name)));
  const shown = failed ? views.filter(({ condition }) => condition === "failed") : views;
  const paint = createPaint(screen.color);
  const note = event.kind === "away" ? `Kafka Connect does not answer: ${event.reason}` : "Ctrl-C ends it";
  const head = paint("dim", `${event.time.toLocaleTimeString("en-GB")}  ${note}`);
  print(fitFrame(`${head}\n\n${renderConnectors(shown, paint)}`, screen));
};

const printLines: Tell = (event, known, { pattern = [], failed = false, json = false }, { print }) => {
  const hide = hideSecretsOf(known.map(({ config }) => config));
  for (const change of describeChange(event)) {
    const { connector, before, after } = change;
    if (connector !== null && !matchesAny(pattern, connector)) continue;
    if (failed && connector !== null && before !== "FAILED" && after !== "FAILED") continue;
    print(`${hide(json ? JSON.stringify(change) : renderChange(change))}\n`);
  }
};

/** A status does not tell of a connector's configuration: where there is a new one, they are read again. */
async function withStatuses(
  client: ConnectClient,
  known: readonly RegisteredConnector[],
  statuses: readonly ConnectorStatus[],
): Promise<readonly RegisteredConnector[]> {
  const configs = new Map(known.map(({ name, config }) => [name, config]));
  const hasNew = statuses.some(({ name }) => !configs.has(name));
  if (hasNew) for (const { name, config } of await client.connectors()) configs.set(name, config);
  return statuses.map((status) => ({ name: status.name, config: configs.get(status.name) ?? {}, status }));
}
