import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { notYet, ready } from "../../src/wait/wait-until.js";
import type { JsonDocument } from "../support/cli.js";
import { until } from "../support/until.js";
import { withAdmin } from "../support/with-admin.js";
import { Workspace } from "../support/workspace.js";

/* Each command once, with what it does read back from the worker by plain HTTP, or from PostgreSQL. */

const SHOP = "shop-connector";
const MALL = "mall-connector";
/** Somebody else's, which names a publication that is not there. */
const BROKEN = "broken";

interface Status {
  readonly connector: { readonly state: string };
  readonly tasks: readonly { readonly state: string; readonly trace?: string }[];
}
interface Offsets {
  readonly offsets: readonly { readonly offset: Readonly<Record<string, unknown>> | null }[];
}
type Document = JsonDocument & {
  readonly connectors: readonly Readonly<Record<string, unknown>>[];
  readonly slotsLeft: readonly { readonly slot: string; readonly sql: string }[];
  readonly warnings: readonly { readonly connector: string; readonly warning: string }[];
  readonly loggers: readonly { readonly name: string; readonly level: string }[];
  readonly before: string;
  readonly scope: string;
  readonly settings: readonly { readonly name: string }[];
};

let workspace: Workspace;
let endpoints: JsonDocument["endpoints"];

beforeAll(async () => {
  workspace = await Workspace.create();
  const { document, stderr } = await workspace.json("up", "shop", "mall");
  expect(document.ok, stderr).toBe(true);
  endpoints = document.endpoints;
  const config = await get<Record<string, string>>(`/connectors/${SHOP}/config`);
  const rest = Object.fromEntries(
    Object.entries(config).filter(([key]) => key !== "name" && key !== "cdc.pipeline.managed"),
  );
  await send("PUT", `/connectors/${BROKEN}/config`, {
    ...rest,
    "publication.name": "nowhere",
    "slot.name": "broken_slot",
    "topic.prefix": "broken",
  });
  await until("the broken connector has not failed", async () => {
    const answer = await fetch(`${endpoints.connect}/connectors/${BROKEN}/status`);
    const text = await answer.text();
    return text.includes("FAILED") ? ready(undefined) : notYet(text);
  });
});
afterAll(async () => {
  expect(await workspace.remove()).toEqual([]);
});

