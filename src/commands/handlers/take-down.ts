import type { Handler } from "../../cli/command.js";
import { CdcError } from "../../errors.js";
import { runStage } from "../../run-stage.js";
import { createTarget } from "../../targets/index.js";

export const takeDown: Handler<{
  readonly purge?: boolean | undefined;
  readonly yes?: boolean | undefined;
}> = async ({ purge = false, yes = false }, { config, context }) => {
  if (purge && !yes) {
    throw new CdcError("USAGE", `--purge removes every database in ${config.stateDir}`, {
      hint: "if that is meant: cdc-pipeline down --purge --yes",
    });
  }
  const target = await createTarget(config);
  await runStage("down", context, (stage) => target.down(stage, context, { purge }));
  const kept = purge ? "Servers stopped, data removed." : "Servers stopped; their data is kept.";
  const text =
    config.target === "local" ? `${kept} Start again: cdc-pipeline up <database>` : "Nothing to stop.";
  return { fields: {}, text };
};
