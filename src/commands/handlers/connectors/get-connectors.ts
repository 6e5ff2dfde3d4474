import pMap from "p-map";

import type { CommandResult, Handler, Session } from "../../../cli/command.js";
import type { ConnectClient, RegisteredConnector } from "../../../clients/connect/connect-client.js";
import { readTopics } from "../../../connectors/read-topics.js";
import { shownConfig } from "../../../connectors/shown-config.js";
import type { Context } from "../../../context.js";
import { toCdcError } from "../../../errors.js";
import { hideSecretsOf } from "../../../ui/hide-secrets.js";
import { createPaint } from "../../../ui/paint.js";
import { type ConnectorDocument, renderConnector } from "../../../ui/render-connector.js";
import { chooseConnectors } from "./choose-connectors.js";
import { viewAll } from "./view-all.js";
import { type ConnectArguments, withConnect } from "./with-connect.js";

interface GetArguments extends ConnectArguments {
  readonly pattern?: readonly string[];
  readonly "config-only"?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

const AT_ONCE = 8;

export const getConnectors: Handler<GetArguments> = (args, session) =>
  withConnect(args, session, async (client) => {
    const connectors = await chooseConnectors(client, args.pattern);
    if (args["config-only"] === true) return configsOf(connectors, session);
    const documents = await pMap(
      connectors,
      (connector) => describe(client, connector, args, session.context),
      { concurrency: AT_ONCE },
    );
    const paint = createPaint(session.screen?.color ?? false);
    return {
      fields: { connectors: documents },
      text: documents.map((document) => renderConnector(document, paint)).join("\n\n"),
    };
  });

/** As `register -f` reads them, one or a list. */
function configsOf(connectors: readonly RegisteredConnector[], { context }: Session): CommandResult {
  const shown = connectors.map(({ name, config }) => ({ name, ...shownConfig(config) }));
  const files = shown.map(({ name, config }) => ({ name, config }));
  const hidden = shown.flatMap(({ name, hidden: keys }) => keys.map((key) => `${key} of ${name}`));
  if (hidden.length > 0) {
    const message = `[hidden] stands for what is secret: ${hidden.join(", ")}`;
    context.report({ type: "notice", message });
  }
  return {
    fields: { connectors: shown },
    text: JSON.stringify(files.length === 1 ? files[0] : files, undefined, 2),
  };
}

async function describe(
  client: ConnectClient,
  connector: RegisteredConnector,
  { verbose = false }: GetArguments,
  { signal }: Context,
): Promise<ConnectorDocument> {
  const { name, config, status } = connector;
  const [view] = viewAll([connector]);
  if (view === undefined) throw new Error(`no view of ${name}`);
  const hide = hideSecretsOf([config]);
  const trace = (id?: number) => {
    const part = id === undefined ? status?.connector : status?.tasks.find((task) => task.id === id);
    return verbose && part?.trace !== undefined ? { trace: hide(part.trace) } : {};
  };
  // What else there is to know does not keep the rest from being shown.
  const orNull = async <T>(read: Promise<T | undefined>) => {
    try {
      return (await read) ?? null;
    } catch (error) {
      signal.throwIfAborted();
      if (toCdcError(error).code.startsWith("CONNECT_")) return null;
      throw error;
    }
  };
  const [topics, offsets] = await Promise.all([
    orNull(readTopics(client, name)),
    orNull(client.offsets(name)),
  ]);
  return {
    ...view,
    ...trace(),
    tasks: view.tasks.map((task) => ({ ...task, ...trace(task.id) })),
    ...shownConfig(config),
    topics,
    offsets,
  };
}
