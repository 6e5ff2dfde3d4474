import { type Check, defineCheck } from "../check.js";
import { alterSystem } from "./fixes.js";

/* What a standby can and cannot do for capture. */

const recovery = defineCheck({
  code: "SERVER_IN_RECOVERY",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "The server is a primary",
  why: "A standby takes no role, grant or publication, and before PostgreSQL 16 no logical slot either.",
  remedy: "Name the primary. Debezium can read from a standby of 16 or newer, once the primary is prepared.",
  look: ({ server: { isInRecovery, versionNumber } }) => {
    if (!isInRecovery) return [];
    const text = "set postgres.host and postgres.port to the primary";
    const canDecode = versionNumber >= 160_000;
    return [
      {
        severity: canDecode ? "warning" : "error",
        seen: canDecode ? "in recovery: a standby, which can only be read" : "in recovery: a standby",
        fix: { kind: "advice", text },
      },
    ];
  },
});

const standbyFeedback = defineCheck({
  code: "STANDBY_WITHOUT_FEEDBACK",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "A standby that is read sends feedback to its primary",
  why: "Without it the primary removes catalog rows that the standby's slot needs, and the slot is invalidated.",
  remedy: "`ALTER SYSTEM SET hot_standby_feedback = on; SELECT pg_reload_conf();` on the standby.",
  look: ({ server: { isInRecovery, settings }, settings: { postgres } }) =>
    isInRecovery && settings.hot_standby_feedback?.value === "off"
      ? [
          {
            seen: "in recovery, and hot_standby_feedback = off",
            fix: alterSystem(postgres.adminDatabase, "hot_standby_feedback = on"),
          },
        ]
      : [],
});

export const STANDBY_CHECKS: readonly Check[] = [recovery, standbyFeedback];
