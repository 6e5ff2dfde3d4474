import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  CdcPipelineContainers,
  type ChangeEvent,
  type StartedCdcPipeline,
} from "../../src/testcontainers/index.js";
import { catchCdcError } from "../support/catch-cdc-error.js";
import { runCli, runJson } from "../support/cli.js";
import { noDocker } from "../support/docker.js";
import { type DockerThings, dockerThings } from "../support/docker-things.js";

const SHOP = `
  CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL, price numeric(10, 2));
  CREATE TABLE visits (id int PRIMARY KEY, page text);
  ALTER TABLE products REPLICA IDENTITY FULL;
  INSERT INTO products VALUES (1, 'Lamp', 10), (2, 'Chair', 20);
  CREATE SCHEMA internal;
  CREATE TABLE internal.notes (id int PRIMARY KEY);
`;
const LEDGER = "CREATE TABLE entries (id int PRIMARY KEY, amount int);";

interface Product {
  readonly id: number;
  readonly name: string;
  readonly price: string;
}

describe.skipIf(noDocker !== undefined)(`captured servers in containers (${noDocker ?? "Docker"})`, () => {
  let before: DockerThings;
  beforeAll(async () => {
    before = await dockerThings();
  });
  afterAll(async () => {
    expect(await dockerThings(), "what the tests left behind").toEqual(before);
  });

  describe("that have started", () => {
    let cdc: StartedCdcPipeline;
    let shop: pg.Client;
    let ledger: pg.Client;

    beforeAll(async () => {
      cdc = await new CdcPipelineContainers()
        .withDatabase("shop", { sql: SHOP })
        .withDatabase("Ledger 2", { sql: LEDGER })
        .withCapturedSchemas("public")
        .withPostgresSettings({ max_connections: "60" })
        .start();
      shop = await connect(cdc, "shop");
      ledger = await connect(cdc, "Ledger 2");
    });
    afterAll(async () => {
      await Promise.all([shop, ledger].map((client) => client.end()));
      await cdc.stop();
      await cdc.stop();
    });

    test("an insert, an update and a delete come in order, with the row before and after", async () => {
      await shop.query("INSERT INTO products VALUES (3, 'Desk', 30)");
      await shop.query("UPDATE products SET price = 31.50 WHERE id = 3");
      await shop.query("DELETE FROM products WHERE id = 3");
      const events: ChangeEvent<Product>[] = [];
      for (let count = 0; count < 3; count++) {
        events.push(await cdc.nextEvent<Product>("public.products", { database: "shop" }));
      }
      const made = { id: 3, name: "Desk", price: "30.00" };
      const changed = { ...made, price: "31.50" };
      expect(events.map(({ op, before: was, after, key }) => ({ op, was, after, key }))).toEqual([
        { op: "c", was: null, after: made, key: { id: 3 } },
        { op: "u", was: made, after: changed, key: { id: 3 } },
        { op: "d", was: changed, after: null, key: { id: 3 } },
      ]);
      for (const event of events) {
        expect(event).toMatchObject({
          topic: "debezium.shop.public.products",
          partition: 0,
          source: { db: "shop", schema: "public", table: "products", snapshot: "false" },
        });
        expect(Math.abs(event.timestampMs - Date.now())).toBeLessThan(60_000);
      }
    });

    test("two tables, and two databases, each have events of their own", async () => {
      await ledger.query("INSERT INTO entries VALUES (1, 100)");
      await shop.query("INSERT INTO visits VALUES (1, '/home')");
      await shop.query("INSERT INTO products VALUES (4, 'Shelf', 40)");
      const [product, visit, entry] = await Promise.all([
        cdc.nextEvent<Product>("products", { database: "shop" }),
        cdc.nextEvent("visits", { database: "shop" }),
        cdc.nextEvent("public.entries", { database: "Ledger 2" }),
      ]);
      expect(product.after?.name).toBe("Shelf");
      expect(visit.after).toEqual({ id: 1, page: "/home" });
      expect(entry.after).toEqual({ id: 1, amount: 100 });
    });

    test("those that wait at the same time are served in the order of their calls", async () => {
      const first = cdc.nextEvent("visits", { database: "shop" });
      const second = cdc.nextEvent("visits", { database: "shop" });
      await shop.query("INSERT INTO visits VALUES (2, '/a'), (3, '/b')");
      expect([await first, await second].map(({ key }) => key)).toEqual([{ id: 2 }, { id: 3 }]);
    });

    test("what is not asked for stays for later", async () => {
      await shop.query("INSERT INTO visits VALUES (4, '/c'), (5, '/d')");
      await shop.query("DELETE FROM visits WHERE id = 4");
      const options = { database: "shop" };
      const gone = await cdc.nextEvent("visits", { ...options, op: "d" });
      const five = await cdc.nextEvent("visits", { ...options, predicate: ({ key }) => key?.id === 5 });
      const rest = await cdc.nextEvent("visits", options);
      expect([gone, five, rest].map(({ op, key }) => `${op}${String(key?.id)}`)).toEqual(["d4", "c5", "c4"]);
    });

    test("the rows that the database began with are there for those who ask for them", async () => {
      const options = { database: "shop", op: "r" } as const;
      const read = [
        await cdc.nextEvent<Product>("products", options),
        await cdc.nextEvent<Product>("products", options),
      ];
      expect(read.map(({ after }) => after?.name)).toEqual(["Lamp", "Chair"]);
    });

    test("events can be gone through one by one", async () => {
      await shop.query("INSERT INTO visits SELECT id, '/many' FROM generate_series(10, 14) AS id");
      const seen: unknown[] = [];
      for await (const { key } of cdc.events("visits", { database: "shop" })) {
        seen.push(key?.id);
        if (seen.length === 5) break;
      }
      expect(seen).toEqual([10, 11, 12, 13, 14]);
    });

    test("a table that is made later is captured too", async () => {
      const waiting = cdc.nextEvent("later", { database: "shop" });
      await shop.query("CREATE TABLE later (id int PRIMARY KEY); INSERT INTO later VALUES (7)");
      expect((await waiting).after).toEqual({ id: 7 });
    });

    test("no event in time is told with what is there instead", async () => {
      await shop.query("INSERT INTO visits VALUES (20, '/e')");
      const waiting = cdc.nextEvent("visits", { database: "shop", op: "u", timeoutMs: 1_000 });
      const { code, message } = await catchCdcError(waiting);
      expect(code).toBe("EVENT_NOT_SEEN");
      expect(message).toContain(
        "no such event of visits arrived in debezium.shop.public.visits within 1000 ms",
      );
      expect(message).toContain("1 other event is there: c");
      expect((await cdc.nextEvent("visits", { database: "shop" })).key).toEqual({ id: 20 });
    });

    test.each([
      ["public.nothing", "there is no table public.nothing in shop"],
      ["internal.notes", "the table is not in the publication debezium_publication"],
    ])("no event of %s can come, and the error says why", async (table, reason) => {
      const error = await catchCdcError(cdc.nextEvent(table, { database: "shop", timeoutMs: 300 }));
      expect(error.code).toBe("EVENT_NOT_SEEN");
      expect(error.message).toContain(reason);
    });

    test("a wait can be given up, and takes no event with it", async () => {
      const giveUp = new AbortController();
      const waiting = cdc.nextEvent("visits", { database: "shop", signal: giveUp.signal });
      giveUp.abort();
      await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
      await shop.query("INSERT INTO visits VALUES (30, '/f')");
      expect((await cdc.nextEvent("visits", { database: "shop" })).key).toEqual({ id: 30 });
    });

    test("the database must be named where there are several", async () => {
      const error = await catchCdcError(cdc.nextEvent("visits"));
      expect(error).toMatchObject({ code: "USAGE", hint: "name one of shop, Ledger 2" });
      expect(() => cdc.database("other")).toThrow("there is no database other here");
    });

    test("each database has its names and its address", () => {
      expect(cdc.databases.map(({ name }) => name)).toEqual(["shop", "Ledger 2"]);
      expect(cdc.database("shop")).toMatchObject({
        connector: "shop-connector",
        slot: "debezium_shop_slot",
        topicPrefix: "debezium.shop",
        connectionUri: `postgres://admin:password123@${cdc.postgres.host}:${cdc.postgres.port}/shop`,
      });
    });

    test("settings of PostgreSQL are those that were asked for", async () => {
      const { rows } = await shop.query("SHOW max_connections");
      expect(rows).toEqual([{ max_connections: "60" }]);
    });

    test("the way from end to end can be proved again", async () => {
      expect(await cdc.verify("Ledger 2")).toMatchObject({ op: "c", partition: 0 });
    });

    test("the logs of each server can be read", async () => {
      expect(await cdc.logs("postgres")).toContain("database system is ready to accept connections");
      expect(await cdc.logs("connect", { lines: 2 })).toMatch(/^[^\n]+\n[^\n]+$/);
    });

    test("the command line takes them for servers that exist: nothing to do, and healthy", async () => {
      const cwd = await mkdtemp(join(tmpdir(), "cdc-pipeline-test-"));
      const env = {
        CDC_PIPELINE_TARGET: "external",
        CDC_PIPELINE_POSTGRES_HOST: cdc.postgres.host,
        CDC_PIPELINE_POSTGRES_PORT: String(cdc.postgres.port),
        CDC_PIPELINE_KAFKA_BROKERS: cdc.kafka.brokers.join(),
        CDC_PIPELINE_CONNECT_URL: cdc.connect.url,
        CDC_PIPELINE_FROM_CONNECT_POSTGRES_HOST: cdc.inNetwork.postgres.host,
        CDC_PIPELINE_FROM_CONNECT_POSTGRES_PORT: String(cdc.inNetwork.postgres.port),
        CDC_PIPELINE_DEBEZIUM_SCHEMAS: "public",
      };
      try {
        const up = await runJson(["up", "shop"], { cwd, env });
        expect(up.document).toMatchObject({ ok: true, databases: [{ name: "shop", event: { op: "c" } }] });
        const changed = up.document.stages.filter(({ status }) => status === "changed");
        expect(changed).toEqual([]);
        const { exitCode, stdout } = await runCli(["doctor", "shop"], { cwd, env });
        expect(stdout).toContain("checks passed");
        expect(exitCode).toBe(0);
      } finally {
        await rm(cwd, { recursive: true });
      }
    });

    test("containers of the same network reach the servers under their names there", async () => {
      const { network, postgres, kafka, connect: worker } = cdc.inNetwork;
      const run = (image: string, ...command: string[]) =>
        execa("docker", ["run", "--rm", "--network", network, "--entrypoint", "", image, ...command]);
      const kafkaTool = "/opt/kafka/bin/kafka-broker-api-versions.sh";
      const [ready, broker] = await Promise.all([
        run("postgres:15", "pg_isready", "-h", postgres.host, "-p", String(postgres.port)),
        run("apache/kafka:4.3.1", kafkaTool, "--bootstrap-server", kafka.brokers.join()),
      ]);
      expect(ready.stdout).toContain("accepting connections");
      expect(broker.stdout).toContain(`${kafka.brokers.join()} (id: 1`);
      expect(worker.url).toMatch(/^http:\/\/connect-[0-9a-f]{8}:8083$/);
    });
  });

  test("a stop tells those who still wait, and leaves the network that was given alone", async () => {
    const { stdout: id } = await execa("docker", ["network", "create", "cdc-pipeline-test"]);
    try {
      let waiting: Promise<unknown> = Promise.resolve();
      {
        await using cdc = await new CdcPipelineContainers()
          .withDatabase("empty")
          .withNetwork({ getName: () => "cdc-pipeline-test" })
          .start();
        expect(cdc.inNetwork.network).toBe("cdc-pipeline-test");
        waiting = catchCdcError(cdc.nextEvent("anything"));
      }
      expect(await waiting).toMatchObject({ code: "INTERRUPTED" });
    } finally {
      await execa("docker", ["network", "rm", id]);
    }
  });

  describe("that cannot start, leave nothing behind and say why:", () => {
    const shopOf = (sql: string) => new CdcPipelineContainers().withDatabase("shop", { sql });

    test("a statement that is refused", async () => {
      const error = await catchCdcError(
        shopOf("CREATE TABLE a (id int);\nCREATE TABLE b (id nothing);").start(),
      );
      expect(error.code).toBe("SCHEMA_FAILED");
      expect(error.message).toMatch(/shop.*2:20: type "nothing" does not exist/);
      expect(await dockerThings()).toEqual(before);
    });

    test("an SQL file that is not there, before anything is started", async () => {
      const started: string[] = [];
      const start = new CdcPipelineContainers()
        .withDatabase("shop", { schema: "/nowhere/shop.sql" })
        .start({ report: ({ type }) => started.push(type) });
      expect(await catchCdcError(start)).toMatchObject({
        code: "SCHEMA_UNREADABLE",
        message: "cannot read /nowhere/shop.sql: there is no such file",
      });
      expect(started).toEqual([]);
    });

    test("an image that cannot be had", async () => {
      const image = "127.0.0.1:1/nothing:1";
      const error = await catchCdcError(shopOf("").withImages({ connect: image }).start());
      expect(error).toMatchObject({
        code: "IMAGE_UNAVAILABLE",
        hint: `try it by hand: docker pull ${image}`,
      });
      expect(error.message).toContain(image);
    });

    test("a container that ends while it starts", async () => {
      const start = shopOf("").withEnvironment("kafka", { KAFKA_PROCESS_ROLES: "nothing" }).start();
      const error = await catchCdcError(start);
      expect(error.code).toBe("SERVER_DIED");
      expect(error.message).toMatch(
        /the container of kafka ended with exit code 1; the end of its log:\n.*nothing/s,
      );
      expect(await dockerThings()).toEqual(before);
    });

    test("a container that is killed while databases are registered", async () => {
      let killed: Promise<void> | undefined;
      const start = shopOf("").start({
        report: (event) => {
          if (event.type !== "stage-start" || event.stage !== "register") return;
          killed = kill("apache/kafka:4.3.1");
        },
      });
      const error = await catchCdcError(start);
      await killed;
      expect(error.message).toContain("the container of kafka ended with exit code 137");
      expect(error.code).toBe("SERVER_DIED");
      expect(await dockerThings()).toEqual(before);
    });

    test("a server that takes too long", async () => {
      const error = await catchCdcError(shopOf("").withStartupTimeout(1_500).start());
      expect(error.code).toBe("SERVER_NOT_READY");
      expect(error.message).toMatch(/did not answer in time; last seen: .*; the end of its log:/s);
      expect(await dockerThings()).toEqual(before);
    });

    test("an abort", async () => {
      const abort = new AbortController();
      const start = shopOf("").start({
        signal: abort.signal,
        report: ({ type }) => {
          if (type === "step-update") abort.abort();
        },
      });
      expect(await catchCdcError(start)).toMatchObject({ code: "INTERRUPTED" });
      expect(await dockerThings()).toEqual(before);
    });
  });
});

async function connect(cdc: StartedCdcPipeline, database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: cdc.database(database).connectionUri });
  await client.connect();
  return client;
}

async function kill(image: string): Promise<void> {
  const filters = ["label=cdc-pipeline.testcontainers", `ancestor=${image}`];
  const { stdout } = await execa("docker", [
    "ps",
    "--quiet",
    ...filters.flatMap((filter) => ["--filter", filter]),
  ]);
  await execa("docker", ["kill", ...stdout.split("\n")]);
}
