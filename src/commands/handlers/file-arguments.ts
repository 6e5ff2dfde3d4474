import type { Session } from "../../cli/command.js";
import { loadConnectorFiles } from "../../connectors/files/load-connector-files.js";
import type { FileConnector } from "../../connectors/files/resolve-config.js";
import { CdcError } from "../../errors.js";
import { fileMark } from "../../stages/own-objects.js";

/** What the commands that read connector files take. */
export interface FileArguments {
  readonly file?: readonly string[] | undefined;
  readonly set?: string | undefined;
  readonly prune?: boolean | undefined;
}

/** The connectors of the files that were named; what is secret in them is shown nowhere from then on. */
export function loadFiles(
  { file = [] }: FileArguments,
  { cwd, env, stdin, hide }: Session,
): Promise<readonly FileConnector[]> {
  if (file.length === 0) {
    throw new CdcError("USAGE", "no files were named", { hint: "-f PATH: a file, a folder, or - for stdin" });
  }
  return loadConnectorFiles(file, { cwd, env, stdin, hide });
}

/** @throws CdcError USAGE for a name that a mark cannot hold */
export function markOf({ set }: FileArguments): string {
  if (set !== undefined && !/^[\w.-]+$/.test(set)) {
    throw new CdcError("USAGE", "--set takes letters, digits, _, . and -", { hint: "--set shop" });
  }
  return fileMark(set);
}
