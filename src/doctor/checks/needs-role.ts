import type { CannotTell, CheckContext } from "../check.js";
import type { ServerFacts } from "../facts/server-facts.js";

/** Why nothing can be said of what Debezium's role may do: there is none, of which a check of its own tells. */
export const needsRole = ({
  server,
  settings,
}: CheckContext & { readonly server: ServerFacts }): CannotTell | undefined =>
  server.role === null ? { skipped: `there is no role ${settings.role}` } : undefined;
