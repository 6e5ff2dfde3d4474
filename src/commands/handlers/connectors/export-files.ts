import { resolve } from "node:path";

import type { CommandResult, Handler } from "../../../cli/command.js";
import { exportConnector } from "../../../connectors/files/export-connector.js";
import { fileNames } from "../../../connectors/files/file-names.js";
import { writeFiles } from "../../../connectors/files/write-files.js";
import { CdcError } from "../../../errors.js";
import { renderExport } from "../../../ui/render-export.js";
import { chooseConnectors } from "./choose-connectors.js";
import { type ConnectArguments, withConnect } from "./with-connect.js";

interface ExportArguments extends ConnectArguments {
  readonly pattern?: readonly string[];
  readonly out?: string | undefined;
  readonly overwrite?: boolean | undefined;
  readonly "with-secrets"?: boolean | undefined;
}

/** `connectors export`: one request, and a file for each connector. */
export const exportFiles: Handler<ExportArguments> = async (args, session) => {
  const { out } = args;
  if (out === undefined) {
    throw new CdcError("USAGE", "no folder was named", {
      hint: "--out FOLDER; it is made where it is missing",
    });
  }
  return withConnect(args, session, async (client): Promise<CommandResult> => {
    const connectors = await chooseConnectors(client, args.pattern);
    const names = fileNames(connectors.map(({ name }) => name));
    const withSecrets = args["with-secrets"] === true;
    const exported = connectors.map((connector) => ({
      connector: connector.name,
      file: names.get(connector.name) ?? `${connector.name}.json`,
      ...exportConnector(connector, { withSecrets }),
    }));
    const written = await writeFiles(
      resolve(session.cwd, out),
      exported.map(({ file, text, holdsSecret }) => ({ name: file, text, isPrivate: holdsSecret })),
      { overwrite: args.overwrite === true },
    );
    const files = exported.map(({ connector, file }, index) => ({
      connector,
      file,
      status: written[index]?.status ?? "created",
    }));
    const variables = exported.flatMap(({ needed }) => needed);
    return {
      fields: { exported: files, variables },
      text: session.asCalled(renderExport(files, variables, out)),
    };
  });
};
