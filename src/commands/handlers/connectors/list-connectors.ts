import type { Handler } from "../../../cli/command.js";
import { matchNames } from "../../../connectors/match-names.js";
import { type ConnectArguments, withConnect } from "./with-connect.js";

interface ListArguments extends ConnectArguments {
  readonly pattern: readonly string[];
}

/** `connectors list`: one request, however many there are. */
export const listConnectors: Handler<ListArguments> = (args, session) =>
  withConnect(args, session, async (client) => {
    const all = await client.connectors();
    const names = matchNames(
      args.pattern,
      all.map(({ name }) => name),
    );
    const listed = all.filter(({ name }) => names.includes(name));
    return {
      fields: { connectors: listed.map(({ name, status }) => ({ name, state: status?.connector.state })) },
      text: listed.map(({ name, status }) => `${name}  ${status?.connector.state ?? "unknown"}`).join("\n"),
    };
  });
