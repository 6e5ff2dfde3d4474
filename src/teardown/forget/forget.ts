import { hasSqlState, postgresErrorOf, quoteIdentifier, withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError, foreseenError } from "../../errors.js";
import { outcome, type Stage, type StepOutcome } from "../../run-stage.js";
import { count } from "../../stages/count.js";
import { applyPlan } from "../../stages/prepare/apply-plan.js";
import { type Failure, throwFailures } from "../../throw-failures.js";
import { type ReleasedSlot, releaseSlots } from "../release-slots.js";
import { findCapture, type FoundCapture } from "./find-capture.js";
import type { ForgetOptions } from "./forget-options.js";
import type { ForgetStep } from "./forget-step.js";
import { forgetRequest, readServerFacts } from "./look-at-database.js";
import { slotsOf, topicsOf } from "./plan-forgetting.js";
import { planServer } from "./plan-server.js";
import { deleteTopics } from "./topics.js";

export interface Forgotten {
  /** The slots that were dropped, each with what it still held. */
  readonly released: readonly ReleasedSlot[];
  readonly topics: readonly string[];
}

/**
 * Makes it as if the databases had never been captured. Slots first, and only where nothing is lost; connectors go
 * when all else in their databases has gone: a run that is cut off finds by them what is left to do.
 * @throws CdcError UNREAD_CHANGES, SLOT_IN_USE, CONNECTOR_NOT_RUNNING; nothing has been changed then
 */
export async function forget(options: ForgetOptions, stage: Stage, context: Context): Promise<Forgotten> {
  const capture = await findCapture(options, context);
  requireKnownReaders(capture, options);
  const { connect, postgres, publication, force, forceCommand } = options;
  let topics: readonly string[] = [];
  const released = await releaseSlots(
    capture.releases,
    {
      postgres,
      publication,
      force,
      forceCommand,
      ...("unknown" in connect || capture.unknown !== undefined ? {} : { connect }),
      beforeConnectorsGo: async () => {
        await forgetDatabases(options, capture, stage, context);
        topics = await forgetTopics(options, capture, stage, context);
      },
    },
    stage,
    context,
  );
  await forgetServer(options, capture, stage, context);
  return { released, topics };
}

/** @throws CdcError SLOT_IN_USE */
function requireKnownReaders(
  { releases, unknown }: FoundCapture,
  { force, kafka, forceCommand }: ForgetOptions,
): void {
  if (unknown === undefined || force || (releases.length === 0 && kafka === undefined)) return;
  const slots = slotsOf(releases);
  const what = slots.length === 0 ? "writes the topics" : `reads ${slots.join(", ")}`;
  throw new CdcError("SLOT_IN_USE", `it cannot be shown that nobody ${what}: ${unknown}`, {
    hint: `bring Kafka Connect back (cdc-pipeline deploy), then again; or do it all the same: ${forceCommand}`,
  });
}

async function forgetDatabases(
  options: ForgetOptions,
  capture: FoundCapture,
  stage: Stage,
  context: Context,
): Promise<void> {
  const { postgres, databases, role } = options;
  const there = await withPostgres(postgres, postgres.adminDatabase, (admin) => readServerFacts(admin, role));
  const failures: Failure[] = [];
  for (const database of databases) {
    if (!there.databases.includes(database)) {
      await stage.step(`database ${database}`, () => Promise.resolve(outcome("unchanged", "there is none")), {
        database,
      });
      continue;
    }
    try {
      await forgetDatabase(database, options, capture, stage, context);
    } catch (error) {
      failures.push({ name: database, error: foreseenError(error, context.signal) });
    }
  }
  throwFailures(failures, "database");
}

/** Everything inside one database in one transaction, which waits for one that prepares it. */
async function forgetDatabase(
  database: string,
  options: ForgetOptions,
  capture: FoundCapture,
  stage: Stage,
  context: Context,
): Promise<void> {
  const request = forgetRequest(database, options, capture);
  const done = await withPostgres(options.postgres, database, (client) =>
    applyPlan(
      client,
      {
        database,
        query: request.query,
        plan: (rows) => Promise.resolve({ steps: request.plan(rows).steps, notices: [] }),
      },
      "",
      context,
    ),
  );
  for (const { step, status, detail } of done.steps) {
    await stage.step(step, () => Promise.resolve(outcome(status, detail)), { database });
  }
}

async function forgetTopics(
  options: ForgetOptions,
  capture: FoundCapture,
  stage: Stage,
  context: Context,
): Promise<readonly string[]> {
  const { kafka } = options;
  if (kafka === undefined) return [];
  return stage.step("topics", async (update) => {
    const topics = await topicsOf(options, capture);
    if (topics.length === 0) return outcome("unchanged", "there are none", topics);
    await deleteTopics(kafka, topics, context, update);
    return outcome("removed", count(topics.length, "topic"), topics);
  });
}

async function forgetServer(
  { postgres, databases, role, dropsRole }: ForgetOptions,
  { releases, others }: FoundCapture,
  stage: Stage,
  context: Context,
): Promise<void> {
  await withPostgres(postgres, postgres.adminDatabase, async (admin) => {
    const facts = await readServerFacts(admin, role);
    const left = facts.role?.dependents.filter((name) => databases.includes(name)) ?? [];
    const settings = {
      role,
      dropsRole,
      forgotten: databases,
      needingRole: left,
      ownSlots: slotsOf(releases),
      others,
    };
    for (const planned of planServer(facts, settings)) {
      context.signal.throwIfAborted();
      await stage.step(planned.step, () =>
        runStep(
          planned,
          async (sql) => {
            await admin.query(sql);
          },
          role,
        ),
      );
    }
  });
}

/** Something may have come to need the role since it was looked at, and a superuser may be needed. */
const STAYS = ["2BP01", "42501"];

async function runStep(
  { status, detail, sql }: ForgetStep,
  run: (sql: string) => Promise<void>,
  role: string,
): Promise<StepOutcome<void>> {
  try {
    for (const statement of sql) await run(statement);
    return outcome(status, detail);
  } catch (error) {
    if (!STAYS.some((code) => hasSqlState(error, code))) throw error;
    const reason = postgresErrorOf(error)?.message ?? "";
    return outcome("unchanged", `stays: ${reason}; later: DROP ROLE ${quoteIdentifier(role)};`);
  }
}
