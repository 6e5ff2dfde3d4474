import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { execa } from "execa";
import { Kafka, logLevel } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";

import { captureState } from "../support/capture-state.js";
import type { JsonDocument } from "../support/cli.js";
import {
  type ComposeWorkspace,
  containersOf,
  createComposeWorkspace,
  docker,
  whatIsLeftOf,
} from "../support/compose-project.js";
import { noCompose } from "../support/docker.js";

const COMPOSE_FILE = fileURLToPath(new URL("../../docker-compose.yml", import.meta.url));
const PRODUCTS = "debezium.mykart.public.products";
const VOLUMES = ["connect-secrets", "kafka-data", "postgres-data", "wal-archive"];
const REFERENCE = "${directory:/run/cdc-pipeline:debezium-password}";

const title = noCompose === undefined ? "the target compose" : `the target compose (skipped: ${noCompose})`;

describe.skipIf(noCompose !== undefined)(title, () => {
  let own: ComposeWorkspace;
  let first: JsonDocument;
  let containers: Record<string, string>;
  /** What the daemon had before the first `up`. */
  let before: readonly string[];

  beforeAll(async () => {
    before = await everything();
    own = await createComposeWorkspace();
    const older = own.workspace.with({
      CDC_PIPELINE_COMPOSE_FILE: await writeOlderFile(own.workspace.folder),
    });
    first = (await older.json("up", "mykart")).document;
  });

  afterAll(async () => {
    expect(await own.workspace.remove()).toEqual([]);
    expect(await whatIsLeftOf(own.project)).toEqual([]);
  });

  const psql = async (sql: string) => {
    const login = ["-h", "127.0.0.1", "-p", String(own.ports.postgres), "-U", "admin", "-d", "mykart"];
    const options = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"];
    const { stdout } = await execa("psql", [...options, ...login, "-c", sql], {
      env: { PGPASSWORD: "password123" },
    });
    return stdout.trim();
  };
  const statuses = ({ stages }: JsonDocument) => stages.map(({ stage, status }) => `${stage} ${status}`);
  const passwordInConfig = async () => {
    const answer = await fetch(`${first.endpoints.connect}/connectors/mykart-connector/config`);
    return ((await answer.json()) as Record<string, string>)["database.password"];
  };
  const inPostgres = (...command: string[]) => docker("exec", containers.postgres ?? "", ...command);

  it("starts the three servers and ends with a streamed event as evidence", () => {
    expect(first).toMatchObject({
      ok: true,
      target: "compose",
      endpoints: {
        postgres: { host: "127.0.0.1", port: own.ports.postgres, adminUser: "admin" },
        kafka: [`127.0.0.1:${own.ports.kafka}`],
        connect: `http://127.0.0.1:${own.ports.connect}`,
      },
      databases: [{ name: "mykart", event: { topic: "debezium.mykart.cdc_pipeline.probe", op: "c" } }],
    });
    const servers = first.stages[0]?.steps.filter(({ status }) => status === "started") ?? [];
    expect(servers.map(({ step, detail }) => [step, detail]).sort()).toEqual([
      ["Kafka 4.3.1", `port ${own.ports.kafka}`],
      ["Kafka Connect", `port ${own.ports.connect}, Kafka 4.3.1, Debezium 3.7.0.Final`],
      ["PostgreSQL 15", expect.stringMatching(`^port ${own.ports.postgres}, 15\\.\\d+$`)],
    ]);
  });

  it("has connectors of an older version refer to the password, once their worker can look it up", async () => {
    expect(await passwordInConfig()).toBe("debezium_pass");
    const { document, stderr } = await own.workspace.json("up", "mykart");
    expect(document.ok, stderr).toBe(true);
    expect(statuses(document)).toContain("register changed");
    expect(await passwordInConfig()).toBe(REFERENCE);
    containers = await containersOf(own.project);
  });

  it("has Kafka Connect reach PostgreSQL by the name of its service", async () => {
    const answer = await fetch(`${first.endpoints.connect}/connectors/mykart-connector/config`);
    expect(await answer.json()).toMatchObject({ "database.hostname": "postgres", "database.port": "5432" });
  });

  it("keeps the password of Debezium's role from whoever asks for connectors, and from other users", async () => {
    expect(await passwordInConfig()).toBe(REFERENCE);
    const tasks = await fetch(`${first.endpoints.connect}/connectors/mykart-connector/tasks`);
    expect(await tasks.text()).not.toContain("debezium_pass");
    const stat = ["stat", "-c", "%a %U", "/run/cdc-pipeline/debezium-password"];
    expect(await docker("exec", containers.connect ?? "", ...stat)).toBe("400 kafka");
    expect(await docker("inspect", containers.connect ?? "")).not.toContain("debezium_pass");
  });

  it("makes no volume without a name, which nobody would remove", async () => {
    const format = "{{range .Mounts}}{{println .Type .Name}}{{end}}";
    const mounts = await docker("inspect", "--format", format, ...Object.values(containers));
    const names = mounts.split("\n").filter(Boolean).sort();
    expect(names).toEqual(VOLUMES.map((name) => `volume ${own.project}_${name}`));
  });

  it("says after a second up that nothing was changed, how to get in and what to do next", async () => {
    const again = await own.workspace.json("up", "mykart");
    expect(statuses(again.document)).toEqual([
      "deploy unchanged",
      "prepare unchanged",
      "register unchanged",
      "verify unchanged",
    ]);
    expect(await containersOf(own.project)).toEqual(containers);
    const { stdout } = await own.workspace.run("up", "mykart");
    expect(stdout).toContain(
      `psql -h 127.0.0.1 -p ${own.ports.postgres} -U admin -d mykart   (password: password123)`,
    );
    expect(stdout).toContain(`docker compose -p ${own.project} ps`);
    expect(stdout).toContain("--profile ui up -d --no-deps ui");
    expect(stdout).toMatch(/cdc-pipeline down +remove the containers; the data stays/);
  });

  it("brings what psql changes to an independent consumer, in order", async () => {
    const id = await psql(
      `INSERT INTO products (sku, name, brand, category, price)
       VALUES ('PSQ-LIN-0001', 'Lamp', 'Hand', 'Lights', 10.00) RETURNING id`,
    );
    await psql(`UPDATE products SET price = 12.34, updated_at = now() WHERE id = ${id}`);
    await psql(`DELETE FROM products WHERE id = ${id}`);
    const seen = await readProducts(first, id, 4);
    expect(seen.map((value) => [value?.op, value?.after?.price])).toEqual([
      ["c", "10.00"],
      ["u", "12.34"],
      ["d", undefined],
      [undefined, undefined],
    ]);
  });

  it("answers status, logs, verify and doctor like any other target", async () => {
    const { stdout } = await own.workspace.run("status");
    expect(stdout).toContain("servers (target compose)");
    expect(stdout).toMatch(new RegExp(`postgres +running +15 +127.0.0.1:${own.ports.postgres}`));
    expect(stdout).toMatch(/mykart-connector +RUNNING/);
    const logs = await own.workspace.run("logs", "connect", "--lines", "200");
    expect(logs.stdout.split("\n")).toHaveLength(200);
    expect(logs.stdout).toContain("INFO");
    expect((await own.workspace.run("verify", "mykart")).exitCode).toBe(0);
    const doctor = await own.workspace.run("doctor", "mykart");
    expect(doctor.stdout).toMatch(/\d{2,} checks passed/);
    expect(doctor.exitCode).toBe(0);
  });

  it("archives WAL, each segment once and never over another", async () => {
    const segment = await psql("SELECT pg_walfile_name(pg_switch_wal())");
    await expect
      .poll(() => psql("SELECT last_archived_wal >= '" + segment + "' FROM pg_stat_archiver"), {
        timeout: 30_000,
      })
      .toBe("t");
    expect(await psql("SELECT failed_count FROM pg_stat_archiver")).toBe("0");
    expect(await inPostgres("ls", "/wal-archive/wal")).toContain(segment);
    const command = await psql("SHOW archive_command");
    const archive = (from: string) => {
      const filled = command.replaceAll("%f", segment).replaceAll("%p", from);
      return execa("docker", ["exec", "-u", "postgres", containers.postgres ?? "", "sh", "-c", filled], {
        reject: false,
      });
    };
    expect((await archive(`/wal-archive/wal/${segment}`)).exitCode).toBe(0);
    expect((await archive("/etc/passwd")).exitCode).not.toBe(0);
    expect(await inPostgres("stat", "-c", "%s", `/wal-archive/wal/${segment}`)).toBe("16777216");
  });

  it("plans a server anew whose settings are others, and makes only that one anew", async () => {
    const { postgres, kafka, connect } = containers;
    const other = own.workspace.with({ CDC_PIPELINE_COMPOSE_POSTGRES_MEMORY_MB: "900" });
    const plan = await other.run("plan", "mykart");
    expect(plan.stdout).toMatch(/PostgreSQL 15 +updated +port \d+, made anew with other settings/);
    expect(await containersOf(own.project)).toEqual(containers);
    const { document } = await other.json("deploy");
    const steps = document.stages[0]?.steps.filter(({ step }) => /PostgreSQL|Kafka/.test(step)) ?? [];
    expect(Object.fromEntries(steps.map(({ step, status }) => [step, status]))).toEqual({
      "PostgreSQL 15": "updated",
      "Kafka 4.3.1": "unchanged",
      "Kafka Connect": "unchanged",
    });
    containers = await containersOf(own.project);
    expect(containers).toMatchObject({ kafka, connect });
    expect(containers.postgres).not.toBe(postgres);
  });

  it("gives Debezium's role another password while it streams, and knows it afterwards", async () => {
    const { document, stderr } = await own.workspace.json("rotate-password");
    expect(document.ok, stderr).toBe(true);
    expect(document).toMatchObject({
      rotation: { source: "generated", role: "updated", kept: "updated", oldPassword: "refused" },
    });
    expect(await passwordInConfig()).toBe(REFERENCE);
    expect(await containersOf(own.project)).toEqual(containers);
    // PostgreSQL gets its usual settings back, which it had not since the test before.
    const again = await own.workspace.json("up", "mykart");
    expect(statuses(again.document).slice(1)).toEqual([
      "prepare unchanged",
      "register unchanged",
      "verify unchanged",
    ]);
    expect((await own.workspace.run("doctor", "mykart")).exitCode).toBe(0);
  });

  it("forgets a database: all is as it was before the database was captured", async () => {
    await psql("CREATE DATABASE passing");
    const state = () => captureState(first.endpoints, ["mydb", "mykart", "passing"]);
    const uncaptured = await state();
    expect((await own.workspace.json("up", "passing")).document.ok).toBe(true);
    expect(await state()).not.toEqual(uncaptured);
    const { document, stderr } = await own.workspace.json("forget", "passing", "--topics", "--yes");
    expect(document.ok, stderr).toBe(true);
    expect(await state()).toEqual(uncaptured);
  });

  it("keeps the data through down; after an up by hand the program says unchanged and nothing was lost", async () => {
    const insert = (sku: string) =>
      psql(`INSERT INTO products (sku, name, brand, category, price)
            VALUES ('${sku}', 'Lamp', 'Hand', 'Lights', 1) RETURNING id`);
    const before = await insert("PSQ-LIN-0002");
    const down = await own.workspace.run("down");
    expect(down.exitCode).toBe(0);
    expect(down.stdout).toContain("their data is kept");
    expect(await whatIsLeftOf(own.project)).toEqual(VOLUMES.map((name) => `volume ${own.project}_${name}`));
    expect((await own.workspace.json("verify", "mykart")).document.error?.code).toBe("NOT_DEPLOYED");

    await execa("docker", ["compose", "-f", COMPOSE_FILE, "up", "-d", "--wait"], { env: own.workspace.env });
    const after = await insert("PSQ-LIN-0003");
    const { document } = await own.workspace.json("up", "mykart");
    expect(document.error).toBeUndefined();
    expect(statuses(document)).toEqual([
      "deploy unchanged",
      "prepare unchanged",
      "register unchanged",
      "verify unchanged",
    ]);
    for (const id of [before, after]) {
      const [value] = await readProducts(first, id, 1);
      expect(value?.op).toBe("c");
    }
  });

  it("ends all but PostgreSQL with down --keep-postgres, and leaves it no slot", async () => {
    const { postgres } = await containersOf(own.project);
    const plan = await own.workspace.run("down", "--keep-postgres", "--dry-run");
    expect(plan.stdout).toMatch(/= postgres +kept +goes on, container/);
    const { exitCode, document } = await own.workspace.json("down", "--keep-postgres");
    expect(document.error).toBeUndefined();
    expect(exitCode).toBe(0);
    expect(await containersOf(own.project)).toEqual({ postgres });
    expect(await psql("SELECT count(*) FROM pg_replication_slots")).toBe("0");
    expect((await own.workspace.run("down", "--keep-postgres")).stdout).toBe("Nothing to stop.");
  });

  it("removes everything with down --volumes", async () => {
    const { exitCode, document } = await own.workspace.json("down", "--volumes", "--yes");
    expect(exitCode).toBe(0);
    expect(document.stages[0]?.steps.map(({ step, status }) => [step, status])).toEqual([
      ["connect", "unchanged"],
      ["kafka", "unchanged"],
      ["postgres", "stopped"],
      ["network", "removed"],
      ["data", "removed"],
    ]);
    expect(await whatIsLeftOf(own.project)).toEqual([]);
    expect(await everything()).toEqual(before);
    expect((await own.workspace.json("down")).document.stages[0]?.status).toBe("unchanged");
  });
});

