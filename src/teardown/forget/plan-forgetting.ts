import { withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { formatBytes } from "../../format.js";
import { TEMPLATE } from "../../stages/prepare/prepare-options.js";
import type { Release } from "../plan-release.js";
import { chooseTopics } from "./choose-topics.js";
import { findCapture, type FoundCapture, topicPrefixOf } from "./find-capture.js";
import type { ForgetOptions } from "./forget-options.js";
import { type ForgetStep, goes, stays } from "./forget-step.js";
import { forgetRequest, readForgetPlan, readServerFacts } from "./look-at-database.js";
import { planServer } from "./plan-server.js";
import { listTopics } from "./topics.js";

/** What forgetting would do, step by step in its order; nothing is written. @throws CdcError as the run would */
export async function planForgetting(
  options: ForgetOptions,
  context: Context,
): Promise<readonly ForgetStep[]> {
  const capture = await findCapture(options, context);
  const { databases, postgres, role, dropsRole } = options;
  return withPostgres(postgres, postgres.adminDatabase, async (admin) => {
    const facts = await readServerFacts(admin, role);
    const steps: ForgetStep[] = databases.flatMap((database) => planCapture(database, capture));
    const needingRole: string[] = [];
    for (const database of databases) {
      if (!facts.databases.includes(database)) {
        steps.push({ database, ...stays(`database ${database}`, "there is none") });
        continue;
      }
      const plan = await readForgetPlan(options, forgetRequest(database, options, capture), context);
      steps.push(...plan.steps);
      if (plan.needsRole) needingRole.push(database);
    }
    const topics = await topicsOf(options, capture);
    const ofTopics = topics.map((topic): ForgetStep => ({ database: null, ...goes(`topic ${topic}`, []) }));
    const { releases, others } = capture;
    const settings = {
      role,
      dropsRole,
      forgotten: databases,
      needingRole,
      ownSlots: slotsOf(releases),
      others,
    };
    return [...steps, ...ofTopics, ...planServer(facts, settings)];
  });
}

export const slotsOf = (releases: readonly Release[]): readonly string[] =>
  releases.flatMap(({ slot }) => (slot === undefined ? [] : [slot.name]));

function planCapture(database: string, { releases, unknown }: FoundCapture): ForgetStep[] {
  const own = releases.filter((release) => release.database === database);
  const steps = own.flatMap(({ connector, slot }) => [
    ...(slot === undefined
      ? []
      : [goes(`slot ${slot.name}`, [], `${formatBytes(slot.unconfirmedBytes)} not confirmed now`)]),
    ...(connector === undefined
      ? []
      : [goes(`connector ${connector.name}`, [], "with the position that it has stored")]),
  ]);
  const none = database === TEMPLATE ? [] : [stays("connector", unknown ?? "there is none")];
  const hasConnector = own.some(({ connector }) => connector !== undefined);
  return [...steps, ...(hasConnector ? [] : none)].map((step) => ({ ...step, database }));
}

/** The topics that go: none unless they are asked for. */
export async function topicsOf(
  { kafka, databases }: ForgetOptions,
  { releases, others }: FoundCapture,
): Promise<readonly string[]> {
  if (kafka === undefined) return [];
  const prefixes = databases
    .filter((database) => database !== TEMPLATE)
    .map((database) => topicPrefixOf(database, releases));
  const foreign = others.map(({ topicPrefix }) => topicPrefix);
  return chooseTopics(await listTopics(kafka), prefixes, foreign);
}
