import type { CommandResult, Session } from "../../cli/command.js";
import { followLooks } from "../../observe/follow-looks.js";
import { History } from "../../observe/history.js";
import type { Observation } from "../../observe/observation.js";
import { withTarget } from "../../targets/index.js";
import { enterFullScreen } from "../../ui/full-screen.js";
import { renderStatus } from "../../ui/render-status.js";
import { renderStatusFrame } from "../../ui/render-status-frame.js";
import { timeLimit } from "../../wait/time-limit.js";
import { secondsOption } from "./seconds-option.js";
import type { StatusArguments } from "./show-status.js";

/** How looks are shown, until `end`. */
interface Show {
  readonly onLook: (observation: Observation) => void;
  readonly onFailure: (reason: string) => void;
  readonly end: () => void;
}

/**
 * `status --watch`: takes the whole terminal; elsewhere a block for each look, and with `--json` a line. Ctrl-C is its
 * ordinary end, and so is that of `--timeout`.
 * @throws CdcError USAGE, and what the first look failed for
 */
export async function watchStatus(args: StatusArguments, session: Session): Promise<CommandResult> {
  const { config, context } = session;
  const everyMs = secondsOption("status", "every", args.every);
  // The time that other commands may take unless told otherwise is no limit for one that goes on.
  const signal =
    args.timeout === undefined ? context.signal : timeLimit(context.signal, context.deadline).signal;
  await withTarget(config, async (target) => {
    const show = args.json === true ? printLines(session) : showText(session);
    try {
      await followLooks(target, context, { everyMs, signal, onLook: show.onLook, onFailure: show.onFailure });
    } finally {
      show.end();
    }
  });
  return { fields: {}, text: "" };
}

function printLines({ print, context }: Session): Show {
  return {
    onLook: (observation) => print(`${JSON.stringify(observation)}\n`),
    onFailure: (message) => context.report({ type: "notice", message }),
    end: () => undefined,
  };
}

const showText = (session: Session): Show =>
  session.screen === undefined ? printBlocks(session) : drawFrames(session, session.screen);

function printBlocks({ print, context, asCalled }: Session): Show {
  return {
    onLook: (observation) => print(`${observation.time}\n\n${renderStatus(observation, asCalled)}\n\n`),
    onFailure: (message) => context.report({ type: "notice", message }),
    end: () => undefined,
  };
}

function drawFrames({ print, asCalled }: Session, screen: NonNullable<Session["screen"]>): Show {
  const full = enterFullScreen(print, screen);
  const history = new History();
  let last: Observation | undefined;
  let stale: string | undefined;
  const draw = () => {
    const why = stale === undefined ? {} : { stale };
    const text =
      last === undefined
        ? (stale ?? "looking …")
        : renderStatusFrame(last, history, { screen, asCalled, ...why });
    full.draw(text);
  };
  const stopListening = screen.onResize(draw);
  draw();
  return {
    onLook: (observation) => {
      history.add(observation);
      [last, stale] = [observation, undefined];
      draw();
    },
    onFailure: (reason) => {
      stale = reason;
      draw();
    },
    end: () => {
      stopListening();
      full.leave();
    },
  };
}
