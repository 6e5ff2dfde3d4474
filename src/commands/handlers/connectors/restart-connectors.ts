import type { Handler } from "../../../cli/command.js";
import { actOnEach } from "../../../connectors/act-on-each.js";
import type { RestartWish } from "../../../connectors/states/judge-restart.js";
import { restartConnector } from "../../../connectors/states/restart-connector.js";
import { shareLooks } from "../../../connectors/states/share-looks.js";
import { CdcError } from "../../../errors.js";
import { renderActed } from "../../../ui/render-acted.js";
import { chooseConnectors } from "./choose-connectors.js";
import { type ConnectArguments, withConnect } from "./with-connect.js";

interface RestartArguments extends ConnectArguments {
  readonly pattern?: readonly string[];
  readonly failed?: boolean | undefined;
  readonly task?: number | undefined;
  readonly wait: boolean;
}

/** Fewer than of other things: each makes a worker stop and start a task. */
const AT_ONCE = 16;

export const restartConnectors: Handler<RestartArguments> = (args, session) => {
  const wish = wishOf(args);
  return withConnect(args, session, async (client) => {
    const connectors = await chooseConnectors(client, args.pattern);
    if (typeof wish === "object" && connectors.length > 1) {
      throw new CdcError("USAGE", `--task is for one connector; these are ${connectors.length}`, {
        hint: "cdc-pipeline connectors list",
      });
    }
    const before = new Map(connectors.map(({ name, status }) => [name, status]));
    const options = { client, wish, waits: args.wait, look: shareLooks(client, connectors.length) };
    const acted = await actOnEach(
      [...before.keys()],
      { stage: "restart", atOnce: AT_ONCE },
      session.context,
      (name, update) => restartConnector(name, before.get(name), options, session.context, update),
    );
    return { fields: { connectors: acted }, text: renderActed(acted) };
  });
};

/** @throws CdcError USAGE */
function wishOf({ failed = false, task }: RestartArguments): RestartWish {
  if (task === undefined) return failed ? "failed" : "all";
  if (failed) {
    throw new CdcError("USAGE", "--task restarts a task whether it has failed or not", {
      hint: "leave --failed or --task out",
    });
  }
  if (Number.isInteger(task) && task >= 0) return { task };
  throw new CdcError("USAGE", `--task must be the number of a task, from 0 on, not ${task}`, {
    hint: "cdc-pipeline connectors get NAME shows them",
  });
}
