import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import pMap from "p-map";
import type { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";

import { deadlineIn } from "../../src/index.js";
import { packagePath } from "../../src/package-root.js";
import { reconcile } from "../../src/reconcile/reconcile.js";
import type { Reconciliation } from "../../src/reconcile/reconciliation.js";
import type { JsonDocument } from "../support/cli.js";
import { type Mutant, mutate, type MutateOptions, MUTATIONS } from "../support/mutate-records.js";
import { Random, seedOf } from "../support/random.js";
import { readTopic, type TopicRecord, writeTopic } from "../support/topic-records.js";
import { withAdmin } from "../support/with-admin.js";
import { Workspace } from "../support/workspace.js";

/** The same again: `MUTATION_SEED=… npx vitest run --project e2e test/e2e/reconcile-mutations.test.ts` */
const SEED = seedOf(process.env.MUTATION_SEED);
const MUTANTS_A_TABLE = 105;
const PARTITIONS = 2;
const PASSWORD = "password123";

const SCHEMA = `
  CREATE TABLE orders (id int PRIMARY KEY, note text, total numeric(10,2));
  CREATE TABLE stock (product int PRIMARY KEY, amount int NOT NULL, price float8);
  ALTER TABLE stock REPLICA IDENTITY FULL;
  INSERT INTO orders SELECT g, 'first ' || g, g * 1.5 FROM generate_series(1, 30) g;
  INSERT INTO stock SELECT g, g, g / 3.0 FROM generate_series(1, 30) g;
`;
const TABLES: readonly (MutateOptions & { readonly table: string })[] = [
  { table: "public.orders", column: "note" },
  { table: "public.stock", column: "amount" },
];

let workspace: Workspace;
let first: JsonDocument;

beforeAll(async () => {
  workspace = await Workspace.create();
  const schema = join(workspace.folder, "schema.sql");
  const template = join(workspace.folder, "template.json");
  await writeFile(schema, SCHEMA);
  await writeFile(template, await templateWithTransactions());
  const variables = { CDC_PIPELINE_DEBEZIUM_TEMPLATE: template };
  const { document, stderr } = await workspace.with(variables).json("up", "shop", "--schema", schema);
  expect(document.ok, stderr).toBe(true);
  first = document;
  await withAdmin(first.endpoints.postgres, "shop", write);
});

afterAll(async () => {
  expect(await workspace.remove()).toEqual([]);
});

it("finds each thing that is wrong in a copy of a topic, and nothing in a copy that is whole", async () => {
  console.log(`seed of the mutations: ${SEED}`);
  const random = new Random(SEED);
  const whole = await check(new Map());
  expect(whole).toMatchObject({ ok: true, transactions: { incomplete: 0 } });
  const missed: string[] = [];
  let made = 0;
  for (const { table, ...options } of TABLES) {
    const records = await readTopic(first.endpoints.kafka, topicOf(table));
    const copied = await checkCopy(table, { name: "whole", records });
    expect(copied, `the copy of ${table}`).toMatchObject({ ok: true });
    expect(wrongIn(copied, table)).toEqual([]);
    const mutants = Array.from({ length: MUTANTS_A_TABLE }, (_, number) => {
      const kind = MUTATIONS[number % MUTATIONS.length] ?? "delete an event";
      const mutant = mutate(kind, records, random, options);
      if (mutant === undefined) throw new Error(`${table} has no place to ${kind}`);
      return mutant;
    });
    const answers = await pMap(mutants, (mutant, number) => judge(mutant, table, number), { concurrency: 6 });
    made += mutants.length;
    missed.push(...answers.flatMap((answer) => answer ?? []));
  }
  expect(missed).toEqual([]);
  expect(made).toBeGreaterThanOrEqual(200);
}, 900_000);

async function judge(mutant: Mutant, table: string, number: number): Promise<string | undefined> {
  const found = await checkCopy(table, { name: String(number), records: mutant.records });
  const answer = whyMissed(mutant, found, table);
  return answer === undefined ? undefined : `${table}, ${mutant.what}: ${answer}`;
}

/** What is wrong with the answer to a mutant; undefined where it was found and named. */
function whyMissed(mutant: Mutant, found: Reconciliation, table: string): string | undefined {
  const result = found.tables.find((other) => other.table === table);
  if (result === undefined) return "the table was not looked at";
  const { lost, extra, different, duplicates, outOfOrder, noTombstone } = result;
  const counts = JSON.stringify({ lost, extra, different, duplicates, outOfOrder, noTombstone });
  const transactions = found.transactions?.differences ?? [];
  const isRowWrong = lost + extra + different > 0;
  const ids = transactions.map(({ id }) => id.split(":")[0]);
  const names = JSON.stringify(result.differences.map(({ key }) => key));
  const isNamed = result.differences.some(({ key }) => isKey(key, mutant.key));
  const isTransactionNamed = mutant.transaction !== undefined && ids.includes(mutant.transaction);
  switch (mutant.kind) {
    case "delete an event":
    case "cut a transaction":
      if (isTransactionNamed) return found.ok ? "ok, though a transaction is incomplete" : undefined;
      if (isRowWrong && isNamed) return undefined;
      return `${counts}, named ${names}, transactions ${ids.join()}`;
    case "change a value":
      return isRowWrong && isNamed && !found.ok ? undefined : `${counts}, named ${names}`;
    case "repeat an event":
      return duplicates > 0 && isNamed && outOfOrder === 0 ? undefined : `${counts}, named ${names}`;
    case "swap two events":
      return outOfOrder > 0 && result.differences.some(({ kind }) => kind === "out of order")
        ? undefined
        : counts;
    case "drop a tombstone":
      return noTombstone > 0 && isNamed ? undefined : `${counts}, named ${names}`;
  }
}

function isKey(key: Readonly<Record<string, string | null>>, json: string | undefined): boolean {
  const wanted = JSON.parse(json ?? "null") as Readonly<Record<string, unknown>> | null;
  return wanted !== null && Object.entries(wanted).every(([name, value]) => key[name] === String(value));
}

const wrongIn = (found: Reconciliation, table: string) =>
  found.tables.filter((other) => other.table === table).flatMap(({ differences }) => differences);

async function checkCopy(
  table: string,
  { name, records }: { readonly name: string; readonly records: readonly TopicRecord[] },
): Promise<Reconciliation> {
  const topic = `copy.${table}.${name}`;
  await writeTopic(first.endpoints.kafka, topic, records, PARTITIONS);
  return check(new Map([[table, topic]]));
}

function check(topics: ReadonlyMap<string, string>): Promise<Reconciliation> {
  const { postgres, kafka, connect } = first.endpoints;
  const endpoints = {
    postgres: { ...postgres, adminPassword: PASSWORD, adminDatabase: "mydb" },
    kafka: { brokers: kafka },
    connect: { url: connect },
  };
  return reconcile(
    { deployment: { endpoints }, database: "shop", transactions: true, topics },
    { report: () => undefined, signal: new AbortController().signal, deadline: deadlineIn(60_000) },
  );
}

const topicOf = (table: string): string => `debezium.shop.${table}`;

async function templateWithTransactions(): Promise<string> {
  const template = JSON.parse(await readFile(packagePath("connectors/postgres.json"), "utf8")) as object;
  const more = {
    "provide.transaction.metadata": "true",
    "topic.creation.default.partitions": String(PARTITIONS),
    "topic.creation.default.replication.factor": "1",
  };
  return JSON.stringify({ ...template, ...more });
}

/** Transactions of one change and of many; rows that are changed often, deleted, and made again. */
async function write(client: Client): Promise<void> {
  for (let round = 1; round <= 12; round++) {
    await client.query("BEGIN");
    await client.query(
      "INSERT INTO orders SELECT g, 'round', $1 FROM generate_series(100 + $2::int, 102 + $2::int) g",
      [round, round * 3],
    );
    await client.query("UPDATE orders SET note = note || $1 WHERE id % 7 = $2", [`.${round}`, round % 7]);
    await client.query("UPDATE stock SET amount = amount + 1 WHERE product % 5 = $1", [round % 5]);
    await client.query("COMMIT");
    await client.query("DELETE FROM orders WHERE id = $1", [round]);
    await client.query("DELETE FROM stock WHERE product = $1", [round]);
    await client.query("UPDATE stock SET price = price * 2 WHERE product = $1", [20 + round]);
    if (round % 3 === 0) await client.query("INSERT INTO stock VALUES ($1, 0, 0)", [round]);
  }
}
