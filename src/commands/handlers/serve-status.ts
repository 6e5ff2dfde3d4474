import type { Handler } from "../../cli/command.js";
import { isLoopback } from "../../doctor/is-loopback.js";
import { CdcError } from "../../errors.js";
import { followLooks } from "../../observe/follow-looks.js";
import { History } from "../../observe/history.js";
import type { Observation } from "../../observe/observation.js";
import { Canary } from "../../serve/canary.js";
import { startHttpServer } from "../../serve/http-server.js";
import type { Served } from "../../serve/readiness.js";
import { answerFor } from "../../serve/routes.js";
import { withTarget } from "../../targets/index.js";
import { timeLimit } from "../../wait/time-limit.js";
import { secondsOption } from "./seconds-option.js";

interface ServeArguments {
  readonly port: number;
  readonly host: string;
  readonly every: number;
  readonly canary?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly timeout?: string | undefined;
}

const MAX_PORT = 65_535;

/**
 * Serves what `status` shows until Ctrl-C, its ordinary end, as is that of `--timeout`.
 * @throws CdcError USAGE, PORT_TAKEN, and what the first look failed for
 */
export const serveStatus: Handler<ServeArguments> = async (args, session) => {
  const { config, context, print, redact } = session;
  const { port, host } = args;
  const everyMs = secondsOption("serve", "every", args.every);
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) {
    throw new CdcError("USAGE", `--port must be a whole number from 0 to ${MAX_PORT}, not ${port}`, {
      hint: "cdc-pipeline serve --help",
    });
  }
  // The time that other commands may take unless told otherwise is no limit for one that goes on.
  const limited =
    args.timeout === undefined ? context.signal : timeLimit(context.signal, context.deadline).signal;
  const failed = new AbortController();
  const signal = AbortSignal.any([limited, failed.signal]);
  const notice = (message: string) => context.report({ type: "notice", message });
  const history = new History();
  const last: { observation?: Observation; failure?: string } = {};

  await withTarget(config, async (target) => {
    const canary = args.canary === true ? new Canary(target, { ...context, signal }) : undefined;
    const served = (): Served => ({ ...last, everyMs, canary: canary?.record.last() ?? [] });
    const sources = { served, history, redact, ...(canary === undefined ? {} : { canary: canary.record }) };
    const server = await startHttpServer({ host, port }, (path) => answerFor(path, sources));
    try {
      if (!isLoopback(host)) notice(`whoever reaches ${host} sees all this without a password`);
      print(args.json === true ? `${JSON.stringify({ url: server.url })}\n` : `${server.url}/\n`);
      notice("serving; Ctrl-C ends it");
      await followLooks(target, context, {
        ...{ everyMs, signal },
        onLook: (observation) => {
          history.add(observation);
          last.observation = observation;
          delete last.failure;
          canary?.follow(observation);
        },
        onFailure: (reason) => {
          last.failure = reason;
        },
      });
    } finally {
      failed.abort();
      await server.close();
      await canary?.end();
    }
  });
  return { fields: {}, text: "" };
};
