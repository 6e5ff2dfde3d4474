import type { Handler } from "../../../cli/command.js";
import { chooseConnectors } from "./choose-connectors.js";
import { setStates, type StateArguments } from "./set-states.js";
import { withConnect } from "./with-connect.js";

/** `connectors pause` and `connectors stop`. */
export const haltConnectors =
  (wish: "pause" | "stop"): Handler<StateArguments> =>
  (args, session) =>
    withConnect(args, session, async (client) => {
      const connectors = await chooseConnectors(client, args.pattern);
      return setStates(client, connectors, { wish, waits: args.wait }, session);
    });
