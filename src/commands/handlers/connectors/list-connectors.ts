import type { CommandResult, Handler, Session } from "../../../cli/command.js";
import type { ConnectClient } from "../../../clients/connect/connect-client.js";
import type { ConnectorView } from "../../../connectors/connector-view.js";
import { CdcError } from "../../../errors.js";
import { createPaint } from "../../../ui/paint.js";
import { renderConnectors } from "../../../ui/render-connectors.js";
import { chooseConnectors } from "./choose-connectors.js";
import { viewAll } from "./view-all.js";
import { watchList } from "./watch-list.js";
import { type ConnectArguments, withConnect } from "./with-connect.js";

interface ListArguments extends ConnectArguments {
  readonly pattern?: readonly string[];
  readonly failed?: boolean | undefined;
  readonly check?: boolean | undefined;
  readonly watch?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly timeout?: string | undefined;
}

/** `connectors list`: one request, however many there are. */
export const listConnectors: Handler<ListArguments> = (args, session) => {
  if (args.watch === true && args.check === true) {
    throw new CdcError("USAGE", "--check is one look, and --watch goes on", {
      hint: "leave one of them out",
    });
  }
  const look = async (client: ConnectClient) => {
    if (args.watch === true) return watchList(client, args, session);
    const views = viewAll(await chooseConnectors(client, args.pattern));
    return resultOf(views, args, session);
  };
  // What follows tells by itself when Kafka Connect is away.
  return withConnect(args, session, look, { repeats: args.watch !== true });
};

function resultOf(
  views: readonly ConnectorView[],
  { failed = false, check = false }: ListArguments,
  { screen }: Session,
): CommandResult {
  const shown = failed ? views.filter(({ condition }) => condition === "failed") : views;
  const isWell = views.every(({ condition }) => condition === "running");
  const paint = createPaint(screen?.color ?? false);
  const text =
    failed && shown.length === 0 ? `none of ${views.length} has failed` : renderConnectors(shown, paint);
  return { ...(check && !isWell ? { ok: false } : {}), fields: { connectors: shown }, text };
}
