import { type PostgresClient, withPostgres } from "../../clients/postgres.js";
import { type Rows, runBatch } from "../../clients/run-batch.js";
import type { Context } from "../../context.js";
import type { FoundCapture } from "./find-capture.js";
import { type ForgetFacts, forgetFactsQuery } from "./forget-facts.js";
import type { ForgetOptions } from "./forget-options.js";
import { type ForgetPlan, type ForgetSettings, planForget } from "./plan-forget.js";
import { type ServerFacts, serverFactsQuery } from "./server-facts.js";

/** What is asked of one database, and the plan that follows from the answer. */
export interface ForgetRequest {
  readonly database: string;
  readonly query: string;
  readonly plan: (rows: Rows) => ForgetPlan;
}

export function forgetRequest(
  database: string,
  { role, publication }: ForgetOptions,
  capture: FoundCapture,
): ForgetRequest {
  const settings = settingsFor(database, { role, publication }, capture);
  return {
    database,
    query: forgetFactsQuery(role, publication),
    plan: (rows) => planForget(factsIn(rows) as ForgetFacts, settings),
  };
}

function settingsFor(
  database: string,
  { role, publication }: Pick<ForgetOptions, "role" | "publication">,
  { releases, others }: FoundCapture,
): ForgetSettings {
  const inDatabase = others.filter((other) => other.database === database || other.database === "");
  const readsIt = (other: (typeof others)[number]) =>
    other.publication === undefined || other.publication === publication;
  return {
    database,
    role,
    publication,
    ownSlots: releases.flatMap(({ slot }) => (slot === undefined ? [] : [slot.name])),
    unrelatedSlots: inDatabase.filter((other) => !readsIt(other)).map(({ slot }) => slot),
    publicationReaders: inDatabase.filter(readsIt).map(({ name }) => name),
    roleUsers: inDatabase.filter(({ user }) => user === undefined || user === role).map(({ name }) => name),
  };
}

/** The plan for one database; nothing is written. */
export function readForgetPlan(
  { postgres }: ForgetOptions,
  { database, query, plan }: ForgetRequest,
  { signal }: Context,
): Promise<ForgetPlan> {
  return withPostgres(postgres, database, async (client) => {
    const [, rows = []] = await runBatch(client, ["BEGIN READ ONLY", query], signal);
    return plan(rows);
  });
}

export async function readServerFacts(admin: PostgresClient, role: string): Promise<ServerFacts> {
  const { rows } = await admin.query<Record<string, unknown>>(serverFactsQuery(role));
  return factsIn(rows) as ServerFacts;
}

const factsIn = (rows: Rows): unknown => {
  const facts = rows[0]?.facts;
  if (facts === undefined) throw new Error("the facts query returned no row");
  return facts;
};
