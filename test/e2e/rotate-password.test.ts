import { randomUUID } from "node:crypto";
import { chmod, chown, lstat, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { quoteLiteral } from "../../src/clients/postgres.js";
import { scramVerifier } from "../../src/stages/prepare/scram-verifier.js";
import type { RotationDocument } from "../../src/ui/render-rotation.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import { type JsonDocument, printed } from "../support/cli.js";
import { until } from "../support/until.js";
import { withAdmin } from "../support/with-admin.js";
import { Workspace } from "../support/workspace.js";

/* Passwords of Debezium's role on real servers: where they are kept, who can read them, and how they change. */

const REFERENCE = /^\$\{directory:.*\/connect\/secrets:debezium-password\}$/;
/** Every password that a test gives to the program. None of them may ever be printed. */
const PLANTED = Array.from({ length: 6 }, () => `planted-${randomUUID()}`);
const [FROM_FILE = "", ONLY_NOTED = "", NOT_KEPT = "", NOT_RESTARTED = "", GIVEN = "", BY_HAND = ""] =
  PLANTED;

let workspace: Workspace;
let endpoints: JsonDocument["endpoints"];
let writer: Writer;

beforeAll(async () => {
  workspace = await Workspace.create({ CDC_PIPELINE_DEBEZIUM_HEARTBEAT_MS: "1000" });
  const { document, stderr } = await workspace.json("up", "shop", "idle");
  expect(document.ok, stderr).toBe(true);
  endpoints = document.endpoints;
  await sql("shop", "CREATE TABLE items (id int PRIMARY KEY, text text)");
  writer = await startWriting();
});
afterAll(async () => {
  await writer.stop();
  expect(await workspace.remove()).toEqual([]);
  const all = printed.join("\n");
  for (const secret of PLANTED) expect(all.includes(secret), "a password was printed").toBe(false);
});

interface Writer {
  stop(): Promise<number>;
}

/** Inserts a row at a time, and changes the one before, until it is told to stop. */
async function startWriting(): Promise<Writer> {
  let isOn = true;
  let count = 0;
  const loop = withAdmin(endpoints.postgres, "shop", async (client) => {
    while (isOn) {
      count += 1;
      await client.query("INSERT INTO items VALUES ($1, 'new')", [count]);
      await client.query("UPDATE items SET text = 'changed', id = id WHERE id = $1", [count - 1]);
      await client.query("SELECT pg_sleep(0.005)");
    }
  });
  await until("the first rows", () =>
    Promise.resolve(count > 10 ? ready(undefined) : notYet(`${count} rows`)),
  );
  return {
    async stop() {
      isOn = false;
      await loop;
      return count;
    },
  };
}

const sql = (database: string, query: string) =>
  withAdmin(
    endpoints.postgres,
    database,
    async (client) => (await client.query<Record<string, unknown>>(query)).rows,
  );
const setPassword = (password: string) =>
  sql("mydb", `ALTER ROLE debezium_user PASSWORD ${quoteLiteral(scramVerifier(password))}`);

const passwordIn = async (connector: string): Promise<string | undefined> => {
  const answer = await fetch(`${endpoints.connect}/connectors/${connector}/config`);
  return ((await answer.json()) as Record<string, string>)["database.password"];
};

async function rotate({
  args = [],
  env = {},
}: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {}): Promise<RotationDocument> {
  const { document, stderr } = await workspace.with(env).json("rotate-password", ...args);
  expect(document.ok, stderr).toBe(true);
  return (document as JsonDocument & { rotation: RotationDocument }).rotation;
}

/** Where the worker looks: the tests read it as the program would. */
async function secrets(): Promise<string> {
  const [, folder = ""] = /^\$\{directory:(.*):/.exec((await passwordIn("idle-connector")) ?? "") ?? [];
  return folder;
}
const keep = async (name: string, password: string) => {
  const [file, like] = [join(await secrets(), name), join(await secrets(), "debezium-password")];
  await writeFile(file, password, { mode: 0o600 });
  // As the servers' user has it.
  const { uid, gid } = await lstat(like);
  await chown(file, uid, gid);
};

describe("what is kept on this machine", () => {
  it("is the servers' user's alone", async () => {
    const wide: string[] = [];
    const seen: string[] = [];
    const walk = async (path: string): Promise<void> => {
      const info = await lstat(path);
      if (info.isSymbolicLink()) return;
      seen.push(path);
      // The servers' user passes through the state folder, and sees no names there.
      const allowed =
        path === workspace.stateDir && process.getuid?.() === 0 ? 0o710 : info.isDirectory() ? 0o700 : 0o600;
      if ((info.mode & 0o777 & ~allowed) !== 0) wide.push(`${(info.mode & 0o777).toString(8)} ${path}`);
      if (info.isDirectory()) for (const name of await readdir(path)) await walk(join(path, name));
    };
    await walk(workspace.stateDir);
    expect(seen.length).toBeGreaterThan(50);
    expect(wide).toEqual([]);
  });

  it("was opened by an older version, and is closed by the next up", async () => {
    const logs = join(workspace.stateDir, "logs");
    await chmod(workspace.stateDir, 0o755);
    await chmod(logs, 0o755);
    expect((await workspace.run("deploy")).exitCode).toBe(0);
    expect((await lstat(logs)).mode & 0o777).toBe(0o700);
    expect((await lstat(workspace.stateDir)).mode & 0o007).toBe(0);
  });
});

describe("a connector of local servers", () => {
  it("refers to the password, and its tasks do", async () => {
    expect(await passwordIn("shop-connector")).toMatch(REFERENCE);
    const answer = await fetch(`${endpoints.connect}/connectors/shop-connector/tasks`);
    const [task] = (await answer.json()) as [{ config: Record<string, string> }];
    expect(task.config["database.password"]).toMatch(REFERENCE);
  });

  it("gets the reference where it has the password itself, as of an older version", async () => {
    const url = `${endpoints.connect}/connectors/idle-connector/config`;
    const config = (await (await fetch(url)).json()) as Record<string, string>;
    const plain = { ...config, "database.password": "debezium_pass" };
    const headers = { "content-type": "application/json" };
    const answer = await fetch(url, { method: "PUT", headers, body: JSON.stringify(plain) });
    expect(answer.status).toBe(200);
    const { stdout, stderr } = await workspace.run("register", "idle", "--quiet");
    expect(stdout, stderr).not.toContain("debezium_pass");
    expect(await passwordIn("idle-connector")).toMatch(REFERENCE);
    expect((await workspace.run("verify", "idle")).exitCode).toBe(0);
  });

  it("may not look anywhere else", async () => {
    const url = `${endpoints.connect}/connectors/idle-connector/config`;
    const config = (await (await fetch(url)).json()) as Record<string, string>;
    const body = { ...config, "database.user": "${directory:/etc:hostname}" };
    const validate = `${endpoints.connect}/connector-plugins/PostgresConnector/config/validate`;
    const headers = { "content-type": "application/json" };
    const answer = await fetch(validate, { method: "PUT", headers, body: JSON.stringify(body) });
    expect(await answer.text()).not.toContain((await readFile("/etc/hostname", "utf8")).trim());
  });
});

describe("rotate-password", () => {
  const BOTH = ["idle-connector", "shop-connector"];

  it("shows what it would do, and does nothing", async () => {
    const { stdout } = await workspace.run("rotate-password", "--dry-run");
    expect(stdout).toMatch(/^role debezium_user +updated +a generated one$/m);
    expect(stdout).toMatch(/^connector shop-connector +started +of shop$/m);
    expect(await readFile(join(await secrets(), "debezium-password"), "utf8")).toBe("debezium_pass");
    expect((await workspace.run("verify", "shop")).exitCode).toBe(0);
  });

  it("makes one that nobody has to know, proves both streams, and sees the old one refused", async () => {
    expect(await rotate()).toMatchObject({
      source: "generated",
      role: "updated",
      kept: "updated",
      connectors: BOTH.map((name) => ({ name, status: "started" })),
      proved: ["idle", "shop"],
      oldPassword: "refused",
    });
    PLANTED.push(await readFile(join(await secrets(), "debezium-password"), "utf8"));
    const { document } = await workspace.json("up", "shop");
    const steps = document.stages.flatMap((stage) => stage.steps.map(({ status }) => status));
    expect(steps).not.toContain("updated");
    expect(document.ok).toBe(true);
  });

  it("takes one from a file", async () => {
    await writeFile(join(workspace.folder, "next"), `${FROM_FILE}\n`);
    const done = await rotate({ args: ["--new-password-from", "next"] });
    expect(done).toMatchObject({ source: "file", role: "updated", oldPassword: "refused" });
    expect(await readFile(join(await secrets(), "debezium-password"), "utf8")).toBe(FROM_FILE);
  });

  it.each<[string, string, () => Promise<unknown>, Partial<RotationDocument>]>([
    ["had only noted it", ONLY_NOTED, () => Promise.resolve(), { role: "updated", kept: "updated" }],
    ["had changed the role", NOT_KEPT, () => setPassword(NOT_KEPT), { role: "unchanged", kept: "updated" }],
    [
      "had not restarted the connectors",
      NOT_RESTARTED,
      async () => {
        await setPassword(NOT_RESTARTED);
        await keep("debezium-password", NOT_RESTARTED);
      },
      { role: "unchanged", kept: "unchanged" },
    ],
  ])("goes on where a run was killed that %s", async (_what, password, leave, expected) => {
    await keep("debezium-password.next", password);
    await leave();
    const connectors = BOTH.map((name) => ({ name, status: "started" }));
    expect(await rotate()).toMatchObject({
      source: "kept",
      ...expected,
      connectors,
      proved: ["idle", "shop"],
    });
    expect(await readFile(join(await secrets(), "debezium-password"), "utf8")).toBe(password);
    expect(await readdir(await secrets())).toEqual(["debezium-password"]);
  });

  it("takes the configuration's where that names one, and only that", async () => {
    const env = { CDC_PIPELINE_DEBEZIUM_PASSWORD: GIVEN };
    const refused = await workspace.with(env).json("rotate-password", "--new-password-from", "generated");
    expect(refused.document.error).toMatchObject({ code: "USAGE" });
    expect(await rotate({ env })).toMatchObject({
      source: "configuration",
      role: "updated",
      oldPassword: "refused",
    });
    const again = await rotate({ env });
    expect(again).toMatchObject({ role: "unchanged", kept: "unchanged" });
    expect(again.connectors.map(({ status }) => status)).toEqual(["unchanged", "unchanged"]);
  });

  it("is what up says where the role has another one", async () => {
    const env = { CDC_PIPELINE_DEBEZIUM_PASSWORD: BY_HAND };
    const { document } = await workspace.with(env).json("up", "shop");
    expect(document.error).toMatchObject({
      code: "ROLE_UNSUITABLE",
      hint: expect.stringContaining("cdc-pipeline rotate-password") as string,
    });
    // Changed by hand, the role first: register brings the worker up to it.
    await setPassword(BY_HAND);
    const up = await workspace.with(env).json("up", "shop", "idle");
    expect(up.document.ok, up.stderr).toBe(true);
    expect(await readFile(join(await secrets(), "debezium-password"), "utf8")).toBe(BY_HAND);
    const terminated = await sql(
      "mydb",
      "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active",
    );
    expect(terminated.length).toBe(2);
    expect((await workspace.with(env).run("verify", "shop")).exitCode).toBe(0);
  });

  it("has lost no event of the rows that were written meanwhile", async () => {
    expect(await writer.stop()).toBeGreaterThan(100);
    const { exitCode, stdout } = await workspace.run("reconcile", "shop");
    expect(exitCode, stdout).toBe(0);
  });
});

describe("servers that somebody else runs", () => {
  const external = (password: string) =>
    workspace.with({
      CDC_PIPELINE_TARGET: "external",
      CDC_PIPELINE_POSTGRES_PORT: String(endpoints.postgres.port),
      CDC_PIPELINE_KAFKA_BROKERS: endpoints.kafka.join(","),
      CDC_PIPELINE_CONNECT_URL: endpoints.connect,
      CDC_PIPELINE_DEBEZIUM_PASSWORD: password,
    });

  it("have the password in the configuration, which is put anew", async () => {
    const before = await external(BY_HAND).json("register", "shop");
    expect(before.document.ok, before.stderr).toBe(true);
    expect(await passwordIn("shop-connector")).toBe(BY_HAND);
    // One that is looked up elsewhere: whoever keeps it there has put the new one first.
    await keep("debezium-password", GIVEN);
    const { document, stderr } = await external(GIVEN).json("rotate-password");
    expect(document.ok, stderr).toBe(true);
    expect(document).toMatchObject({
      rotation: {
        source: "configuration",
        role: "updated",
        kept: null,
        connectors: [
          { name: "idle-connector", status: "started" },
          { name: "shop-connector", status: "updated" },
        ],
      },
    });
    expect(await passwordIn("shop-connector")).toBe(GIVEN);
  });
});

describe("a database in which nothing happens", () => {
  it("does not keep WAL while another one is written to", async () => {
    const rows = "SELECT n, repeat(md5(n::text), 10) FROM generate_series(1000001, 1010000) AS n";
    await sql("shop", `INSERT INTO items ${rows}`);
    const [written] = await sql("shop", "SELECT pg_current_wal_lsn()::text AS end");
    const ask = `SELECT restart_lsn > '${String(written?.end)}' AS moved, restart_lsn::text AS restart,
        confirmed_flush_lsn::text AS confirmed FROM pg_replication_slots WHERE slot_name = 'debezium_idle_slot'`;
    const [before] = await sql("mydb", ask);
    expect(before?.moved).toBe(false);
    await until(
      "the idle slot lets go of what was written elsewhere",
      async () => {
        // A slot moves its begin at what a checkpoint writes.
        await sql("mydb", "CHECKPOINT");
        const [now] = await sql("mydb", `${ask} AND pg_sleep(0.3) IS NOT NULL`);
        return now?.moved === true ? ready(undefined) : notYet(JSON.stringify(now));
      },
      60_000,
    );
  });
});
