import { type Admin, Kafka, logLevel } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { JsonDocument } from "../support/cli.js";
import { withAdmin } from "../support/with-admin.js";
import { Workspace } from "../support/workspace.js";

const SLOT = "debezium_mykart_slot";
const PRODUCTS = "debezium.mykart.public.products";

interface EventLine {
  readonly kind: string;
  readonly op?: string;
  readonly table: string;
  readonly key: Readonly<Record<string, unknown>> | null;
  readonly before?: Readonly<Record<string, unknown>> | null;
  readonly after?: Readonly<Record<string, unknown>> | null;
}

let workspace: Workspace;
let endpoints: JsonDocument["endpoints"];

beforeAll(async () => {
  workspace = await Workspace.create();
  const { document, stderr } = await workspace.json("up", "mykart");
  expect(document.ok, stderr).toBe(true);
  endpoints = document.endpoints;
});
afterAll(async () => {
  expect(await workspace.remove()).toEqual([]);
});

const sql = (text: string, database = "mykart") =>
  withAdmin(
    endpoints.postgres,
    database,
    async (client) => (await client.query<Record<string, unknown>>(text)).rows,
  );

const kafka = () => new Kafka({ brokers: [...endpoints.kafka], logLevel: logLevel.NOTHING });

async function withKafkaAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka().admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

const slots = async () =>
  (await sql("SELECT slot_name FROM pg_replication_slots")).map((row) => row.slot_name);

const setConnector = (wish: "pause" | "resume") =>
  fetch(`${endpoints.connect}/connectors/mykart-connector/${wish}`, { method: "PUT" });

/** The state of the connector and of its task, which reads on until it is paused itself, after the connector. */
async function connectorStates(): Promise<string[]> {
  const answer = await fetch(`${endpoints.connect}/connectors/mykart-connector/status`);
  const { connector, tasks } = (await answer.json()) as Record<"connector", { state: string }> &
    Record<"tasks", { state: string }[]>;
  return [connector, ...tasks].map(({ state }) => state);
}

async function pauseConnector(): Promise<void> {
  await setConnector("pause");
  await expect.poll(connectorStates, { timeout: 30_000 }).toEqual(["PAUSED", "PAUSED"]);
}

/** Runs `work` once `events` reads. @returns what it has printed by the time there are so many lines */
async function follow(
  args: readonly string[],
  lines: number,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const events = workspace.start("events", "mykart", ...args);
  let [out, err] = ["", ""];
  events.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  events.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  await expect.poll(() => err, { timeout: 30_000 }).toContain("reading");
  await work();
  const printed = () => out.split("\n").filter((line) => line !== "");
  await expect.poll(() => printed().length, { timeout: 30_000 }).toBeGreaterThanOrEqual(lines);
  events.kill("SIGINT");
  expect((await events).exitCode).toBe(0);
  return printed();
}

const parse = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as EventLine);

describe("events", () => {
  it("prints what happens to a table from now on, a JSON object a line, until Ctrl-C", async () => {
    const lines = await follow(["products", "--json"], 4, async () => {
      await sql("UPDATE customers SET city = 'Elsewhere' WHERE id = (SELECT min(id) FROM customers)");
      await sql("CREATE TABLE IF NOT EXISTS plain (id bigint PRIMARY KEY, note text)");
      await sql("ALTER TABLE products REPLICA IDENTITY FULL");
      await sql("UPDATE products SET name = 'Renamed' WHERE id = (SELECT min(id) FROM products)");
      const producer = kafka().producer();
      await producer.connect();
      await producer.send({ topic: PRODUCTS, messages: [{ key: "stray", value: "not json" }] });
      await producer.send({ topic: PRODUCTS, messages: [{ key: '{"id":1}', value: null }] });
      await producer.disconnect();
      await sql("UPDATE products SET name = 'Again' WHERE id = (SELECT min(id) FROM products)");
    });
    // The changes come through the connector, the others straight from here.
    const [first, second] = parse(lines).filter(({ kind }) => kind === "change");
    expect(first).toMatchObject({ op: "u", table: "products", after: { name: "Renamed" } });
    expect(first?.before?.name).not.toBe("Renamed");
    expect(second).toMatchObject({ before: { name: "Renamed" }, after: { name: "Again" } });
    const kinds = parse(lines).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== "change")).toEqual(["undecodable", "tombstone"]);
  });

  it("comes upon tables whose first event is yet to come", async () => {
    const lines = await follow(["--json"], 3, async () => {
      await sql("INSERT INTO plain VALUES (9007199254740993, 'first')");
      await sql("DELETE FROM plain");
    });
    expect(parse(lines)).toMatchObject([
      { op: "c", table: "plain", key: { id: "9007199254740993" }, after: { note: "first" } },
      { op: "d", table: "plain", after: null },
      { kind: "tombstone", table: "plain", key: { id: "9007199254740993" } },
    ]);
  });

  it("reads what Kafka has from its beginning, and ends after --max", async () => {
    const { stdout, exitCode } = await workspace.run(
      ...["events", "mykart", "public.products", "--from", "beginning", "--max", "2"],
    );
    expect(exitCode).toBe(0);
    expect(stdout.match(/^\S+Z = snapshot public\.products id=\d+$/gm)).toHaveLength(2);
  });

  it("ends after --timeout, which is a failure only where a number of events was asked for", async () => {
    const following = await workspace.run("events", "mykart", "customers", "--timeout", "3");
    expect(following).toMatchObject({ exitCode: 0, stdout: "" });
    const counting = await workspace.run("events", "mykart", "customers", "--timeout", "3", "--max", "1");
    expect(counting.exitCode).toBe(3);
    expect(counting.stderr).toContain("0 of 1 events came in 3 seconds   EVENT_NOT_SEEN");
  });

  it("says so where a table has no topic, and which have one", async () => {
    const { stdout, exitCode } = await workspace.run("events", "mykart", "prodcts", "--json");
    expect(exitCode).toBe(1);
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      ok: false,
      error: { code: "TOPIC_MISSING", hint: expect.stringContaining("public.products") as string },
    });
    expect((await workspace.run("events", "nothing_here")).stderr).toContain("TOPIC_MISSING");
  });

  it("leaves no consumer group behind but Kafka Connect's own", async () => {
    const { groups } = await withKafkaAdmin((admin) => admin.listGroups());
    expect(groups.map(({ groupId }) => groupId)).toEqual(["cdc-pipeline"]);
  });
});

