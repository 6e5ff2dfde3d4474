import { readFile } from "node:fs/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type CaptureState, captureState } from "../support/capture-state.js";
import type { JsonDocument } from "../support/cli.js";
import { freePort } from "../support/free-port.js";
import { withAdmin } from "../support/with-admin.js";
import { Workspace } from "../support/workspace.js";

const LISTED = "listed";
const DATABASES = ["bare", "mykart", "own", LISTED];
const ASKED = ["--topics", "--role", "--yes"];

let workspace: Workspace;
let endpoints: JsonDocument["endpoints"];
/** What there was before anything was captured. */
let before: CaptureState;

const sql = (database: string, text: string) =>
  withAdmin(endpoints.postgres, database, async (client) => {
    const results = await client.query<Record<string, unknown>>(text);
    return [results].flat().at(-1)?.rows ?? [];
  });

const stateOf = () => captureState(endpoints, ["mydb", "template1", ...DATABASES]);

beforeAll(async () => {
  workspace = await Workspace.create();
  const { document, stderr } = await workspace.json("deploy");
  expect(document.ok, stderr).toBe(true);
  endpoints = document.endpoints;
  for (const name of DATABASES) await sql("mydb", `CREATE DATABASE ${name}`);
  await sql(
    "mydb",
    "COMMENT ON DATABASE own IS 'of the shop'; CREATE ROLE app LOGIN; ALTER ROLE app SET jit = off",
  );
  await sql("mykart", await readFile("examples/mykart/schema.sql", "utf8"));
  await sql(LISTED, "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
  await sql(
    "own",
    `CREATE TABLE t (id int PRIMARY KEY); GRANT SELECT ON t TO app; CREATE PUBLICATION theirs FOR TABLE t;
     CREATE PUBLICATION debezium_publication FOR ALL TABLES;
     ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app; ALTER DATABASE own SET work_mem = '8MB'`,
  );
  before = await stateOf();
});
afterAll(async () => {
  expect(await workspace.remove()).toEqual([]);
});

const asListed = () =>
  workspace.with({ CDC_PIPELINE_DEBEZIUM_PUBLISH: "tables", CDC_PIPELINE_DEBEZIUM_SIGNALS: "true" });

async function run(...args: string[]): Promise<JsonDocument> {
  const { document, stderr } = await workspace.json(...args);
  expect(document.ok, stderr).toBe(true);
  return document;
}

const stateOfConnector = async (name: string) => {
  const answer = await fetch(`${endpoints.connect}/connectors/${name}/status`);
  return ((await answer.json()) as { connector: { state: string } }).connector.state;
};

describe("forget", () => {
  it("leaves one database proved while another is forgotten, and everything as before with the last", async () => {
    const listed = await asListed().json("up", LISTED);
    expect(listed.document.ok, listed.stderr).toBe(true);
    await run("up", "bare", "mykart", "own");
    expect(await stateOf()).not.toEqual(before);

    await run("forget", "mykart", ...ASKED);
    const state = await stateOf();
    expect(state.dumps.mykart).toEqual(before.dumps.mykart);
    expect(state.connectors).not.toContain("mykart-connector");
    expect(state.topics.filter((topic) => topic.includes("mykart"))).toEqual([]);
    await run("verify", "bare", LISTED);

    await run("forget", "bare", "own", LISTED, ...ASKED);
    expect(await stateOf()).toEqual(before);
    const again = await workspace.run("forget", ...DATABASES, ...ASKED);
    expect(again.stdout).toContain("Nothing to forget.");
  });

  it("refuses while changes have not reached Kafka, with their bytes, and puts everything back", async () => {
    await run("up", "own");
    await fetch(`${endpoints.connect}/connectors/own-connector/pause`, { method: "PUT" });
    await expect.poll(() => stateOfConnector("own-connector"), { timeout: 30_000 }).toBe("PAUSED");
    const captured = await stateOf();
    // It is no part of a dump: nothing of it stays.
    await sql("own", "INSERT INTO t SELECT generate_series(1, 3); DELETE FROM t");
    const { document } = await workspace.json("forget", "own", ...ASKED);
    expect(document.error).toMatchObject({
      code: "UNREAD_CHANGES",
      message: expect.stringMatching(/debezium_own_slot: .* unread, 6 changes/) as string,
      hint: expect.stringContaining("forget --topics --role --yes --force own") as string,
    });
    const deleting = ["connectors", "delete", "own-connector", "--drop-slots", "--yes"];
    expect((await workspace.json(...deleting)).document.error?.hint).toContain(
      "delete --drop-slots --force --yes",
    );
    expect(await stateOf()).toEqual(captured);
    await expect.poll(() => stateOfConnector("own-connector"), { timeout: 30_000 }).toBe("PAUSED");

    const forced = await run("forget", "own", "--force", ...ASKED);
    expect(forced).toMatchObject({ droppedSlots: [{ name: "debezium_own_slot", unreadChanges: 6 }] });
    expect(await stateOf()).toEqual(before);
  });

  // What is on its way when the run ends is told by the line of the step that begins or has ended.
  it.each(["connector bare-connector stops", "slot debezium_bare_slot", "schema cdc_pipeline"])(
    "goes on after a kill at: %s",
    async (line) => {
      await run("up", "bare");
      const forgetting = workspace.start("forget", "bare", ...ASKED);
      forgetting.stderr.on("data", (chunk: Buffer) => {
        if (chunk.toString().includes(line)) forgetting.kill("SIGKILL");
      });
      expect((await forgetting).signal).toBe("SIGKILL");
      await run("forget", "bare", ...ASKED);
      expect(await stateOf()).toEqual(before);
    },
  );

  it("does the same on servers of somebody else; without their Kafka Connect it changes nothing", async () => {
    const { postgres, kafka, connect } = endpoints;
    const env = {
      CDC_PIPELINE_TARGET: "external",
      CDC_PIPELINE_POSTGRES_HOST: postgres.host,
      CDC_PIPELINE_POSTGRES_PORT: String(postgres.port),
      CDC_PIPELINE_KAFKA_BROKERS: kafka.join(","),
      CDC_PIPELINE_CONNECT_URL: connect,
    };
    const external = workspace.with(env);
    expect((await external.json("up", "own")).document).toMatchObject({ ok: true, target: "external" });
    const captured = await stateOf();

    const nobody = `http://127.0.0.1:${await freePort()}`;
    const blind = workspace.with({ ...env, CDC_PIPELINE_CONNECT_URL: nobody });
    const { document } = await blind.json("forget", "own", ...ASKED);
    expect(document.error).toMatchObject({
      code: "SLOT_IN_USE",
      message: expect.stringContaining("debezium_own_slot") as string,
      hint: expect.stringMatching(
        /bring Kafka Connect back.*forget --topics --role --yes --force own/,
      ) as string,
    });
    expect(await stateOf()).toEqual(captured);

    const forgotten = await external.json("forget", "own", ...ASKED);
    expect(forgotten.document.ok, forgotten.stderr).toBe(true);
    expect(await stateOf()).toEqual(before);
  });

  it("takes back what databases to come would have had, with --new-databases", async () => {
    await run("prepare", "bare", "--new-databases");
    expect((await stateOf()).dumps.template1).not.toEqual(before.dumps.template1);
    await run("forget", "bare", "--new-databases", "--role", "--yes");
    expect(await stateOf()).toEqual(before);
  });

  it("takes what is left of a database that does not exist any more", async () => {
    await sql("mydb", "CREATE DATABASE short_lived");
    await run("up", "short_lived");
    await fetch(`${endpoints.connect}/connectors/short_lived-connector/stop`, { method: "PUT" });
    await expect.poll(() => stateOfConnector("short_lived-connector"), { timeout: 30_000 }).toBe("STOPPED");
    // The worker closes its replication connection after it is STOPPED, and a slot in use keeps its database.
    const slot = "SELECT active FROM pg_replication_slots WHERE slot_name = 'debezium_short_lived_slot'";
    await expect.poll(() => sql("mydb", slot), { timeout: 30_000 }).toEqual([{ active: false }]);
    await sql("mydb", "DROP DATABASE short_lived WITH (FORCE)");
    await run("forget", "short_lived", ...ASKED);
    expect(await stateOf()).toEqual(before);
  });
});
