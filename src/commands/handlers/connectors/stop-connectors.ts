import type { Handler } from "../../../cli/command.js";
import { chooseConnectors } from "./choose-connectors.js";
import { setStates } from "./set-states.js";
import { type ConnectArguments, withConnect } from "./with-connect.js";

interface StateArguments extends ConnectArguments {
  readonly pattern?: readonly string[];
  readonly wait: boolean;
}

export const stopConnectors: Handler<StateArguments> = (args, session) =>
  withConnect(args, session, async (client) => {
    const connectors = await chooseConnectors(client, args.pattern);
    return setStates(client, connectors, { wish: "stop", waits: args.wait }, session);
  });
