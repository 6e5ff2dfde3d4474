import pMap from "p-map";

import type { CommandResult, Handler, Session } from "../../../cli/command.js";
import type { ConnectClient } from "../../../clients/connect/connect-client.js";
import { actOnEach } from "../../../connectors/act-on-each.js";
import { forgetTopics, readTopics } from "../../../connectors/read-topics.js";
import { outcome } from "../../../run-stage.js";
import { joinWords, nameArguments } from "../../../shell-words.js";
import { renderActed } from "../../../ui/render-acted.js";
import { renderTopics } from "../../../ui/render-topics.js";
import { chooseConnectors } from "./choose-connectors.js";
import { confirmChange } from "./confirm-change.js";
import { type ConnectArguments, withConnect } from "./with-connect.js";

interface TopicsArguments extends ConnectArguments {
  readonly pattern?: readonly string[];
  readonly reset?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

interface TopicsOfConnector {
  readonly name: string;
  readonly topics: readonly string[];
}

const AT_ONCE = 8;

export const showTopics: Handler<TopicsArguments> = (args, session) =>
  withConnect(args, session, async (client) => {
    const connectors = await chooseConnectors(client, args.pattern);
    const used = await pMap(
      connectors,
      async ({ name }) => ({ name, topics: await readTopics(client, name) }),
      { concurrency: AT_ONCE },
    );
    if (args.reset === true) return reset(client, used, args, session);
    return { fields: { connectors: used }, text: renderTopics(used) };
  });

async function reset(
  client: ConnectClient,
  used: readonly TopicsOfConnector[],
  { pattern = [], "dry-run": isDry = false, yes = false }: TopicsArguments,
  session: Session,
): Promise<CommandResult> {
  const known = used.filter(({ topics }) => topics.length > 0);
  if (isDry) {
    const plan = { changes: known.length, topics: known };
    return {
      fields: { plan },
      text: known.length === 0 ? "There is nothing to forget." : renderTopics(known),
    };
  }
  if (known.length > 0 && !yes) {
    const what = `This makes Kafka Connect forget which topics were used by ${known.map(({ name }) => name).join(", ")}; the topics stay.`;
    const command = joinWords("cdc-pipeline connectors topics --reset --yes", nameArguments(pattern));
    if (!(await confirmChange({ what, command }, session)))
      return { fields: { connectors: [] }, text: "Nothing was forgotten." };
  }
  const counts = new Map(used.map(({ name, topics }) => [name, topics.length]));
  const acted = await actOnEach(
    [...counts.keys()],
    { stage: "topics", atOnce: AT_ONCE },
    session.context,
    async (name) => {
      const count = counts.get(name) ?? 0;
      if (count === 0) return outcome("unchanged", "none is known");
      await forgetTopics(client, name);
      return outcome("removed", `${count} ${count === 1 ? "topic" : "topics"} forgotten`);
    },
  );
  return { fields: { connectors: acted }, text: renderActed(acted) };
}
