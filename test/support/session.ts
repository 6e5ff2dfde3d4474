import { Readable } from "node:stream";

import type { Session } from "../../src/cli/command.js";

/** For handlers that read nothing of the world outside. */
export const NO_OUTSIDE: Pick<Session, "env" | "stdin" | "redact" | "hide"> = {
  env: {},
  stdin: Readable.from([]),
  redact: (text) => text,
  hide: () => undefined,
};
