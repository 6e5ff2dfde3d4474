import type { CommandResult, Handler, Session } from "../../cli/command.js";
import { CdcError } from "../../errors.js";
import { withTarget } from "../../targets/index.js";
import type { StageArguments } from "./pipeline-options.js";
import { runStages } from "./run-stages.js";

interface DeployArguments extends StageArguments {
  readonly emit?: boolean | undefined;
}

/** `deploy`: the stage, or with `--emit` what it would apply, as text for other tools. */
export const deployServers: Handler<DeployArguments> = (args, session) =>
  args.emit === true ? emitManifests(args, session) : runStages(["deploy"])(args, session);

function emitManifests(args: DeployArguments, { config }: Session): Promise<CommandResult> {
  return withTarget(config, (target) => {
    if (target.manifests === undefined) {
      throw new CdcError("USAGE", `the target ${target.name} has no manifests to print`, {
        hint: "cdc-pipeline deploy --target k8s --emit",
      });
    }
    if (args.json === true || args["dry-run"] === true) {
      throw new CdcError("USAGE", "--emit prints YAML, and nothing is done", {
        hint: "leave out --json and --dry-run",
      });
    }
    return Promise.resolve({ fields: {}, text: target.manifests() });
  });
}
