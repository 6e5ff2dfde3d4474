import { formatDuration } from "../../format.js";
import { type Check, defineCheck, type Problem } from "../check.js";
import type { Blocker, ServerFacts } from "../facts/server-facts.js";
import { endBlocker } from "./end-blocker.js";

/* What keeps a new slot from being made: every transaction that writes, in any database of the server. */

/** A shorter one is work as usual. */
const LONG_SECONDS = 5;

const transactions = defineCheck({
  code: "SLOT_BLOCKED_BY_TRANSACTION",
  severity: "warning",
  scope: "server",
  needs: ["server"],
  title: "No transaction that writes has been open for long",
  why: "A new slot waits for every transaction that has written anything, in any database. Debezium then waits too, RUNNING, for up to half an hour.",
  remedy:
    "Let it end, or end it: `SELECT pg_terminate_backend(PID);`. An `idle in transaction` one was forgotten by its program.",
  look: ({ server, settings: { postgres } }) =>
    longOf(server, "transaction").map((blocker) => problem(blocker, postgres.adminDatabase)),
});

const prepared = defineCheck({
  code: "SLOT_BLOCKED_BY_PREPARED_TRANSACTION",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "No prepared transaction has been left behind",
  why: "A prepared transaction (two-phase commit) outlives its session and restarts. Until it is ended, no slot can be made, and WAL and dead rows pile up.",
  remedy:
    "In its database: `COMMIT PREPARED '…';` or `ROLLBACK PREPARED '…';`, as its transaction manager would have done.",
  look: ({ server, settings: { postgres } }) =>
    longOf(server, "prepared").map((blocker) => problem(blocker, postgres.adminDatabase)),
});

const longOf = ({ blockers }: ServerFacts, kind: Blocker["kind"]): Blocker[] =>
  blockers.filter((blocker) => blocker.kind === kind && blocker.ageSeconds >= LONG_SECONDS);

function problem(blocker: Blocker, adminDatabase: string): Problem {
  const { kind, id, database, ageSeconds, state } = blocker;
  const what = kind === "prepared" ? "prepared" : `${state}, process ${id}`;
  return {
    object: id,
    seen: `${what}, in ${database}, for ${formatDuration(ageSeconds * 1000)}`,
    fix: endBlocker(blocker, adminDatabase),
  };
}

export const BLOCKER_CHECKS: readonly Check[] = [prepared, transactions];
