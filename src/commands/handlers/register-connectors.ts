import type { CommandResult, Handler, Session } from "../../cli/command.js";
import { CdcError } from "../../errors.js";
import { stageOptionsOf } from "../../stage-options.js";
import { emitStrimzi } from "../../stages/register/emit-strimzi.js";
import { withTarget } from "../../targets/index.js";
import { pipelineOptionsOf, type StageArguments } from "./pipeline-options.js";
import { runStages } from "./run-stages.js";

interface RegisterArguments extends StageArguments {
  readonly emit?: string | undefined;
}

/** `register`: the stage, or with `--emit strimzi` what it would register, as resources of Strimzi. */
export const registerConnectors: Handler<RegisterArguments> = (args, session) =>
  args.emit === undefined ? runStages(["register"])(args, session) : printResources(args, session);

async function printResources(args: RegisterArguments, session: Session): Promise<CommandResult> {
  if (args.json === true || args["dry-run"] === true) {
    throw new CdcError("USAGE", "--emit prints YAML, and nothing is done", {
      hint: "leave out --json and --dry-run",
    });
  }
  const { config, context } = session;
  const options = await pipelineOptionsOf(args, ["register"], session);
  return withTarget(config, async (target) => {
    const deployment = await target.find(context, ["postgres"]);
    const { register } = await stageOptionsOf(options, target, deployment, context);
    return { fields: {}, text: await emitStrimzi(register, config.k8s, context) };
  });
}
