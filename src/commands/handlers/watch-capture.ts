import type { CommandResult, Session } from "../../cli/command.js";
import { CdcError } from "../../errors.js";
import { checkDatabaseName, namesOf } from "../../names.js";
import { watchCapture } from "../../stages/verify/watch/watch-capture.js";
import { withTarget } from "../../targets/index.js";
import { renderCaptureEntry } from "../../ui/render-capture-entry.js";
import { timeLimit } from "../../wait/time-limit.js";
import { wishesOf } from "./probe-arguments.js";
import { secondsOption } from "./seconds-option.js";
import type { VerifyArguments } from "./verify-capture.js";

/**
 * `verify --watch`: a line for each probe of each database. Ctrl-C is its ordinary end, and so is that of `--timeout`.
 * @throws CdcError USAGE, and what capture could not be watched for from the beginning on
 */
export async function watchCaptureOf(args: VerifyArguments, session: Session): Promise<CommandResult> {
  const { config, context, print, screen, asCalled } = session;
  const databases = [...new Set(args.database ?? [])];
  databases.forEach(checkDatabaseName);
  const wishes = wishesOf(args);
  if (wishes.samples !== undefined)
    throw usage("--samples counts probes, --watch goes on for ever: choose one");
  const everyMs = secondsOption("verify", "every", args.every);
  const stalledAfterMs = secondsOption("verify", "stalled-after", args["stalled-after"]);
  // The time that other commands may take unless told otherwise is no limit for one that goes on.
  const limited =
    args.timeout === undefined ? context.signal : timeLimit(context.signal, context.deadline).signal;
  const failed = new AbortController();
  const signal = AbortSignal.any([limited, failed.signal]);
  await withTarget(config, async (target) => {
    const { endpoints } = await target.find(context);
    const message = `a probe every ${args.every} s of ${databases.join(", ")}; Ctrl-C ends it`;
    context.report({ type: "notice", message });
    await Promise.all(
      databases.map(async (database) => {
        try {
          await watchCapture({
            ...{ ...context, endpoints, names: namesOf(database), wishes, everyMs, stalledAfterMs, signal },
            onEntry: (entry) => {
              const told = { ...entry, hint: entry.hint === null ? null : asCalled(entry.hint) };
              const text = args.json === true ? JSON.stringify(told) : renderCaptureEntry(told, screen);
              print(`${text}\n`);
            },
          });
        } finally {
          // One that fails at its beginning ends the others; those that end in good order were told to.
          failed.abort();
        }
      }),
    );
  });
  return { fields: {}, text: "" };
}

const usage = (message: string) => new CdcError("USAGE", message, { hint: "cdc-pipeline verify --help" });
