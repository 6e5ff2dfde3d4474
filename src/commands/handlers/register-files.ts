import type { CommandResult, Handler, Session } from "../../cli/command.js";
import type { ConnectClient } from "../../clients/connect/connect-client.js";
import type { FileConnector } from "../../connectors/files/resolve-config.js";
import type { PostgresInReach } from "../../connectors/offsets/read-positions.js";
import { readSlotsInReach } from "../../connectors/offsets/slots-in-reach.js";
import { findSlotsLeft, type SlotLeft } from "../../connectors/offsets/slots-left.js";
import { runStage } from "../../run-stage.js";
import { shellWord } from "../../shell-words.js";
import type { AppliedWork } from "../../stages/register/apply-works.js";
import { type FilePlan, planFiles } from "../../stages/register/plan-files.js";
import { describeWork } from "../../stages/register/plan-register.js";
import { refuseForeign } from "../../stages/register/refuse-foreign.js";
import { registerFiles as applyFiles } from "../../stages/register/register-files.js";
import { renderSlotsLeft } from "../../ui/render-deletion.js";
import { renderFilePlan } from "../../ui/render-file-plan.js";
import { renderRegistered } from "../../ui/render-registered.js";
import { confirmChange } from "./connectors/confirm-change.js";
import { type ConnectArguments, withConnect } from "./connectors/with-connect.js";
import { type FileArguments, loadFiles, markOf } from "./file-arguments.js";
import { settleMsOf } from "./settle-ms.js";

interface RegisterFilesArguments extends ConnectArguments, FileArguments {
  readonly adopt?: boolean | undefined;
  readonly settle?: string | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** `register -f`: files are read and found right before a worker is asked anything. */
export const registerFiles: Handler<RegisterFilesArguments> = async (args, session) => {
  const mark = markOf(args);
  const settleMs = settleMsOf(args);
  const connectors = await loadFiles(args, session);
  return withConnect(args, session, (client, findPostgres) =>
    registerWith(client, connectors, { mark, settleMs, findPostgres }, args, session),
  );
};

interface Given {
  readonly mark: string;
  readonly settleMs: number;
  readonly findPostgres: () => Promise<PostgresInReach>;
}

async function registerWith(
  client: ConnectClient,
  connectors: readonly FileConnector[],
  { mark, settleMs, findPostgres }: Given,
  args: RegisterFilesArguments,
  session: Session,
): Promise<CommandResult> {
  const { context, screen, asCalled } = session;
  const { adopt = false, prune = false } = args;
  const plan = await planFiles(client, connectors, { mark, adopt, prunes: prune });
  const left = async () =>
    findSlotsLeft(plan.pruned, await readSlotsInReach(client.url, plan.pruned, findPostgres, context));
  if (args["dry-run"] === true) return showFilePlan(plan, await left(), screen);
  refuseForeign(plan.works, { adopt });
  if (plan.pruned.length > 0 && args.yes !== true && !(await isConfirmed(plan, args, session))) {
    return { fields: { connectors: [], slotsLeft: [] }, text: "Nothing was done." };
  }
  const applied = await runStage("register", context, (stage) =>
    applyFiles(plan, { connectTo: () => client, adopt, settleMs }, stage, context),
  );
  const slots = await left();
  const acted = [...applied.map(describeApplied), ...plan.pruned.map(({ name }) => removed(name))];
  const text = [renderRegistered(acted), ...renderSlotsLeft(slots)].join("\n");
  return { fields: { connectors: acted, slotsLeft: slots }, text: asCalled(text) };
}

function showFilePlan(
  { works, pruned }: FilePlan,
  slotsLeft: readonly SlotLeft[],
  screen: Session["screen"],
): CommandResult {
  const connectors = works.map(describeWork);
  const changes = connectors.filter(({ status }) => status !== "unchanged").length + pruned.length;
  const remove = pruned.map(({ name }) => name);
  return {
    fields: { plan: { changes, register: connectors, remove }, slotsLeft },
    text: renderFilePlan({ connectors, pruned, slotsLeft }, { color: screen?.color ?? false }),
  };
}

function isConfirmed(
  { pruned }: FilePlan,
  { file = [], set, adopt }: RegisterFilesArguments,
  session: Session,
): Promise<boolean> {
  const names = pruned.map(({ name }) => name).join(", ");
  const options = [
    ...(set === undefined ? [] : ["--set", shellWord(set)]),
    ...(adopt === true ? ["--adopt"] : []),
  ];
  return confirmChange(
    {
      what: `This removes ${pruned.length === 1 ? "the connector" : `${pruned.length} connectors:`} ${names}, which no file has any more.`,
      command: ["cdc-pipeline register --prune --yes", ...options, "-f", ...file.map(shellWord)].join(" "),
    },
    session,
  );
}

const describeApplied = ({ work, written, note }: AppliedWork) => ({
  name: work.wish.connector,
  status: written,
  detail: note ?? (written === "updated" ? work.plan.changes.map(({ key }) => key).join(", ") : null),
});

const removed = (name: string) => ({ name, status: "removed" as const, detail: "in no file any more" });