describe("down --keep-postgres", () => {
  it("shows what would go and stay, and touches nothing", async () => {
    const { stdout, exitCode } = await workspace.run("down", "--keep-postgres", "--dry-run");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/- slot debezium_mykart_slot {2}removed {2}of mykart/);
    expect(stdout).toMatch(/= postgres {2}kept {2}goes on/);
    expect(await workspace.liveServers()).toHaveLength(3);
    expect(await slots()).toEqual([SLOT]);
  });

  it("refuses where changes are unread, and leaves everything as it was", async () => {
    await pauseConnector();
    await sql(
      "UPDATE products SET name = 'Unread' WHERE id IN (SELECT id FROM products ORDER BY id LIMIT 2)",
    );
    const { document, exitCode } = await workspace.json("down", "--keep-postgres");
    expect(exitCode).toBe(1);
    expect(document.error).toMatchObject({
      code: "UNREAD_CHANGES",
      message: expect.stringMatching(/slot debezium_mykart_slot: .+ unread, 2 changes/) as string,
    });
    expect(await workspace.liveServers()).toHaveLength(3);
    expect(await slots()).toEqual([SLOT]);
    // One that was stopped in between has no task again until it is resumed.
    expect(new Set(await connectorStates())).toEqual(new Set(["PAUSED"]));
  });

  it("goes through at once when everything has been read, and PostgreSQL keeps nothing for anybody", async () => {
    await setConnector("resume");
    await follow(["products", "--json"], 1, () =>
      sql("UPDATE products SET name = 'Read' WHERE id = (SELECT min(id) FROM products)"),
    );
    const { document, exitCode, stderr } = await workspace.json("down", "--keep-postgres");
    expect(exitCode, stderr).toBe(0);
    expect(document).toMatchObject({
      droppedSlots: [{ name: SLOT, database: "mykart", unreadChanges: 0 }],
      keptSlots: [],
    });
    expect(await workspace.liveServers()).toEqual(["postgres"]);
    expect(await slots()).toEqual([]);
    expect((await workspace.run("status")).stdout).toMatch(/replication slots\n {2}none/);
  });

  it("has nothing to do the second time", async () => {
    const { document, exitCode } = await workspace.json("down", "--keep-postgres");
    expect(exitCode).toBe(0);
    expect(document.stages[0]?.status).toBe("unchanged");
  });

  it("is undone by up, which takes a snapshot anew", async () => {
    const { document, exitCode, stderr } = await workspace.json("up", "mykart");
    expect(exitCode, stderr).toBe(0);
    endpoints = document.endpoints;
    const [row] = await sql("SELECT count(*)::int AS count FROM products");
    const count = Number(row?.count);
    const { stdout } = await workspace.run(
      ...["events", "mykart", "products", "--from", "beginning", "--json", "--max", String(2 * count)],
    );
    const reads = parse(stdout.trim().split("\n")).filter(({ op }) => op === "r");
    expect(reads.length).toBeGreaterThan(count);
  });

  it("loses them with --force, says how many, and up goes on from there", async () => {
    await pauseConnector();
    await sql("UPDATE products SET name = 'Lost' WHERE id IN (SELECT id FROM products ORDER BY id LIMIT 2)");
    const { document } = await workspace.json("down", "--keep-postgres", "--force");
    expect(document).toMatchObject({ ok: true, droppedSlots: [{ name: SLOT, unreadChanges: 2 }] });
    expect((await workspace.run("up", "mykart")).exitCode).toBe(0);
  });
});
