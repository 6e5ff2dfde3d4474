import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { Workspace } from "../support/workspace.js";

const PASSWORD = "planted-debezium-4d1e";

interface PlanDocument {
  readonly changes: number;
  readonly deploy: readonly { readonly title: string; readonly status: string }[];
  readonly prepare: readonly {
    readonly database: string;
    readonly creation: PlanStep | null;
    readonly steps: readonly PlanStep[];
  }[];
  readonly register: readonly { readonly connector: string; readonly status: string }[];
  readonly unplanned: readonly { readonly stage: string }[];
}
interface PlanStep {
  readonly step: string;
  readonly status: string;
}

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create({ CDC_PIPELINE_DEBEZIUM_PASSWORD: PASSWORD });
});
afterAll(async () => {
  expect(await workspace.remove()).toEqual([]);
});

async function planOf(...args: string[]): Promise<PlanDocument> {
  const { document, exitCode, stdout } = await workspace.json(...args);
  expect(exitCode).toBe(0);
  expect(document).toMatchObject({ ok: true, stages: [] });
  expect(stdout).not.toContain(PASSWORD);
  return (document as unknown as { plan: PlanDocument }).plan;
}

/** `step: status` of what a stage did, but for the steps that only look. */
async function doneBy(...args: string[]): Promise<Record<string, string[]>> {
  const { document, exitCode } = await workspace.json(...args);
  expect(exitCode).toBe(0);
  return Object.fromEntries(
    document.stages.map(({ stage, steps }) => [
      stage,
      steps
        .filter(({ step }) => !/^access as|RUNNING$/.test(step))
        .map(({ step, status }) => `${step}: ${status}`),
    ]),
  );
}

const stepsOf = ({ prepare }: PlanDocument) =>
  prepare
    .flatMap(({ creation, steps }) => [...(creation === null ? [] : [creation]), ...steps])
    .map(({ step, status }) => `${step}: ${status}`);

/** What there is: databases, roles and slots of the server, Connect's connectors. */
async function everything(): Promise<unknown> {
  const { servers = {} } = { ...(await workspace.state()) };
  const { postgres, connect } = servers;
  const client = new Client({
    host: "127.0.0.1",
    port: postgres?.port ?? 0,
    user: "admin",
    password: "password123",
    database: "mydb",
  });
  await client.connect();
  const { rows } = await client.query(
    `SELECT (SELECT array_agg(datname ORDER BY 1) FROM pg_database) AS databases,
            (SELECT array_agg(rolname || rolreplication ORDER BY 1) FROM pg_roles) AS roles,
            (SELECT array_agg(slot_name ORDER BY 1) FROM pg_replication_slots) AS slots`,
  );
  await client.end();
  const answer = await fetch(`http://127.0.0.1:${connect?.port ?? 0}/connectors?expand=info`);
  return { rows, connectors: await answer.json() };
}

describe("plan before anything runs", () => {
  it("says which servers would be started, and what cannot be known before", async () => {
    const plan = await planOf("plan", "mykart");
    expect(plan.deploy.map(({ status }) => status)).toEqual(["started", "started", "started"]);
    expect(plan.unplanned.map(({ stage }) => stage)).toEqual(["prepare", "register"]);
    expect(plan.changes).toBe(3);
    await expect(readFile(join(workspace.stateDir, "state.json"))).rejects.toThrow(/ENOENT/);
  });

  it("and then these are started", async () => {
    const planned = (await planOf("deploy", "--dry-run")).deploy.map(
      ({ title, status }) => `${title}: ${status}`,
    );
    const { deploy } = await doneBy("deploy");
    expect(deploy).toEqual(expect.arrayContaining(planned));
  });
});

describe("what up does is what was planned", () => {
  it("for a database that is not there, and nothing is written for the plan", async () => {
    const before = await everything();
    const plan = await planOf("up", "mykart", "--dry-run");
    const text = await workspace.run("plan", "mykart");
    expect(text.stdout).toContain("CREATE PUBLICATION");
    const sql = await workspace.run("plan", "mykart", "--sql");
    expect(sql.stdout).toContain("PASSWORD :'debezium_password'");
    expect(`${text.stdout}${text.stderr}${sql.stdout}`).not.toContain(PASSWORD);
    expect(await everything()).toEqual(before);

    const done = await doneBy("up", "mykart");
    expect(done.prepare).toEqual(stepsOf(plan));
    expect(done.register?.filter((step) => step.startsWith("connector mykart"))).toEqual(
      plan.register.map(({ connector, status }) => `connector ${connector}: ${status}`),
    );
  });

  it("which is nothing, the second time", async () => {
    expect((await planOf("plan", "mykart")).changes).toBe(0);
    expect((await workspace.run("plan", "mykart")).stdout).toMatch(/Nothing to change that stays\.$/);
  });

  it("and only what has drifted, when something has", async () => {
    const drifted = { ...workspace.env, CDC_PIPELINE_DEBEZIUM_HEARTBEAT_MS: "7000" };
    const elsewhere = Object.assign(Object.create(workspace) as Workspace, { env: drifted });
    const before = await everything();
    const { stdout } = await elsewhere.run("plan", "mykart");
    expect(stdout).toContain("~ heartbeat.interval.ms = 10000 -> 7000");
    expect(stdout).toMatch(/^1 change\. Nothing was written\. To do it: (npx )?cdc-pipeline up mykart$/m);
    expect(await everything()).toEqual(before);
  });
});

describe("doctor on what was brought up", () => {
  it("finds no error and no warning, within seconds, in all three servers", async () => {
    const { document, exitCode } = await workspace.json("doctor", "mykart", "--strict");
    const { findings, skipped } = document as unknown as {
      findings: { code: string; severity: string; seen: string }[];
      skipped: unknown[];
    };
    expect(findings.filter(({ severity }) => severity === "error" || severity === "warning")).toEqual([]);
    expect(exitCode).toBe(0);
    expect(skipped).toEqual([]);
    expect(findings.filter(({ severity }) => severity === "ok").length).toBeGreaterThanOrEqual(60);
  });

  it("finds the databases by their connectors where none is named", async () => {
    const { stdout, exitCode } = await workspace.run("doctor");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Looked at the servers, and at mykart\.$/m);
  });
});

describe("down --dry-run", () => {
  it("names what would go and stops nothing", async () => {
    const { stdout, exitCode } = await workspace.run("down", "--purge", "--dry-run");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/data and logs {2}removed/);
    expect(await workspace.liveServers()).toHaveLength(3);
  });
});
