import type { Handler, Session } from "../../cli/command.js";
import type { Context } from "../../context.js";
import { CdcError, foreseenError } from "../../errors.js";
import { checkDatabaseName } from "../../names.js";
import type { Reporter, StageStatus } from "../../progress.js";
import { runStage } from "../../run-stage.js";
import { joinWords, nameArguments } from "../../shell-words.js";
import { TEMPLATE } from "../../stages/prepare/prepare-options.js";
import { withTarget } from "../../targets/index.js";
import type { Target } from "../../targets/target.js";
import { forget } from "../../teardown/forget/forget.js";
import type { ForgetOptions } from "../../teardown/forget/forget-options.js";
import type { ForgetStep } from "../../teardown/forget/forget-step.js";
import { planForgetting } from "../../teardown/forget/plan-forgetting.js";
import { describeForgotten } from "../../ui/describe-forgotten.js";
import { renderForgetPlan } from "../../ui/render-forget-plan.js";

interface ForgetArguments {
  readonly database?: readonly string[];
  readonly topics?: boolean | undefined;
  readonly role?: boolean | undefined;
  readonly "new-databases"?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}

export const forgetDatabases: Handler<ForgetArguments> = (args, session) =>
  withTarget(session.config, async (target) => {
    const options = await optionsOf(target, args, session);
    const { context, screen, asCalled } = session;
    const color = screen?.color ?? false;
    const isDry = args["dry-run"] === true;
    if (isDry || args.yes !== true) {
      const plan = await planForgetting(options, context);
      const changes = plan.filter(({ status }) => status === "removed").length;
      const text = renderForgetPlan(plan, color);
      if (isDry)
        return { fields: { plan: { changes, forget: plan } }, text: `${text}\nNothing was removed.` };
      if (changes > 0 && !(await isConfirmed(plan, text, args, session))) {
        return { fields: describeForgotten([], { released: [], topics: [] }), text: "Nothing was removed." };
      }
    }
    const ends: StageStatus[] = [];
    const report: Reporter = (event) => {
      if (event.type === "stage-end") ends.push(event.status);
      context.report(event);
    };
    const forgotten = await runStage("forget", { ...context, report }, (stage) =>
      forget(options, stage, context),
    );
    const isUnchanged = ends.every((status) => status === "unchanged");
    return {
      fields: describeForgotten(options.databases, forgotten),
      text: isUnchanged ? "Nothing to forget." : asCalled(describe(options)),
    };
  });

async function optionsOf(target: Target, args: ForgetArguments, session: Session): Promise<ForgetOptions> {
  const { config, context } = session;
  const names = [...new Set(args.database ?? [])];
  for (const name of names) checkDatabaseName(name);
  const databases = [...names, ...(args["new-databases"] === true ? [TEMPLATE] : [])];
  const { user: role, publication } = config.debezium;
  const isTopics = args.topics === true && names.length > 0;
  const { endpoints, postgresFromConnect } = await target.find(
    context,
    isTopics ? ["postgres", "kafka"] : ["postgres"],
  );
  return {
    databases,
    postgres: endpoints.postgres,
    postgresFromConnect,
    connect: await findConnect(target, context),
    ...(isTopics ? { kafka: endpoints.kafka } : {}),
    role,
    publication,
    dropsRole: args.role === true,
    force: args.force === true,
    forceCommand: commandOf(names, args, "--force"),
  };
}

/** Where it does not run, what is in PostgreSQL can go all the same. */
async function findConnect(target: Target, context: Context): Promise<ForgetOptions["connect"]> {
  try {
    return (await target.find(context, ["connect"])).endpoints.connect;
  } catch (error) {
    return { unknown: foreseenError(error, context.signal).message };
  }
}

function commandOf(names: readonly string[], args: ForgetArguments, ...added: readonly string[]): string {
  const given = (["topics", "role", "new-databases", "force", "yes"] as const)
    .filter((flag) => args[flag] === true)
    .map((flag) => `--${flag}`);
  const flags = [...new Set([...given, ...added])];
  return joinWords("cdc-pipeline forget", ...flags, nameArguments(names));
}

/** Shows the plan and asks. @throws CdcError USAGE where nobody can be asked */
function isConfirmed(
  plan: readonly ForgetStep[],
  text: string,
  args: ForgetArguments,
  { confirm, print }: Session,
): Promise<boolean> {
  const going = plan.filter(({ status }) => status === "removed").map(({ step }) => step);
  const what = `This removes ${going.join(", ")}.`;
  if (confirm === undefined) {
    const { database = [] } = args;
    throw new CdcError("USAGE", what, {
      hint: `if that is meant: ${commandOf(database, args, "--yes")}; to see what stays: ${commandOf(database, args, "--dry-run")}`,
    });
  }
  // With --json stdout holds the document and nothing else.
  if (args.json === true) return confirm(`${what} Go on?`);
  print(`${text}\n`);
  return confirm(`Remove ${going.length === 1 ? "it" : `these ${going.length}`}?`);
}

const describe = ({ databases, kafka }: ForgetOptions): string =>
  [
    `Forgotten: ${databases.join(", ")}. The databases stay.`,
    ...(kafka === undefined
      ? ["Topics stay, with what was captured: cdc-pipeline forget --topics deletes them."]
      : []),
  ].join("\n");