async function send(method: string, path: string, body?: object): Promise<Response> {
  const answer = await fetch(`${endpoints.connect}${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
  return answer;
}

const get = async <T>(path: string): Promise<T> => (await (await send("GET", path)).json()) as T;
const names = async () => (await get<string[]>("/connectors")).sort();
const offsetsOf = async (name: string) => (await get<Offsets>(`/connectors/${name}/offsets`)).offsets;

async function states(name: string): Promise<string[]> {
  const { connector, tasks } = await get<Status>(`/connectors/${name}/status`);
  return [connector, ...tasks].map(({ state }) => state);
}

/** Runs `connectors …` with `--json`. */
async function run(...args: string[]) {
  const result = await workspace.json("connectors", ...args);
  return { ...result, document: result.document as Document };
}

const sql = (text: string, database = "shop") =>
  withAdmin(
    endpoints.postgres,
    database,
    async (client) => (await client.query<Record<string, unknown>>(text)).rows,
  );

const slot = async (name: string) =>
  (await sql(`SELECT active_pid, active FROM pg_replication_slots WHERE slot_name = '${name}'`))[0];

describe("connectors list", () => {
  it("shows what has failed first, with its root cause, and how many there are of each kind", async () => {
    const { stdout, exitCode } = await workspace.run("connectors", "list");
    expect(exitCode).toBe(0);
    const [heading, first, ...others] = stdout.split("\n");
    expect(heading).toMatch(/^name +class +state +tasks +worker/);
    expect(first).toMatch(/^broken +PostgresConnector +RUNNING +1 FAILED +127\.0\.0\.1:\d+$/);
    expect(others[0]).toMatch(/^mall-connector +PostgresConnector +RUNNING +1\/1 RUNNING +\S+ +ours$/);
    expect(stdout).toContain("  broken: task 0 FAILED: Publication autocreation is disabled");
    expect(stdout).toContain("3 connectors: 1 failed, 2 running");
  });

  it("is for scripts with --json, --failed and --check", async () => {
    const failed = await run("list", "--failed");
    expect(failed.exitCode).toBe(0);
    expect(failed.document.connectors).toMatchObject([
      { name: BROKEN, condition: "failed", isOurs: false, tasks: [{ id: 0, state: "FAILED" }] },
    ]);
    expect((await run("list", "--check")).exitCode).toBe(1);
    expect((await run("list", "--check", "*-connector")).exitCode).toBe(0);
  });

  it("goes on with --watch, a line for each change", async () => {
    const child = workspace.start("connectors", "list", "--watch", "--json", "shop-*");
    const lines: Record<string, unknown>[] = [];
    child.stdout.on("data", (data: Buffer) => {
      for (const line of data.toString().trim().split("\n")) {
        lines.push(JSON.parse(line) as Record<string, unknown>);
      }
    });
    await new Promise((resolve) => child.stderr.once("data", resolve));
    await send("PUT", `/connectors/${MALL}/pause`);
    await expect.poll(() => states(MALL)).toEqual(["PAUSED", "PAUSED"]);
    await send("PUT", `/connectors/${SHOP}/pause`);
    await expect.poll(() => lines.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
    child.kill("SIGINT");
    expect((await child).exitCode).toBe(0);
    const change = { connector: SHOP, before: "RUNNING", after: "PAUSED", reason: null };
    expect(lines).toMatchObject([
      { ...change, task: null },
      { ...change, task: 0 },
    ]);
  });
});

describe("connectors resume and pause", () => {
  it("bring all of them back, and change nothing the second time", async () => {
    const { document, exitCode } = await run("resume", MALL, SHOP);
    expect(exitCode).toBe(0);
    expect(document.connectors).toMatchObject([
      { name: MALL, status: "started" },
      { name: SHOP, status: "started" },
    ]);
    expect(document.warnings).toEqual([]);
    expect([...(await states(MALL)), ...(await states(SHOP))]).toEqual(Array(4).fill("RUNNING"));
    const again = await run("resume", "*-connector");
    expect(again.document.connectors.map(({ status }) => status)).toEqual(["unchanged", "unchanged"]);
    expect(again.document.stages).toMatchObject([{ stage: "resume", status: "unchanged" }]);
  });

  it("wait until the tasks are paused as well", async () => {
    expect((await run("pause", MALL)).document.connectors).toMatchObject([{ status: "updated" }]);
    expect(await states(MALL)).toEqual(["PAUSED", "PAUSED"]);
    expect((await run("pause", MALL)).document.connectors).toMatchObject([{ status: "unchanged" }]);
    await run("resume", MALL);
  });

  it("fail for one that cannot run, with its root cause, and the others go on", async () => {
    await run("pause", MALL);
    const { document, exitCode } = await run("resume", "*");
    expect(exitCode).toBe(1);
    expect(document.error).toMatchObject({
      code: "CONNECTOR_TASK_FAILED",
      message: expect.stringContaining("connector broken: task 0 FAILED: Publication autocreation") as string,
      hint: "remove the cause, then: cdc-pipeline connectors restart --failed broken",
    });
    expect(await states(MALL)).toEqual(["RUNNING", "RUNNING"]);
  });
});

describe("connectors get", () => {
  it("shows tasks, configuration, topics and offsets, and no password", async () => {
    const { stdout } = await workspace.run("connectors", "get", SHOP);
    expect(stdout).toMatch(/^ {2}task 0 +RUNNING on 127\.0\.0\.1:\d+$/m);
    expect(stdout).toMatch(/^ {4}database\.password +\$\{directory:\S+:debezium-password\}$/m);
    expect(stdout).toContain("debezium.shop.cdc_pipeline.probe");
    expect(stdout).not.toContain("password123");
  });

  it("has the whole trace of a failure only with --verbose", async () => {
    const trace = "io.debezium.connector.postgresql.PostgresConnectorTask";
    expect((await workspace.run("connectors", "get", BROKEN)).stdout).not.toContain(`at ${trace}`);
    expect((await workspace.run("connectors", "get", BROKEN, "-v")).stdout).toContain(`at ${trace}`);
  });

  it("prints only the configuration with --config-only, in which nothing is to be hidden", async () => {
    const { stdout, stderr } = await workspace.run("connectors", "get", SHOP, "--config-only");
    const { name, config } = JSON.parse(stdout) as { name: string; config: Record<string, string> };
    const real = await get<Record<string, string>>(`/connectors/${SHOP}/config`);
    expect({ name, config }).toEqual({ name: SHOP, config: real });
    expect(stderr).not.toContain("database.password");
  });
});

describe("connectors restart", () => {
  it("gives the slot a new reader, and waits until it reads", async () => {
    const before = await slot("debezium_shop_slot");
    expect((await run("restart", SHOP)).document.connectors).toMatchObject([{ status: "started" }]);
    expect(await states(SHOP)).toEqual(["RUNNING", "RUNNING"]);
    await expect.poll(() => slot("debezium_shop_slot"), { timeout: 20_000 }).toMatchObject({ active: true });
    const after = await slot("debezium_shop_slot");
    expect(after?.active_pid).not.toBe(before?.active_pid);
    expect((await run("restart", SHOP, "--task", "0")).document.ok).toBe(true);
    await expect.poll(() => slot("debezium_shop_slot"), { timeout: 20_000 }).toMatchObject({ active: true });
    expect((await slot("debezium_shop_slot"))?.active_pid).not.toBe(after?.active_pid);
    expect((await run("restart", SHOP, "--task", "7")).document.error).toMatchObject({
      code: "USAGE",
      message: "connector shop-connector has no task 7",
      hint: "it has: 0",
    });
  });

  it("of what has failed shows that it failed again, and why", async () => {
    const { document, exitCode } = await run("restart", "--failed", "*");
    expect(exitCode).toBe(1);
    expect(document.error?.message).toContain("Publication autocreation is disabled");
    const steps = document.stages[0]?.steps.map(({ step, status }) => [step, status]);
    expect(Object.fromEntries(steps ?? [])).toEqual({
      "connector broken": "failed",
      "connector mall-connector": "unchanged",
      "connector shop-connector": "unchanged",
    });
  });

  it("of what has failed lets it run when the cause is gone", async () => {
    await sql("CREATE PUBLICATION nowhere FOR ALL TABLES");
    expect((await run("restart", "--failed", BROKEN)).exitCode).toBe(0);
    expect(await states(BROKEN)).toEqual(["RUNNING", "RUNNING"]);
  });
});

describe("connectors stop and offsets", () => {
  it("leave no task, and show that slot and offset agree", async () => {
    expect((await run("stop", SHOP)).document.connectors).toMatchObject([{ status: "stopped" }]);
    expect(await states(SHOP)).toEqual(["STOPPED"]);
    const { document } = await run("offsets", SHOP);
    const [position] = document.connectors;
    expect(position).toMatchObject({
      postgres: { slot: "debezium_shop_slot", isActive: false, walStatus: "reserved", isLoss: false },
    });
    const { lsn, confirmedLsn, agreement } = position?.postgres as Record<string, string>;
    expect(lsn).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    expect(agreement).toBe(lsn === confirmedLsn ? "equal" : "slot behind");
  });

  it("tell of a connector that runs that it has to be stopped", async () => {
    await expect.poll(() => offsetsOf(BROKEN), { timeout: 90_000, interval: 500 }).not.toEqual([]);
    const { document, exitCode } = await run("offsets", "--reset", BROKEN, "--yes");
    expect(exitCode).toBe(1);
    expect(document.error).toMatchObject({
      code: "CONNECTOR_NOT_STOPPED",
      hint: "cdc-pipeline connectors stop broken; then again",
    });
  });

  it("take the offset away only when told twice, and put it back from what was printed", async () => {
    const before = await offsetsOf(SHOP);
    expect(before).toHaveLength(1);
    const saved = (await workspace.json("connectors", "offsets", SHOP)).stdout;
    const file = join(workspace.folder, "offsets.json");
    await writeFile(file, saved);
    const dry = await workspace.run("connectors", "offsets", "--reset", SHOP, "--dry-run");
    expect(dry.stdout).toMatch(/- server=debezium\.shop: lsn .*\n +\+ server=debezium\.shop: nothing/);
    const unasked = await run("offsets", "--reset", SHOP);
    expect(unasked.exitCode).toBe(2);
    expect(unasked.document.error?.hint).toContain(`connectors offsets --reset --yes ${SHOP}`);
    expect(await offsetsOf(SHOP)).toEqual(before);
    expect((await run("offsets", "--reset", SHOP, "--yes")).document.connectors).toMatchObject([
      { name: SHOP, status: "removed", changes: [{ after: null }] },
    ]);
    expect(await offsetsOf(SHOP)).toEqual([]);
    expect((await run("offsets", "--reset", SHOP, "--yes")).document.connectors).toMatchObject([
      { status: "unchanged" },
    ]);
    expect((await run("offsets", "--set", file, SHOP, "--yes")).document.connectors).toMatchObject([
      { status: "updated" },
    ]);
    expect(await offsetsOf(SHOP)).toEqual(before);
  });

  it("say when the slot is ahead, and resume warns of the changes that are lost", async () => {
    await sql("CREATE TABLE public.lost (id int); INSERT INTO public.lost VALUES (1)");
    await sql("SELECT pg_replication_slot_advance('debezium_shop_slot', pg_current_wal_lsn())");
    const { document } = await run("offsets", SHOP);
    expect(document.connectors).toMatchObject([
      {
        postgres: { agreement: "slot ahead", isLoss: true, remedy: "cdc-pipeline recapture shop" },
      },
    ]);
    // Where the slot's WAL begins after the offset, Debezium refuses to start; else it would go on without a word.
    const resumed = await workspace.run("connectors", "resume", SHOP);
    expect(resumed.stderr).toContain("the changes in between are lost to this connector");
    expect(resumed.stderr).toContain("To begin anew with a snapshot: cdc-pipeline recapture shop");
    expect((await workspace.run("recapture", "shop")).exitCode).toBe(0);
    expect(await states(SHOP)).toEqual(["RUNNING", "RUNNING"]);
    expect((await run("offsets", SHOP)).document.connectors).toMatchObject([{ postgres: { isLoss: false } }]);
  });
});

describe("connectors topics, plugins and loggers", () => {
  it("show and forget the topics of a connector", async () => {
    const path = `/connectors/${SHOP}/topics`;
    const used = async () => (await get<Record<string, { topics: string[] }>>(path))[SHOP]?.topics;
    // A heartbeat's topic may come between the two looks.
    await vi.waitFor(
      async () => {
        const { document } = await run("topics", SHOP);
        expect(document.connectors).toEqual([{ name: SHOP, topics: (await used())?.sort() }]);
      },
      { timeout: 20_000 },
    );
    expect((await run("topics", "--reset", SHOP, "--yes")).document.connectors).toMatchObject([
      { status: "removed" },
    ]);
    // A heartbeat may have been sent since; the worker answers before it has forgotten.
    await expect.poll(used).not.toContain("debezium.shop.cdc_pipeline.probe");
  });

  it("list the classes and the settings of one", async () => {
    const { document } = await run("plugins", "postgresconnector", "--search", "slot.name");
    expect(document.settings.map(({ name }) => name)).toContain("slot.name");
    const all = await workspace.run("connectors", "plugins", "--all");
    expect(all.stdout).toMatch(/^converter +org\.apache\.kafka\.connect\.json\.JsonConverter/m);
    expect((await run("plugins", "PostgresConector")).document.error).toMatchObject({
      code: "CONNECTOR_CLASS_MISSING",
      hint: expect.stringContaining(
        "did you mean io.debezium.connector.postgresql.PostgresConnector?",
      ) as string,
    });
  });

  it("set a log level on all workers", async () => {
    const { document } = await run("loggers", "io.debezium.connector", "debug");
    expect(document).toMatchObject({ scope: "cluster", before: "INFO" });
    expect(await get("/admin/loggers/io.debezium.connector")).toMatchObject({ level: "DEBUG" });
    const { stdout } = await workspace.run("connectors", "loggers", "io.debezium.connector", "INFO");
    expect(stdout).toBe("io.debezium.connector  DEBUG -> INFO, on all workers");
  });
});

describe("connectors delete", () => {
  it("shows what would go and needs --yes where nobody can be asked", async () => {
    const dry = await workspace.run("connectors", "delete", "*", "--dry-run");
    expect(dry.stdout).toMatch(/^- delete {2}broken +PostgresConnector +RUNNING +tasks: 1\/1 RUNNING$/m);
    expect(dry.stdout).toContain("SELECT pg_drop_replication_slot('debezium_mall_slot');");
    const { document, exitCode } = await run("delete", "*");
    expect(exitCode).toBe(2);
    expect(document.error?.message).toBe(
      "This deletes 3 connectors: broken, mall-connector, shop-connector.",
    );
    expect(await names()).toEqual([BROKEN, MALL, SHOP]);
  });

  it("deletes several, and names the slots that stay, with SQL that drops them", async () => {
    const { document } = await run("delete", BROKEN, MALL, "gone-already", "--yes");
    expect(document.connectors).toMatchObject([
      { name: BROKEN, status: "removed" },
      { name: MALL, status: "removed" },
      { name: "gone-already", status: "unchanged" },
    ]);
    expect(await names()).toEqual([SHOP]);
    expect(document.slotsLeft.map((left) => left.slot)).toEqual(["broken_slot", "debezium_mall_slot"]);
    for (const left of document.slotsLeft) {
      await expect.poll(() => slot(left.slot), { timeout: 20_000 }).toMatchObject({ active: false });
      await sql(left.sql);
      expect(await slot(left.slot)).toBeUndefined();
    }
    await sql("DROP PUBLICATION nowhere");
  });

  it("forgets the offsets as well where that is wanted, so that the same name begins anew", async () => {
    const config = await get<Record<string, string>>(`/connectors/${SHOP}/config`);
    const create = async () => {
      await send("POST", "/connectors", { name: SHOP, config, initial_state: "STOPPED" });
      await expect.poll(() => states(SHOP).catch(() => []), { timeout: 20_000 }).toEqual(["STOPPED"]);
      return offsetsOf(SHOP);
    };
    expect((await run("delete", SHOP, "--yes")).exitCode).toBe(0);
    expect(await create()).toHaveLength(1);
    expect((await run("delete", SHOP, "--reset-offsets", "--yes")).exitCode).toBe(0);
    expect(await names()).toEqual([]);
    expect(await create()).toEqual([]);
  });
});
