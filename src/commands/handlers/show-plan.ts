import type { CommandResult, Handler, Session } from "../../cli/command.js";
import { CdcError } from "../../errors.js";
import type { PipelineOptions } from "../../pipeline-options.js";
import { planPipeline } from "../../plan-pipeline.js";
import { STAGES } from "../../progress.js";
import { nameArguments, shellWord } from "../../shell-words.js";
import { describePlan } from "../../ui/describe-plan.js";
import { renderPlan } from "../../ui/render-plan.js";
import { renderPlanSql } from "../../ui/render-plan-sql.js";
import { pipelineOptionsOf, type StageArguments } from "./pipeline-options.js";

/** Columns of what is no terminal. */
const FILE_COLUMNS = 100;

/** The handler of `plan`: what `up` would do. */
export const planUp: Handler<StageArguments> = async (args, session) =>
  showPlan(await pipelineOptionsOf(args, STAGES, session), args, session);

/** What a run with these options would do, as text, as JSON, or as a script for psql; nothing is done. */
export async function showPlan(
  options: PipelineOptions,
  args: StageArguments,
  { context, asCalled, screen }: Session,
): Promise<CommandResult> {
  if (args.sql === true && args.json === true) {
    throw new CdcError("USAGE", "--sql and --json are two forms of one plan", {
      hint: "leave one of them out",
    });
  }
  const plan = await planPipeline(options, context);
  const { columns, color } = screen ?? { columns: FILE_COLUMNS, color: false };
  const applyCommand = asCalled(`cdc-pipeline ${applyWords(options, args)}`);
  return {
    fields: { plan: describePlan(plan) },
    text: args.sql === true ? renderPlanSql(plan) : renderPlan(plan, { applyCommand, columns, color }),
  };
}

/** The command that does what was planned, with the options that change what it does. */
function applyWords({ stages = STAGES }: PipelineOptions, args: StageArguments): string {
  const flags = (["all", "new-databases", "adopt"] as const).filter((flag) => args[flag] === true);
  const values = (["schemas", "schema"] as const).flatMap((option) => {
    const value = args[option];
    return value === undefined ? [] : [`--${option} ${shellWord(value)}`];
  });
  const options = [...values, ...flags.map((flag) => `--${flag}`)];
  const names = nameArguments(args.database ?? []);
  // One stage's own command bears its name.
  const [command = "up"] = stages.length === 1 ? stages : ["up"];
  return [command, ...options, ...(names === "" ? [] : [names])].join(" ");
}
