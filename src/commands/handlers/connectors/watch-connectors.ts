import { dirname, join, resolve } from "node:path";

import type { Handler, Session } from "../../../cli/command.js";
import type { PostgresInReach } from "../../../connectors/offsets/read-positions.js";
import { openRecordFile } from "../../../connectors/watch/record-file.js";
import { watchConnectors } from "../../../connectors/watch/watch-connectors.js";
import type { WatchEntry } from "../../../connectors/watch/watch-entry.js";
import { createSlotWatch } from "../../../connectors/watch/watch-slots.js";
import type { Context } from "../../../context.js";
import { foreseenError } from "../../../errors.js";
import { markStateDir } from "../../../targets/local/state-dir.js";
import { renderWatchEntry } from "../../../ui/render-watch-entry.js";
import { timeLimit } from "../../../wait/time-limit.js";
import { withFileLock } from "../../../wait/with-file-lock.js";
import { cleanTraces } from "./clean-traces.js";
import { policyOf, type WatchArguments } from "./watch-arguments.js";
import { withConnect } from "./with-connect.js";

/**
 * `connectors watch`: a line for each thing that it does or sees. Ctrl-C is its ordinary end, and so is that of
 * `--timeout`, but of `--once`.
 */
export const watch: Handler<WatchArguments> = async (args, session) => {
  const policy = policyOf(args);
  const { context, cwd, config, print } = session;
  const file = args.state === undefined ? join(config.stateDir, "watch.json") : resolve(cwd, args.state);
  const isOnce = args.once === true;
  // The time that other commands may take unless told otherwise is no limit for one that goes on.
  const signal =
    isOnce || args.timeout === undefined
      ? context.signal
      : timeLimit(context.signal, context.deadline).signal;
  const own: Context = { ...context, signal };
  const render = renderer(args, session);
  const notice = (message: string) => context.report({ type: "notice", message });

  const outcome = await withConnect(
    args,
    { config, context: own },
    async (client, findPostgres) => {
      if (args.state === undefined) await markStateDir(dirname(file));
      const postgres = await watchedPostgres(findPostgres, own);
      const busy = `another watch works with ${file}`;
      const remedy = "name a file in a folder that you may write to: --state FILE";
      return withFileLock({ path: file, lockPath: `${file}.lock`, busy, remedy }, context, () => {
        const { records, keep } = openRecordFile(file, client.url, (reason) =>
          notice(`${file} cannot be used: ${reason}; restarts are counted anew`),
        );
        return watchConnectors({
          client: {
            ...cleanTraces(client),
            restart: (name, what) => client.restart(name, what),
            restartTask: (name, id) => client.restartTask(name, id),
          },
          patterns: args.pattern,
          policy,
          signal,
          ...(isOnce ? { once: context.deadline } : {}),
          slotLosses: createSlotWatch(client, postgres, (reason) =>
            context.report({ type: "debug", message: `replication slots were not looked at: ${reason}` }),
          ),
          records,
          keep,
          onEntry: (entry) => print(`${render(withHint(entry, session))}\n`),
          onStart: (count) => {
            if (!isOnce)
              notice(`watching ${count} ${count === 1 ? "connector" : "connectors"}; Ctrl-C ends it`);
          },
        });
      });
    },
    { repeats: false },
  );
  return { ...(isOnce && outcome === "bad" ? { ok: false } : {}), fields: {}, text: "" };
};

/** For programs, and for files, an object a line; for people a readable one. */
function renderer({ json = false }: WatchArguments, { screen }: Session): (entry: WatchEntry) => string {
  if (json || screen === undefined) return (entry) => JSON.stringify(entry);
  return (entry) => renderWatchEntry(entry, screen);
}

const withHint = (entry: WatchEntry, { asCalled }: Session): WatchEntry =>
  entry.hint === null ? entry : { ...entry, hint: asCalled(entry.hint) };

/** The target's PostgreSQL, where it is known. Whether it answers is seen when it is asked. */
async function watchedPostgres(
  findPostgres: () => Promise<PostgresInReach>,
  context: Context,
): Promise<PostgresInReach | undefined> {
  try {
    return await findPostgres();
  } catch (thrown) {
    const { message } = foreseenError(thrown, context.signal);
    context.report({ type: "debug", message: `replication slots are not looked at: ${message}` });
    return undefined;
  }
}
