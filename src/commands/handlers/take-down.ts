import type { CommandResult, Handler, Session } from "../../cli/command.js";
import { CdcError } from "../../errors.js";
import { runStage } from "../../run-stage.js";
import { withTarget } from "../../targets/index.js";
import type { Target } from "../../targets/target.js";
import { renderDownPlan } from "../../ui/render-down-plan.js";

interface DownArguments {
  readonly purge?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
}

export const takeDown: Handler<DownArguments> = (args, session) =>
  withTarget(session.config, (target) => takeTargetDown(target, args, session));

async function takeTargetDown(
  target: Target,
  { purge = false, yes = false, "dry-run": isDry = false }: DownArguments,
  { config, context, program }: Session,
): Promise<CommandResult> {
  if (isDry) {
    const planned = await target.planDown(context, { purge, keepPostgres: false });
    return { fields: { plan: { changes: planned.length, down: planned } }, text: renderDownPlan(planned) };
  }
  if (purge && !yes) {
    throw new CdcError("USAGE", `--purge removes every database in ${config.stateDir}`, {
      hint: "if that is meant: cdc-pipeline down --purge --yes",
    });
  }
  const result = await runStage("down", context, (stage) =>
    target.down(stage, context, { purge, keepPostgres: false }),
  );
  return { fields: {}, text: TEXTS[result](program) };
}

const TEXTS = {
  nothing: () => "Nothing to stop.",
  stopped: (program: string) =>
    `The servers are stopped; their data is kept. Start again: ${program} up <database>`,
  removed: () => "The servers are stopped, and their data and logs are removed.",
} as const;