/** The compose file as it was when the worker had no config provider. */
async function writeOlderFile(folder: string): Promise<string> {
  const older = parse(await readFile(COMPOSE_FILE, "utf8"), { merge: true }) as {
    readonly services: { readonly connect: { environment: Record<string, unknown>; volumes?: unknown } };
    readonly volumes: Record<string, unknown>;
  };
  const { connect } = older.services;
  connect.environment = Object.fromEntries(
    Object.entries(connect.environment).filter(([name]) => !name.startsWith("CONNECT_CONFIG_PROVIDERS")),
  );
  delete connect.volumes;
  delete older.volumes["connect-secrets"];
  const file = join(folder, "older.yml");
  await writeFile(file, stringify(older));
  return file;
}

/** All containers, volumes and networks of the daemon, whoever made them. */
async function everything(): Promise<string[]> {
  const lists = await Promise.all([
    docker("ps", "--all", "--format", "container {{.Names}}"),
    docker("volume", "ls", "--format", "volume {{.Name}}"),
    docker("network", "ls", "--format", "network {{.Name}}"),
  ]);
  return lists.flatMap((lines) => lines.split("\n")).filter(Boolean);
}

interface ProductEvent {
  readonly op: string;
  readonly after: { readonly price: string } | null;
}

/** The first events of one product, read by a group of its own from the topic's beginning. */
async function readProducts(
  { endpoints }: JsonDocument,
  id: string,
  count: number,
): Promise<(ProductEvent | null)[]> {
  const kafka = new Kafka({ brokers: [...endpoints.kafka], logLevel: logLevel.NOTHING });
  const groupId = `independent-${id}`;
  const consumer = kafka.consumer({ groupId });
  const seen: (ProductEvent | null)[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: PRODUCTS, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => {
      const key = JSON.parse(message.key?.toString() ?? "{}") as { id: number };
      if (String(key.id) === id) {
        seen.push(JSON.parse(message.value?.toString() ?? "null") as ProductEvent | null);
      }
      return Promise.resolve();
    },
  });
  await expect.poll(() => seen.length, { timeout: 30_000 }).toBe(count);
  await consumer.disconnect();
  return seen;
}
