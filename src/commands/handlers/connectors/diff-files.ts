import type { Handler } from "../../../cli/command.js";
import { matchNames } from "../../../connectors/match-names.js";
import { planFiles } from "../../../stages/register/plan-files.js";
import { describeWork } from "../../../stages/register/plan-register.js";
import { countFileChanges, renderFilePlan } from "../../../ui/render-file-plan.js";
import { type FileArguments, loadFiles, markOf } from "../file-arguments.js";
import { type ConnectArguments, withConnect } from "./with-connect.js";

interface DiffArguments extends ConnectArguments, FileArguments {
  readonly pattern?: readonly string[];
}

/** `connectors diff`: what `register -f` would change. Of patterns, those of the files' connectors are meant. */
export const diffFiles: Handler<DiffArguments> = async (args, session) => {
  const mark = markOf(args);
  const all = await loadFiles(args, session);
  const { pattern = [] } = args;
  const names = matchNames(
    pattern,
    all.map(({ name }) => name),
  );
  return withConnect(args, session, async (client) => {
    const { works, pruned } = await planFiles(client, all, {
      mark,
      adopt: false,
      prunes: args.prune === true,
    });
    const connectors = works.map(describeWork).filter(({ connector }) => names.includes(connector));
    const plan = { connectors, pruned: pattern.length === 0 ? pruned : [], slotsLeft: [] };
    const changes = countFileChanges(plan);
    return {
      ...(changes === 0 ? {} : { ok: false as const }),
      fields: { plan: { changes, register: connectors, remove: plan.pruned.map(({ name }) => name) } },
      text: renderFilePlan(plan, { color: session.screen?.color ?? false }),
    };
  });
};
