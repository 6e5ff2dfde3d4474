import { shellWord } from "../../shell-words.js";
import { connectorHealth } from "../../stages/connector-health.js";
import { CONNECTOR_MARK_KEY } from "../../stages/own-objects.js";
import { type Check, defineCheck } from "../check.js";
import { registerFix, restartFix, resumeFix } from "../connector-fixes.js";
import { type Fix, fixText } from "../finding.js";

/* Whether the database's connector is there, ours, and at work. */

const missing = defineCheck({
  code: "CONNECTOR_MISSING",
  severity: "info",
  scope: "database",
  needs: ["connect"],
  title: "The database has a connector",
  why: "Nothing is captured yet.",
  remedy: "`cdc-pipeline register DATABASE`, once the other findings are put right.",
  look: ({ connect, names }) =>
    connect.connectors.some(({ name }) => name === names.connector)
      ? []
      : [{ object: names.connector, seen: "not registered", fix: registerFix(names) }],
});

const notOurs = defineCheck({
  code: "CONNECTOR_NOT_OURS",
  severity: "info",
  scope: "database",
  needs: ["connector"],
  title: "The connector was made by cdc-pipeline",
  why: "`register` does not change a connector that somebody else made.",
  remedy:
    "To let cdc-pipeline keep it: `cdc-pipeline register DATABASE --adopt`. It writes its own settings.",
  look: ({ connector, names }) =>
    connector.config[CONNECTOR_MARK_KEY] === undefined
      ? [{ object: connector.name, seen: "made by somebody else", fix: registerFix(names, connector) }]
      : [],
});

const failed = defineCheck({
  code: "CONNECTOR_FAILED",
  severity: "error",
  scope: "database",
  needs: ["connector"],
  title: "Neither the connector nor its task has failed",
  why: "Kafka Connect does not start what failed again by itself: no change is captured, and the slot keeps WAL.",
  remedy: "Remove the cause that is named, then `cdc-pipeline register DATABASE`: it restarts what failed.",
  look: ({ connector, names }) => {
    const health = connectorHealth(connector.status);
    if (health.state !== "failed") return [];
    return [{ object: connector.name, seen: health.reason, fix: registerFix(names, connector) }];
  },
});

/** What it has stored may be ahead of a restored server: resumed, it would leave out changes without a word. */
const afterRestore = (database: string, resume: Fix): Fix => ({
  kind: "advice",
  text: `if PostgreSQL was restored since it stopped: cdc-pipeline recapture ${shellWord(database)}; if not: ${fixText(resume)}`,
});

const paused = defineCheck({
  code: "CONNECTOR_PAUSED",
  severity: "error",
  scope: "database",
  needs: ["connector"],
  title: "The connector is not paused or stopped",
  why: "It stays so until somebody resumes it, also over restarts of the worker: no change is captured, and the slot keeps WAL.",
  remedy:
    "Resume it. Not so after a restore of PostgreSQL, which stops it: then `cdc-pipeline recapture` begins anew.",
  look: ({ connector, names }) => {
    const state = connector.status?.connector.state;
    if (state !== "PAUSED" && state !== "STOPPED") return [];
    const resume = resumeFix(connector.name);
    const fix =
      state === "STOPPED" && connector.position != null ? afterRestore(names.database, resume) : resume;
    return [{ object: connector.name, seen: state, fix }];
  },
});

const withoutTask = defineCheck({
  code: "CONNECTOR_WITHOUT_TASK",
  severity: "error",
  scope: "database",
  needs: ["connector"],
  title: "The connector's task runs",
  why: "The task is what reads PostgreSQL: without one nothing is captured. Either no worker has taken it, or Debezium waits, up to half an hour, for a slot that is lost.",
  remedy:
    "Put right what is said of the slot, if anything is. Else wait a minute, as a worker may be rebalancing; then restart the connector, and read the worker's log.",
  look: ({ connector }) => {
    const health = connectorHealth(connector.status);
    const state = connector.status?.connector.state;
    if (health.state !== "starting" || state === "PAUSED" || state === "STOPPED") return [];
    const fix = restartFix(connector.name);
    return [{ object: connector.name, seen: health.reason, fix }];
  },
});

export const CONNECTOR_STATE_CHECKS: readonly Check[] = [failed, paused, withoutTask, notOurs, missing];
