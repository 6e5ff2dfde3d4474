import type { CommandResult, Session } from "../../../cli/command.js";
import type { ConnectClient, RegisteredConnector } from "../../../clients/connect/connect-client.js";
import { actOnEach } from "../../../connectors/act-on-each.js";
import { setState } from "../../../connectors/states/set-state.js";
import { shareLooks } from "../../../connectors/states/share-looks.js";
import type { Wish } from "../../../connectors/states/state-wishes.js";
import { renderActed } from "../../../ui/render-acted.js";
import type { ConnectArguments } from "./with-connect.js";

export interface StateArguments extends ConnectArguments {
  readonly pattern?: readonly string[];
  readonly wait: boolean;
}

/** What each waits for is mostly time; the worker takes the requests themselves one after the other. */
const AT_ONCE = 25;

/** Pauses, resumes or stops the connectors given, some at a time. */
export async function setStates(
  client: ConnectClient,
  connectors: readonly RegisteredConnector[],
  { wish, waits }: { readonly wish: Wish; readonly waits: boolean },
  { context }: Session,
): Promise<CommandResult> {
  const before = new Map(connectors.map(({ name, status }) => [name, status]));
  const options = { client, wish, waits, look: shareLooks(client, connectors.length) };
  const acted = await actOnEach(
    [...before.keys()],
    { stage: wish, atOnce: AT_ONCE },
    context,
    (name, update) => setState(name, before.get(name), options, context, update),
  );
  return { fields: { connectors: acted }, text: renderActed(acted) };
}
