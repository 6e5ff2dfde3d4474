import type { CommandResult, Handler, Session } from "../../cli/command.js";
import { CdcError } from "../../errors.js";
import { stageOptionsOf } from "../../stage-options.js";
import { emitFiles, emitStrimzi } from "../../stages/register/emit-strimzi.js";
import { withTarget } from "../../targets/index.js";
import type { ConnectArguments } from "./connectors/with-connect.js";
import { type FileArguments, loadFiles } from "./file-arguments.js";
import { pipelineOptionsOf, type StageArguments } from "./pipeline-options.js";
import { registerFiles } from "./register-files.js";
import { runStages } from "./run-stages.js";

interface RegisterArguments extends StageArguments, ConnectArguments, FileArguments {
  readonly emit?: string | undefined;
  readonly "drop-slots"?: boolean | undefined;
  readonly force?: boolean | undefined;
}

/** `register`: connectors of databases or of files, or with `--emit strimzi` the same as resources of Strimzi. */
export const registerConnectors: Handler<RegisterArguments> = (args, session) => {
  if (args.emit !== undefined) return printResources(args, session);
  if (args.file === undefined) {
    refuseFileOptions(args);
    return runStages(["register"])(args, session);
  }
  refuseDatabases(args);
  return registerFiles(args, session);
};

async function printResources(args: RegisterArguments, session: Session): Promise<CommandResult> {
  if (args.json === true || args["dry-run"] === true) {
    throw new CdcError("USAGE", "--emit prints YAML, and nothing is done", {
      hint: "leave out --json and --dry-run",
    });
  }
  const { config, context } = session;
  if (args.file !== undefined) {
    refuseDatabases(args);
    return { fields: {}, text: emitFiles(await loadFiles(args, session), config.k8s) };
  }
  const options = await pipelineOptionsOf(args, ["register"], session);
  return withTarget(config, async (target) => {
    const deployment = await target.find(context, ["postgres"]);
    const { register } = await stageOptionsOf(options, target, deployment, context);
    return { fields: {}, text: await emitStrimzi(register, config.k8s, context) };
  });
}

function refuseDatabases({ database = [], schemas }: RegisterArguments): void {
  if (database.length === 0 && schemas === undefined) return;
  throw new CdcError("USAGE", "-f registers what files hold, and databases are named without it", {
    hint: "two commands: cdc-pipeline register DATABASE, and cdc-pipeline register -f PATH",
  });
}

function refuseFileOptions(args: RegisterArguments): void {
  const given = (["set", "prune", "drop-slots", "force", "connect-url"] as const).filter(
    (option) => args[option] !== undefined,
  );
  const [first] = given;
  if (first === undefined) return;
  throw new CdcError("USAGE", `--${first} goes with -f`, { hint: "cdc-pipeline register --help" });
}
