import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { withPostgres } from "../../src/clients/postgres.js";
import type { WatchEntry } from "../../src/connectors/watch/watch-entry.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import { printed } from "../support/cli.js";
import { until } from "../support/until.js";
import { Workspace } from "../support/workspace.js";

const PASSWORD = "debezium-pass-of-the-watch-test";
const WAIT_MS = 40_000;

let workspace: Workspace;
let watching: ReturnType<Workspace["start"]>;
let output = "";

beforeAll(async () => {
  workspace = await Workspace.create({ CDC_PIPELINE_DEBEZIUM_PASSWORD: PASSWORD });
  const { exitCode, stderr } = await workspace.run("up", "one", "two");
  expect(exitCode, stderr).toBe(0);
  // By itself Debezium tries for ever while PostgreSQL is away, and the task is RUNNING all the while.
  for (const name of ["one", "two"]) {
    const answer = await fetch(`${connectUrl()}/connectors/${name}-connector/config`, {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ "errors.max.retries": "0" }),
    });
    expect(answer.status).toBe(200);
  }
  // Only what streams fails when PostgreSQL goes.
  expect((await workspace.run("verify", "one", "two")).exitCode).toBe(0);
  watching = workspace.start("connectors", "watch", "--backoff", "1", "--max-backoff", "2");
  watching.stdout.on("data", (piece) => (output += String(piece)));
});

afterAll(async () => {
  watching.kill("SIGINT");
  const { exitCode } = await watching;
  expect(exitCode).toBe(0);
  expect(printed.join("\n")).not.toContain(PASSWORD);
  expect(await workspace.remove()).toEqual([]);
});

const connectUrl = () => `http://127.0.0.1:${workspace.env.CDC_PIPELINE_LOCAL_CONNECT_PORT}`;

const entries = (connector: string): WatchEntry[] =>
  output
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as WatchEntry)
    .filter((entry) => entry.connector === connector);

/** The first line of that kind, of those that came since. */
const telling = (connector: string, wanted: Partial<WatchEntry>, since = 0): Promise<WatchEntry> =>
  until(
    `the watch tells ${JSON.stringify(wanted)} of ${connector}`,
    () => {
      const found = entries(connector)
        .slice(since)
        .find((entry) =>
          Object.entries(wanted).every(([key, value]) => entry[key as keyof WatchEntry] === value),
        );
      return Promise.resolve(found === undefined ? notYet(output.slice(-2000)) : ready(found));
    },
    WAIT_MS,
  );

const query = async (database: string, ...statements: readonly string[]) => {
  const [host, port] = ["127.0.0.1", Number(workspace.env.CDC_PIPELINE_LOCAL_POSTGRES_PORT)];
  const endpoint = { host, port, adminUser: "admin", adminPassword: "password123", adminDatabase: "mydb" };
  await withPostgres(endpoint, database, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
};
const END_CONNECTIONS =
  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'debezium_user' AND datname =";

const states = async () => {
  const answer = await fetch(`${connectUrl()}/connectors?expand=status`);
  const all = (await answer.json()) as Record<string, { status: { tasks: { state: string }[] } }>;
  return Object.fromEntries(
    Object.entries(all).map(([name, { status }]) => [name, status.tasks.map(({ state }) => state)]),
  );
};

describe("connectors watch", () => {
  it("brings tasks back that failed while PostgreSQL was away", async () => {
    const pid = (await workspace.state())?.servers.postgres?.process.pid ?? 0;
    process.kill(pid, "SIGKILL");
    for (const name of ["one-connector", "two-connector"]) {
      const restart = await telling(name, { action: "restart", result: "asked" });
      expect(restart).toMatchObject({ task: 0, class: "passing", attempt: 1 });
    }
    const { exitCode, stderr } = await workspace.run("deploy");
    expect(exitCode, stderr).toBe(0);
    for (const name of ["one-connector", "two-connector"]) {
      await telling(name, { action: "result", result: "running" });
    }
    expect(await states()).toEqual({ "one-connector": ["RUNNING"], "two-connector": ["RUNNING"] });
    const { exitCode: verified } = await workspace.run("verify", "one", "two");
    expect(verified).toBe(0);
  });

  it("tells that a publication is gone and does not restart what needs it, until that was mended", async () => {
    const since = entries("two-connector").length;
    await query("two", "DROP PUBLICATION debezium_publication", `${END_CONNECTIONS} 'two'`);
    const report = await telling("two-connector", { action: "report" }, since);
    expect(report).toMatchObject({
      task: 0,
      class: "lasting",
      cause: expect.stringContaining("Publication autocreation is disabled") as string,
      hint: expect.stringContaining("cdc-pipeline prepare") as string,
      result: "left",
    });
    const told = entries("two-connector").length;
    const once = await workspace.run("connectors", "watch", "two-*", "--once", "--state", "once.json");
    expect(once.exitCode).toBe(1);
    expect(JSON.parse(once.stdout)).toMatchObject({ connector: "two-connector", action: "report" });
    expect(entries("two-connector")).toHaveLength(told);
    await workspace.run("prepare", "two");
    expect((await workspace.run("register", "two")).exitCode).toBe(0);
    const well = await workspace.run("connectors", "watch", "two-*", "--once", "--state", "once.json");
    expect(well).toMatchObject({ exitCode: 0, stdout: "" });
  });

  it("tells that a password is wrong and does not restart what has it", async () => {
    const since = entries("one-connector").length;
    await query("mydb", "ALTER ROLE debezium_user PASSWORD 'another'", `${END_CONNECTIONS} 'one'`);
    const report = await telling("one-connector", { action: "report" }, since);
    expect(report).toMatchObject({
      class: "lasting",
      cause: expect.stringContaining("password authentication failed") as string,
      result: "left",
    });
    expect((await states())["one-connector"]).toEqual(["FAILED"]);
  });

  it("keeps what it counts where nobody else can read it, without a secret", async () => {
    const text = await readFile(join(workspace.stateDir, "watch.json"), "utf8");
    expect(text).toContain("one-connector");
    expect(text).not.toContain(PASSWORD);
  });

  it("tells a slot that PostgreSQL has given up, though its connector is RUNNING or was stopped for it", async () => {
    await query("mydb", `ALTER ROLE debezium_user PASSWORD '${PASSWORD}'`);
    expect((await workspace.run("register", "one")).exitCode).toBe(0);
    const since = entries("one-connector").length;
    await query("mydb", "ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'", "SELECT pg_reload_conf()");
    for (let segment = 0; segment < 4; segment += 1) {
      await query(
        "mydb",
        "SELECT pg_logical_emit_message(false, 'filler', repeat('x', 20000000))",
        "SELECT pg_switch_wal()",
      );
    }
    await query("mydb", "CHECKPOINT");
    const report = await telling("one-connector", { action: "report" }, since);
    expect(report.cause).toContain("debezium_one_slot");
    expect(report.hint).toContain("cdc-pipeline doctor one");
  });
});
