import type { CommandResult, Handler } from "../../../cli/command.js";
import { describePosition } from "../../../connectors/offsets/describe-position.js";
import { readPositions } from "../../../connectors/offsets/read-positions.js";
import { CdcError } from "../../../errors.js";
import { createPaint } from "../../../ui/paint.js";
import { renderPosition } from "../../../ui/render-position.js";
import { changeOffsets } from "./change-offsets.js";
import { chooseConnectors } from "./choose-connectors.js";
import { type ConnectArguments, withConnect } from "./with-connect.js";

export interface OffsetsArguments extends ConnectArguments {
  readonly pattern?: readonly string[];
  readonly reset?: boolean | undefined;
  readonly set?: string | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

export const showOffsets: Handler<OffsetsArguments> = (args, session) => {
  const { reset = false, set } = args;
  if (reset && set !== undefined) {
    throw new CdcError("USAGE", "--reset deletes offsets, and --set stores others", {
      hint: "leave one of them out: --set replaces what is stored",
    });
  }
  return withConnect(args, session, async (client, findPostgres): Promise<CommandResult> => {
    const connectors = await chooseConnectors(client, args.pattern);
    if (reset || set !== undefined) return changeOffsets(client, connectors, args, session);
    const positions = await readPositions(client, connectors, findPostgres, session.context);
    const documents = positions.map(describePosition);
    const paint = createPaint(session.screen?.color ?? false);
    const text = documents.map((document) => renderPosition(document, paint)).join("\n\n");
    return { fields: { connectors: documents }, text: session.asCalled(text) };
  });
};
