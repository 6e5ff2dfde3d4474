import type { Handler, Session } from "../../../cli/command.js";
import type { ConnectClient, RegisteredConnector } from "../../../clients/connect/connect-client.js";
import { type PostgresInReach, readPositions } from "../../../connectors/offsets/read-positions.js";
import { isPostgresConnector } from "../../../doctor/debezium-setting.js";
import { chooseConnectors } from "./choose-connectors.js";
import { setStates, type StateArguments } from "./set-states.js";
import { withConnect } from "./with-connect.js";

/** Before a connector goes on, it is said where it would leave out changes without a word. */
export const resumeConnectors: Handler<StateArguments> = (args, session) =>
  withConnect(args, session, async (client, findPostgres) => {
    const connectors = await chooseConnectors(client, args.pattern);
    const warnings = await findLosses(client, connectors, findPostgres, session);
    for (const { connector, warning } of warnings)
      session.context.report({ type: "notice", message: `${connector}: ${warning}` });
    const result = await setStates(client, connectors, { wish: "resume", waits: args.wait }, session);
    return { ...result, fields: { ...result.fields, warnings } };
  });

async function findLosses(
  client: ConnectClient,
  connectors: readonly RegisteredConnector[],
  findPostgres: () => Promise<PostgresInReach>,
  { context }: Session,
) {
  const halted = connectors.filter(({ config, status }) => {
    const state = status?.connector.state;
    return isPostgresConnector(config) && (state === "STOPPED" || state === "PAUSED");
  });
  const positions = await readPositions(client, halted, findPostgres, context);
  return positions.flatMap(({ name, postgres }) => {
    if (postgres === undefined) return [];
    const { comparison, beginAnew } = postgres;
    if ("notAsked" in comparison || !comparison.isLoss) return [];
    return [
      { connector: name, warning: `${comparison.meaning} To begin anew with a snapshot: ${beginAnew}` },
    ];
  });
}
