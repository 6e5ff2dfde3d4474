import type { Handler } from "../../../cli/command.js";
import { runStage } from "../../../run-stage.js";
import { fileMark } from "../../../stages/own-objects.js";
import { planConnectors } from "../../../stages/register/plan-connectors.js";
import { wishOf } from "../../../stages/register/plan-files.js";
import { validateConnectors } from "../../../stages/register/validate-connectors.js";
import { type FileArguments, loadFiles } from "../file-arguments.js";
import { type ConnectArguments, withConnect } from "./with-connect.js";

interface ValidateArguments extends ConnectArguments, FileArguments {}

/** `connectors validate`: also of what runs unchanged; nothing is compared, and nothing written. */
export const validateFiles: Handler<ValidateArguments> = async (args, session) => {
  const connectors = await loadFiles(args, session);
  return withConnect(args, session, async (client) => {
    const wishes = connectors.map((connector) => wishOf(connector, fileMark()));
    const works = await planConnectors(wishes, [], { adopt: false });
    await runStage("validate", session.context, (stage) =>
      stage.step("validation by Kafka Connect", (update) => validateConnectors(client, works, update)),
    );
    const count = connectors.length;
    return {
      fields: { connectors: connectors.map(({ name, place }) => ({ name, place })) },
      text: `Kafka Connect takes ${count === 1 ? "the connector" : `all ${count} connectors`}. What Debezium needs in PostgreSQL is not part of that: cdc-pipeline doctor DATABASE looks.`,
    };
  });
};
