import type { CommandResult, Handler, Session } from "../../cli/command.js";
import { CdcError, foreseenError } from "../../errors.js";
import { type CaptureState, readCapturing } from "../../recovery/capture-state.js";
import { type CaptureAfter, captureConsequences } from "../../recovery/consequences.js";
import { formatTime } from "../../recovery/format-time.js";
import type { RestorePlan } from "../../recovery/plan-restore.js";
import { prepareRestore } from "../../recovery/prepare-restore.js";
import { existingDatabases, recapture } from "../../recovery/recapture.js";
import { recoveryOf } from "../../recovery/recovery-of.js";
import { restore } from "../../recovery/restore.js";
import { parseRestoreTarget } from "../../recovery/restore-target.js";
import { runStage } from "../../run-stage.js";
import { withTarget } from "../../targets/index.js";
import type { Restored, RestorePlace } from "../../targets/recovery.js";
import type { Deployment, Target } from "../../targets/target.js";

interface RestoreArguments {
  readonly to?: string | undefined;
  readonly into?: string | undefined;
  readonly "in-place"?: boolean | undefined;
  readonly timeline?: string | undefined;
  readonly recapture?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** Plans a restore, asks where it goes over a server, and does it. */
export const restoreServer: Handler<RestoreArguments> = async (args, session) => {
  const result = await planAndRestore(args, session);
  return { ...result, text: session.asCalled(result.text) };
};

const planAndRestore: Handler<RestoreArguments> = (args, session) => {
  const { config, context } = session;
  const { to = "" } = args;
  refuseContradictions(args, session);
  const goal = { target: parseRestoreTarget(to, Date.now()), timeline: timelineOf(args.timeline) };
  return withTarget(config, async (target) => {
    const recovery = await recoveryOf(target);
    const place: RestorePlace =
      args["in-place"] === true
        ? { kind: "in-place" }
        : { kind: "new", into: recovery.nameInstance(args.into, session.cwd) };
    const plan = await runStage("plan", context, (stage) =>
      prepareRestore(recovery, { ...goal, place }, stage, context),
    );
    if (args["dry-run"] === true) return describePlan(plan, place);
    const { deployment, state } =
      place.kind === "new" ? NOTHING_CAPTURED : await lookAtCapture(target, args.recapture === true, session);
    if (place.kind === "in-place" && args.yes !== true && !(await session.confirm?.(question(to)))) {
      return { fields: { restored: null }, text: "Nothing was restored." };
    }
    const connectors = state.known ? state.connectors : [];
    const around = { connect: deployment?.endpoints.connect ?? { url: "" }, connectors };
    const restored = await runStage("restore", context, (stage) =>
      restore(recovery, plan, place, around, stage, context),
    );
    if (place.kind === "new") return describe(restored, [], NEW_INSTANCE, `into ${restored.instance} `);
    if (deployment === undefined || !state.known) return describe(restored, [], unknownCapture(state));
    const names = connectors.map(({ database }) => database);
    const existing = await existingDatabases(deployment, names);
    const isAsked = args.recapture === true && existing.length > 0;
    if (isAsked) await recapture(config, deployment, existing, context);
    const captures = connectors.map((one): CaptureAfter => {
      if (!existing.includes(one.database)) return { ...one, outcome: "database gone" };
      return { ...one, outcome: isAsked ? "recaptured" : "stopped" };
    });
    return describe(restored, captures, captureConsequences(captures, restored.reached.lsn));
  });
};

const NOTHING_CAPTURED: { deployment: Deployment | undefined; state: CaptureState } = {
  deployment: undefined,
  state: { known: true, connectors: [] },
};

const NEW_INSTANCE = ["Nothing captures the new instance; capture of the one from before goes on as it was."];

const unknownCapture = (state: CaptureState): string[] => [
  `The connectors could not be asked${state.known ? "" : `: ${state.reason}`}. Do not let any go on that read this server: cdc-pipeline recapture DATABASE begins anew.`,
];

/** @throws CdcError where capture is to begin anew and its connectors cannot be asked */
async function lookAtCapture(target: Target, isNeeded: boolean, { context }: Session) {
  try {
    const deployment = await target.find(context);
    const state = await readCapturing(deployment, context);
    if (state.known || !isNeeded) return { deployment, state };
    throw new CdcError("CONNECT_UNREACHABLE", `--recapture needs Kafka Connect: ${state.reason}`, {
      hint: "cdc-pipeline deploy; or restore without --recapture",
    });
  } catch (error) {
    if (isNeeded) throw error;
    const { message } = foreseenError(error, context.signal);
    return { deployment: undefined, state: { known: false, reason: message } as const };
  }
}

/** @throws CdcError USAGE */
function refuseContradictions(args: RestoreArguments, { confirm }: Session): void {
  const inPlace = args["in-place"] === true;
  if (inPlace && args.into !== undefined) {
    throw new CdcError("USAGE", "restore goes either into a new instance or over the one there is", {
      hint: "--into NAME, or --in-place",
    });
  }
  if (!inPlace && args.recapture === true) {
    throw new CdcError("USAGE", "--recapture belongs to --in-place: nothing captures a new instance", {
      hint: "cdc-pipeline up DATABASE in the new instance captures it",
    });
  }
  if (inPlace && args.yes !== true && args["dry-run"] !== true && confirm === undefined) {
    throw new CdcError(
      "USAGE",
      "--in-place asks before it replaces the data, and there is no terminal to ask at",
      {
        hint: "without asking: add --yes; only to see what it would do: add --dry-run",
      },
    );
  }
}

function timelineOf(value: string | undefined): number | undefined {
  if (value === undefined || /^[1-9]\d*$/.test(value)) return value === undefined ? undefined : Number(value);
  throw new CdcError("USAGE", `--timeline takes a number, and not ${value}`, {
    hint: "cdc-pipeline backup list",
  });
}

const question = (to: string): string =>
  `Restore PostgreSQL to ${to}? What was written later goes, and its connectors are stopped.`;

function describePlan({ backup, timeline, target }: RestorePlan, place: RestorePlace): CommandResult {
  const to = target.kind === "latest" ? "the last change" : target.text;
  const into = place.kind === "new" ? place.into : null;
  const where = into === null ? "in place" : `into ${into}`;
  return {
    fields: { plan: { backup: backup.id, timeline, to, into } },
    text: `Would restore ${where} to ${to} on timeline ${timeline}, from backup ${backup.id} of ${formatTime(backup.stoppedAtMs)}.`,
  };
}

function describe(
  restored: Restored,
  captures: readonly CaptureAfter[],
  told: readonly string[],
  into = "",
): CommandResult {
  const { postgres, reached, instance, keptAside, next } = restored;
  const { host, port, adminUser } = postgres;
  const where = { instance, postgres: { host, port, adminUser }, keptAside: keptAside ?? null };
  const capture = captures.map(({ database, connector, outcome }) => ({ database, connector, outcome }));
  const head = `Restored ${into}to ${reached.lsn} (${reached.reason}), now on timeline ${reached.timeline}: ${host}:${port}`;
  return {
    fields: { restored: { ...where, ...reached }, capture },
    text: [head, ...next, ...told].join("\n"),
  };
}
