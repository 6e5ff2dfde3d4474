import type { Handler } from "../../cli/command.js";
import { look } from "../../observe/look.js";
import { Observer } from "../../observe/observer.js";
import { withTarget } from "../../targets/index.js";
import { renderStatus } from "../../ui/render-status.js";

export interface StatusArguments {
  readonly watch?: boolean | undefined;
  readonly every: number;
  readonly strict?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly timeout?: string | undefined;
}

/** What exists now: servers, databases, connectors, slots. Reads only; what cannot be reached is said to be so. */
export const showStatus: Handler<StatusArguments> = async (args, session) => {
  if (args.watch === true) return (await import("./watch-status.js")).watchStatus(args, session);
  const { config, context, asCalled } = session;
  const raw = await withTarget(config, (target) => look(target, context, { isFirst: true }));
  const seen = new Observer().observe(raw);
  const { time, servers, databases, connectors, slots, archive, wal, unknown, problems } = seen;
  const isWrong = problems.some(({ severity }) => severity === "error");
  return {
    ...(args.strict === true && isWrong ? { ok: false } : {}),
    fields: { time, servers, databases, connectors, slots, archive, wal, unknown, problems },
    text: renderStatus(seen, asCalled),
  };
};
