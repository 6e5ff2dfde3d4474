import type { CommandResult, Handler, Session } from "../../cli/command.js";
import { CdcError } from "../../errors.js";
import type { Reporter, StageStatus } from "../../progress.js";
import { runStage } from "../../run-stage.js";
import { withTarget } from "../../targets/index.js";
import type { PlannedServer, Target } from "../../targets/target.js";
import { keepPostgres, planKeepPostgres } from "../../teardown/keep-postgres.js";
import { describeReleased } from "../../ui/describe-released.js";
import { renderDownPlan } from "../../ui/render-down-plan.js";

interface DownArguments {
  readonly volumes?: boolean | undefined;
  readonly "keep-postgres"?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
}

export const takeDown: Handler<DownArguments> = async (args, session) => {
  checkOptions(args);
  return withTarget(session.config, (target) => takeTargetDown(target, args, session));
};

/** @throws CdcError USAGE */
function checkOptions({ volumes, "keep-postgres": keep, force }: DownArguments): void {
  if (volumes === true && keep === true) {
    throw new CdcError("USAGE", "--keep-postgres keeps all data, and --volumes removes it", {
      hint: "leave one of them out",
    });
  }
  if (force === true && keep !== true) {
    throw new CdcError("USAGE", "--force is for --keep-postgres; nothing else that down does is refused", {
      hint: "cdc-pipeline down",
    });
  }
}

async function takeTargetDown(
  target: Target,
  {
    volumes: purge = false,
    "keep-postgres": keep = false,
    force = false,
    yes = false,
    ...args
  }: DownArguments,
  session: Session,
): Promise<CommandResult> {
  const { config, context, asCalled } = session;
  const { publication } = config.debezium;
  const nothing = asCalled(target.ownsServers ? TEXTS.nothing : FOREIGN_TEXT);
  const options = { purge, keepPostgres: keep };
  if (args["dry-run"] === true) {
    const planned = keep
      ? await planKeepPostgres(target, { force }, context)
      : await target.planDown(context, options);
    return describePlan(planned, nothing);
  }
  if (purge && !yes && !(await askBeforeRemoval(target, session))) {
    return { fields: {}, text: "Nothing was stopped, and nothing removed." };
  }
  if (keep) {
    const ends: StageStatus[] = [];
    const report: Reporter = (event) => {
      if (event.type === "stage-end") ends.push(event.status);
      context.report(event);
    };
    const kept = await runStage("down", { ...context, report }, (stage) =>
      keepPostgres(target, { publication, force }, stage, context),
    );
    const isUnchanged = ends.every((status) => status === "unchanged");
    return { fields: describeReleased(kept), text: isUnchanged ? nothing : asCalled(KEPT_TEXT) };
  }
  const result = await runStage("down", context, (stage) => target.down(stage, context, options));
  return { fields: {}, text: result === "nothing" ? nothing : asCalled(TEXTS[result]) };
}

/** @throws CdcError USAGE where nobody can be asked */
async function askBeforeRemoval(target: Target, { confirm, context }: Session): Promise<boolean> {
  const planned = await target.planDown(context, { purge: true, keepPostgres: false });
  const removed = planned.filter(({ status }) => status === "removed");
  if (removed.length === 0) return true;
  const what = removed.map(nameOf).join(", ");
  // A target that keeps backups keeps them beside its data.
  const contents =
    target.recovery === undefined ? "every database" : "all databases, base backups and archived WAL";
  if (confirm !== undefined) return confirm(`This removes, with ${contents} in it: ${what}. Go on?`);
  throw new CdcError("USAGE", `--volumes removes, with ${contents} in it: ${what}`, {
    hint: "if that is meant: cdc-pipeline down --volumes --yes",
  });
}

const nameOf = ({ title, detail }: PlannedServer): string =>
  detail === undefined ? title : `${title} (${detail})`;

function describePlan(planned: readonly PlannedServer[], nothing: string): CommandResult {
  const changes = planned.filter(({ status }) => status !== "unchanged").length;
  return {
    fields: { plan: { changes, down: planned } },
    text: changes === 0 ? nothing : renderDownPlan(planned),
  };
}

const FOREIGN_TEXT =
  "Nothing to stop: these servers are somebody else's, and nothing in them was removed. What was made in them for one database: cdc-pipeline forget DATABASE";

const KEPT_TEXT =
  "PostgreSQL goes on; Kafka and Kafka Connect are stopped, and no connector of ours is left. Begin again: cdc-pipeline up <database>\n" +
  "A new snapshot sends every row once more then. What is deleted meanwhile stays in the topics.";

const TEXTS = {
  nothing: "Nothing to stop.",
  stopped: "The servers are stopped; their data is kept. Start again: cdc-pipeline up <database>",
  removed: "The servers are stopped, and their data and logs are removed.",
} as const;
