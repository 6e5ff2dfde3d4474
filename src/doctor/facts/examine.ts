import pMap from "p-map";

import { asDebezium } from "../../clients/as-debezium.js";
import { withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { foreseenError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";
import type { Endpoints } from "../../targets/target.js";
import type { Examined } from "../run-checks.js";
import type { Areas, DoctorSettings, Known, KnownAreas } from "./areas.js";
import { type ConnectFacts, readConnect } from "./connect-facts.js";
import { type DatabaseEntry, entryOf } from "./database-entry.js";
import { readDatabase } from "./database-facts.js";
import { freeBytes } from "./free-bytes.js";
import { readKafka } from "./kafka-facts.js";
import { readLogin } from "./login-facts.js";
import { readServer } from "./read-server.js";
import { createSlotProber, type SlotProbe } from "./slot-probe.js";

export interface ExamineOptions {
  readonly endpoints: Endpoints;
  readonly settings: DoctorSettings;
  /** Of Debezium's role. */
  readonly password: string;
}

/** Each database takes up to three connections at a time, one of them a WAL sender's. */
const DATABASES_AT_ONCE = 4;

/** Reads every area side by side. What cannot be read is known to be unknown, with the reason. */
export async function examine(options: ExamineOptions, context: Context): Promise<Examined> {
  const { endpoints, settings } = options;
  const { databases: names } = settings;
  const { postgres } = endpoints;
  const known = <T>(work: () => Promise<T>) => settle(work, context);
  const serving = known(() =>
    withPostgres(postgres, postgres.adminDatabase, (client) =>
      readServer(client, settings.role, freeBytes(postgres.host), context),
    ),
  );
  const probe = createSlotProber(postgres, { role: settings.role, password: options.password }, serving);
  const connecting = known(() => readConnect(endpoints.connect, names, context, serving));
  const [server, connect, kafka, databases] = await Promise.all([
    serving,
    connecting,
    known(() => readKafka(endpoints.kafka, names)),
    pMap(
      names,
      async (one) => ({ names: one, areas: await examineDatabase(one, options, probe, connecting, context) }),
      { concurrency: DATABASES_AT_ONCE },
    ),
  ]);
  const reach = {
    postgres: reasonOf(server),
    connect: reasonOf(connect),
    kafka: reasonOf(kafka),
  };
  return { settings, servers: { reach: { value: reach }, server, connect, kafka }, databases };
}

async function examineDatabase(
  { database, connector }: DatabaseNames,
  { endpoints, settings, password }: ExamineOptions,
  probe: (database: string) => Promise<SlotProbe>,
  connecting: Promise<Known<ConnectFacts>>,
  context: Context,
): Promise<KnownAreas> {
  const { postgres } = endpoints;
  const known = <T>(work: () => Promise<T>) => settle(work, context);
  const reading = withPostgres(postgres, database, (client) =>
    readDatabase(client, settings.role, settings.publication),
  );
  const [facts, entry, login, probed, connect] = await Promise.all([
    known(() => reading),
    known<DatabaseEntry>(() => reading.then(() => ({ ok: true }), refusalOf)),
    known(() => readLogin(asDebezium(postgres, { role: settings.role, password }), database)),
    known(() => probe(database)),
    connecting,
  ]);
  return {
    database: facts,
    entry,
    login,
    probe: probed,
    connector: ownConnector(connect, connector),
  };
}

function ownConnector(connect: Known<ConnectFacts>, name: string): Known<Areas["connector"]> {
  if ("unknown" in connect) return connect;
  const value = connect.value.connectors.find((connector) => connector.name === name);
  return value === undefined ? { unknown: `there is no connector ${name}` } : { value };
}

function refusalOf(error: unknown): DatabaseEntry {
  const refusal = entryOf(error);
  if (refusal === undefined) throw error;
  return refusal;
}

async function settle<T>(work: () => Promise<T>, { signal }: Context): Promise<Known<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { unknown: foreseenError(error, signal).message };
  }
}

const reasonOf = (area: Known<unknown>): string | undefined => ("unknown" in area ? area.unknown : undefined);
