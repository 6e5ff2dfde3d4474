import type { CommandResult, Handler, Session } from "../../cli/command.js";
import type { ConnectClient } from "../../clients/connect/connect-client.js";
import type { ConnectEndpoint } from "../../clients/connect/connect-endpoint.js";
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
import type { DeletedRelease } from "../../teardown/choose-deleted.js";
import { planDeleted, releaseDeleted } from "../../teardown/release-deleted.js";
import { renderSlotsLeft } from "../../ui/render-deletion.js";
import { renderFilePlan } from "../../ui/render-file-plan.js";
import { renderRegistered } from "../../ui/render-registered.js";
import { confirmChange } from "./connectors/confirm-change.js";
import {
  describeReleasedConnectors,
  NONE_RELEASED,
  renderDroppedSlots,
  requireDropSlots,
} from "./connectors/dropped-slots.js";
import { type ConnectArguments, withConnect } from "./connectors/with-connect.js";
import { type FileArguments, loadFiles, markOf } from "./file-arguments.js";
import { settleMsOf } from "./settle-ms.js";

interface RegisterFilesArguments extends ConnectArguments, FileArguments {
  readonly adopt?: boolean | undefined;
  readonly settle?: string | undefined;
  readonly "drop-slots"?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** `register -f`: files are read and found right before a worker is asked anything. */
export const registerFiles: Handler<RegisterFilesArguments> = async (args, session) => {
  requireDropSlots(args);
  const mark = markOf(args);
  const settleMs = settleMsOf(args);
  const connectors = await loadFiles(args, session);
  return withConnect(args, session, (client, findPostgres, connect) =>
    registerWith(client, connectors, { mark, settleMs, findPostgres, connect }, args, session),
  );
};

interface Given {
  readonly mark: string;
  readonly settleMs: number;
  readonly findPostgres: () => Promise<PostgresInReach>;
  readonly connect: ConnectEndpoint;
}

async function registerWith(
  client: ConnectClient,
  connectors: readonly FileConnector[],
  { mark, settleMs, findPostgres, connect }: Given,
  args: RegisterFilesArguments,
  session: Session,
): Promise<CommandResult> {
  const { context, screen, asCalled } = session;
  const { adopt = false, prune = false } = args;
  const plan = await planFiles(client, connectors, { mark, adopt, prunes: prune });
  const left = async () =>
    findSlotsLeft(plan.pruned, await readSlotsInReach(client.url, plan.pruned, findPostgres, context));
  if (args["dry-run"] === true) {
    const all = args["drop-slots"] === true ? await client.connectors() : [];
    const { releases } =
      all.length === 0 ? { releases: [] } : await planDeleted(plan.pruned, { all, connect, findPostgres });
    return showFilePlan(plan, await left(), releases, screen);
  }
  refuseForeign(plan.works, { adopt });
  if (plan.pruned.length > 0 && args.yes !== true && !(await isConfirmed(plan, args, session))) {
    return { fields: { connectors: [], slotsLeft: [] }, text: "Nothing was done." };
  }
  const { applied, released } = await runStage("register", context, async (stage) => {
    const options = { connectTo: () => client, adopt, settleMs };
    if (args["drop-slots"] !== true || plan.pruned.length === 0)
      return { applied: await applyFiles(plan, options, stage, context), released: NONE_RELEASED };
    // What is pruned goes when all the others run.
    const works = await applyFiles({ ...plan, pruned: [] }, options, stage, context);
    const deletion = {
      all: await client.connectors(),
      connect,
      findPostgres,
      force: args.force === true,
      forceCommand: pruneCommand({ ...args, force: true }),
    };
    const { rest, ...gone } = await releaseDeleted(plan.pruned, deletion, stage, context);
    await applyFiles({ works: [], pruned: rest }, options, stage, context);
    return { applied: works, released: gone.released };
  });
  const slots = await left();
  const rest = plan.pruned.filter(({ name }) => !released.has(name));
  const acted = [
    ...applied.map(describeApplied),
    ...describeReleasedConnectors(released),
    ...rest.map(({ name }) => removed(name)),
  ];
  const text = [renderRegistered(acted), ...renderSlotsLeft(slots)].join("\n");
  return { fields: { connectors: acted, slotsLeft: slots }, text: asCalled(text) };
}

function showFilePlan(
  { works, pruned }: FilePlan,
  slots: readonly SlotLeft[],
  releases: readonly DeletedRelease[],
  screen: Session["screen"],
): CommandResult {
  const connectors = works.map(describeWork);
  const changes = connectors.filter(({ status }) => status !== "unchanged").length + pruned.length;
  const remove = pruned.map(({ name }) => name);
  const dropSlots = releases.map(({ slot }) => slot.name);
  const slotsLeft = slots.filter(({ slot }) => !dropSlots.includes(slot));
  const shown = renderFilePlan({ connectors, pruned, slotsLeft }, { color: screen?.color ?? false });
  return {
    fields: { plan: { changes, register: connectors, remove, dropSlots }, slotsLeft },
    text: releases.length === 0 ? shown : `${renderDroppedSlots(releases)}\n${shown}`,
  };
}

function isConfirmed({ pruned }: FilePlan, args: RegisterFilesArguments, session: Session): Promise<boolean> {
  const names = pruned.map(({ name }) => name).join(", ");
  const slots = args["drop-slots"] === true ? " Their replication slots go too." : "";
  return confirmChange(
    {
      what: `This removes ${pruned.length === 1 ? "the connector" : `${pruned.length} connectors:`} ${names}, which no file has any more.${slots}`,
      command: pruneCommand({ ...args, yes: true }),
    },
    session,
  );
}

/** The command with these arguments. */
function pruneCommand({ file = [], set, ...args }: RegisterFilesArguments): string {
  const flags = (["yes", "drop-slots", "force", "adopt"] as const).flatMap((flag) =>
    args[flag] === true ? [`--${flag}`] : [],
  );
  const sets = set === undefined ? [] : ["--set", shellWord(set)];
  return ["cdc-pipeline register --prune", ...flags, ...sets, "-f", ...file.map(shellWord)].join(" ");
}

const describeApplied = ({ work, written, note }: AppliedWork) => ({
  name: work.wish.connector,
  status: written,
  detail: note ?? (written === "updated" ? work.plan.changes.map(({ key }) => key).join(", ") : null),
});

const removed = (name: string) => ({ name, status: "removed" as const, detail: "in no file any more" });
