import pMap from "p-map";

import type { ConfigProblem, ConnectClient } from "../../clients/connect/connect-client.js";
import { shownValue } from "../../connectors/secret-values.js";
import { CdcError } from "../../errors.js";
import { outcome, type StepOutcome } from "../../run-stage.js";
import { checkClasses } from "./check-classes.js";
import type { ConnectorWork } from "./plan-connectors.js";
import { hintFor, isAway } from "./validation-hints.js";

/** Each may log in to a database. */
const AT_ONCE = 4;

interface Refused {
  readonly work: ConnectorWork;
  readonly problems: readonly ConfigProblem[];
}

/**
 * Has the worker look at each configuration, before anything is written.
 * @param update told which are under way: a plugin may take a minute
 * @throws CdcError CONNECTOR_CLASS_MISSING, CONNECTOR_INVALID with every field of every connector
 */
export async function validateConnectors(
  client: ConnectClient,
  works: readonly ConnectorWork[],
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  const wanted = works.map(({ wish, wanted }) => ({
    connector: wish.connector,
    type: wanted["connector.class"] ?? "",
  }));
  checkClasses(wanted, await client.plugins(), client.url);
  const underWay = new Set<string>();
  const checked = await pMap(
    works,
    async (work): Promise<Refused> => {
      const { connector } = work.wish;
      underWay.add(connector);
      update(`waiting for what the worker says of ${[...underWay].join(", ")}`);
      const problems = await client.validate({ ...work.wanted, name: connector });
      underWay.delete(connector);
      return { work, problems };
    },
    { concurrency: AT_ONCE },
  );
  const refused = checked.filter(({ problems }) => problems.length > 0);
  if (refused.length > 0) throw invalid(refused);
  return outcome(
    "unchanged",
    works.length === 1 ? "nothing wrong" : `nothing wrong with ${works.length} connectors`,
  );
}

function invalid(refused: readonly Refused[]): CdcError {
  const [first] = refused;
  const isOne = refused.length === 1 && first !== undefined;
  const title = isOne ? `the connector ${first.work.wish.connector}` : `${refused.length} connectors`;
  const lines = refused.flatMap(({ work, problems }) => [
    ...(isOne && work.wish.place === undefined ? [] : [`${work.wish.connector}${placeOf(work)}:`]),
    ...problems.flatMap((problem) => linesOf(problem, work)),
  ]);
  const isPostgresAway = refused.every(({ problems }) => problems.every(({ messages }) => isAway(messages)));
  const ofDatabase = refused.some(({ work }) => work.wish.database !== undefined);
  return new CdcError("CONNECTOR_INVALID", `Kafka Connect refuses ${title}:\n${lines.join("\n")}`, {
    hint: isPostgresAway
      ? "cdc-pipeline status tells which server is away, and cdc-pipeline deploy starts those that are ours; then run this again"
      : ofDatabase
        ? "cdc-pipeline prepare makes what the connector needs in PostgreSQL"
        : "correct the fields named; nothing was changed. cdc-pipeline connectors plugins CLASS explains each setting",
    details: {
      fields: refused.flatMap(({ problems }) => problems.map(({ field }) => field)),
      connectors: refused.map(({ work, problems }) => ({ connector: work.wish.connector, problems })),
    },
  });
}

const placeOf = ({ wish }: ConnectorWork): string => (wish.place === undefined ? "" : ` (${wish.place})`);

function linesOf({ field, messages }: ConfigProblem, { wanted, wish }: ConnectorWork): string[] {
  const text = messages.join(" ");
  const value = wanted[field];
  const shown = wish.hidden?.has(field) === true ? "[hidden]" : shownValue(field, value ?? "");
  const given = value === undefined ? "" : ` (${shown})`;
  const hint = hintFor(field, text);
  return [`${field}${given}: ${text}`, ...(hint === undefined ? [] : [`  ${hint}`])];
}
