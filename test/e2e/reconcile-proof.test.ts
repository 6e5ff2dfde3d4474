import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { Kafka, logLevel } from "kafkajs";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";

import { packagePath } from "../../src/package-root.js";
import type { Reconciliation } from "../../src/reconcile/reconciliation.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import type { JsonDocument } from "../support/cli.js";
import { readTopic, writeTopic } from "../support/topic-records.js";
import { until } from "../support/until.js";
import { Workspace } from "../support/workspace.js";

const TOPIC = "debezium.shop.public.orders";

let workspace: Workspace;
let brokers: readonly string[];
let client: Client;

beforeAll(async () => {
  workspace = await Workspace.create();
  const inFolder = (name: string) => join(workspace.folder, name);
  const template = JSON.parse(await readFile(packagePath("connectors/postgres.json"), "utf8")) as object;
  await writeFile(
    inFolder("connector.json"),
    JSON.stringify({ ...template, "provide.transaction.metadata": "true" }),
  );
  await writeFile(inFolder("cdc-pipeline.yaml"), "debezium:\n  signals: true\n  template: connector.json\n");
  await writeFile(inFolder("shop.sql"), "CREATE TABLE orders (id int PRIMARY KEY, note text);\n");
  const { document, stderr } = await workspace.json("up", "shop", "--schema", "shop.sql");
  expect(document.ok, stderr).toBe(true);
  const { host, port, adminUser: user } = document.endpoints.postgres;
  brokers = document.endpoints.kafka;
  client = new Client({ host, port, user, password: "password123", database: "shop" });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  expect(await workspace.remove()).toEqual([]);
});

it("proves transactions whole, finds the one that was cut, and has what is lost read again", async () => {
  await client.query("INSERT INTO orders VALUES (1, 'one')");
  await client.query("INSERT INTO orders VALUES (2, 'two'), (3, 'three'), (4, 'four')");
  const whole = await reconcile("--transactions", "--report", "html=proof/report.html");
  expect(whole).toMatchObject({ ok: true, transactions: { whole: 2, incomplete: 0, differences: [] } });
  const page = await readFile(join(workspace.folder, "proof/report.html"), "utf8");
  expect(page).toContain("Kafka holds every row of shop.");

  await loseEventOf(3);
  expect(await reconcile("--transactions")).toMatchObject({
    ok: false,
    tables: [{ table: "public.orders", lost: 1, extra: 0, different: 0 }],
    transactions: {
      whole: 1,
      incomplete: 1,
      differences: [{ expected: 3, found: 2, note: expect.stringContaining("public.orders") as string }],
    },
  });

  const unasked = await workspace.run("reconcile", "shop", "--repair-signal");
  expect(unasked.exitCode, unasked.stderr).toBe(2);
  expect(await reconcile("--repair-signal", "--yes")).toMatchObject({
    ok: true,
    tables: [{ table: "public.orders", rows: 4, lost: 0 }],
    repair: { requests: [{ table: "public.orders", rows: 1 }], notMended: [] },
  });
  // Neither of the program nor of Debezium is anything left.
  for (const table of ["signal", "probe"]) {
    expect((await client.query(`SELECT FROM cdc_pipeline.${table}`)).rowCount).toBe(0);
  }
}, 240_000);

async function reconcile(...options: readonly string[]): Promise<JsonDocument & Reconciliation> {
  const { document } = await workspace.json("reconcile", "shop", ...options);
  return document as JsonDocument & Reconciliation;
}

/** Makes the topic anew without the event of one row, as if Kafka had lost it. */
async function loseEventOf(id: number): Promise<void> {
  const records = await readTopic(brokers, TOPIC);
  const kept = records.filter(({ key }) => !key?.equals(Buffer.from(JSON.stringify({ id }))));
  expect(kept).toHaveLength(records.length - 1);
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.deleteTopics({ topics: [TOPIC] });
    await until("the topic is gone", async () =>
      (await admin.listTopics()).includes(TOPIC) ? notYet("it is there") : ready(undefined),
    );
    await writeTopic(brokers, TOPIC, kept, 1);
  } finally {
    await admin.disconnect();
  }
}
