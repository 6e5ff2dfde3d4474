import { Kafka, logLevel } from "kafkajs";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { ConnectorConfig } from "../../src/clients/connect/connect-client.js";
import { createConnectClient } from "../../src/clients/connect/create-connect-client.js";
import type { Proof } from "../../src/stages/verify/proof.js";
import type { CaptureEntry } from "../../src/stages/verify/watch/capture-entry.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import type { JsonDocument } from "../support/cli.js";
import { until } from "../support/until.js";
import { withAdmin } from "../support/with-admin.js";
import { Workspace } from "../support/workspace.js";

const CONNECTOR = "mykart-connector";
const UNWRAP = {
  transforms: "unwrap",
  "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState",
};
const JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter";
const STRING_CONVERTER = "org.apache.kafka.connect.storage.StringConverter";

let workspace: Workspace;
let endpoints: JsonDocument["endpoints"];
let plain: ConnectorConfig;

beforeAll(async () => {
  workspace = await Workspace.create();
  const { document, stderr } = await workspace.json("up", "mykart");
  expect(stderr).not.toContain("✘");
  ({ endpoints } = document);
  plain = (await connect().config(CONNECTOR)) ?? {};
});
afterAll(async () => {
  expect(await workspace.remove()).toEqual([]);
});

const connect = () => createConnectClient({ url: endpoints.connect });
const withClient = <T>(work: (client: Client) => Promise<T>) => withAdmin(endpoints.postgres, "mykart", work);

/** Gives the connector other settings beside its own, and waits until it streams with them. */
async function configure(settings: ConnectorConfig): Promise<void> {
  await withClient(async (client) => {
    const sender = async () => {
      const { rows } = await client.query<{ pid: number; state: string | null }>(
        `SELECT active_pid AS pid, state FROM pg_replication_slots s LEFT JOIN pg_stat_replication r ON r.pid = s.active_pid
         WHERE slot_name = 'debezium_mykart_slot'`,
      );
      return rows[0];
    };
    const before = await sender();
    await connect().putConfig(CONNECTOR, { ...plain, ...settings });
    await until("the connector streams with its new settings", async () => {
      const now = await sender();
      const isNew = now !== undefined && now.pid !== before?.pid && now.state === "streaming";
      return isNew ? ready(undefined) : notYet(JSON.stringify(now));
    });
  });
}

async function prove(...args: readonly string[]): Promise<Proof> {
  const { document, stderr } = await workspace.json("verify", "mykart", ...args);
  expect(stderr).not.toContain("✘");
  return document.databases[0]?.event as unknown as Proof;
}

const opsOf = ({ events }: Proof) => events.map(({ op }) => op).join("");

async function rowsLeft(): Promise<number> {
  return withClient(async (client) => {
    const { rows } = await client.query<{ left: number }>(
      `SELECT (SELECT count(*) FROM cdc_pipeline.probe)::int
            + (SELECT count(*) FROM products WHERE sku = 'PRO-BES-0001')::int AS left`,
    );
    return rows[0]?.left ?? -1;
  });
}

describe("verify of a plain connector", () => {
  it("proves insert, update and delete in order, and tells where the time went", async () => {
    const proof = await prove();
    expect(proof).toMatchObject({ how: "events", op: "c", table: "cdc_pipeline.probe" });
    expect(proof.events.map(({ op, before }) => [op, before])).toEqual([
      ["c", "nothing"],
      ["u", "nothing"],
      ["d", "key"],
    ]);
    const { commitToDebeziumMs, debeziumToKafkaMs, kafkaToHereMs } = proof.split;
    for (const part of [commitToDebeziumMs, debeziumToKafkaMs, kafkaToHereMs])
      expect(part).toBeGreaterThanOrEqual(0);
    expect(await rowsLeft()).toBe(0);
  });

  it("tells how the latencies of several probes are distributed", async () => {
    const { samples } = await prove("--samples", "5");
    expect(samples?.count).toBe(5);
    const { minMs = 0, medianMs = 0, maxMs = 0 } = samples ?? {};
    expect([minMs, medianMs, maxMs]).toEqual([minMs, medianMs, maxMs].toSorted((a, b) => a - b));
  });

  it("refuses a truncate that Debezium leaves out", async () => {
    const { exitCode, document } = await workspace.json("verify", "mykart", "--truncate");
    expect(exitCode).toBe(1);
    expect(document.error).toMatchObject({
      code: "EVENTS_LEFT_OUT",
      hint: expect.stringContaining("skipped.operations") as string,
    });
  });
});

describe("verify of a row of the application's", () => {
  const row = { sku: "PRO-BES-0001", name: "Probe", brand: "b", category: "c", price: 1.25 };

  it("proves its insert and delete, and keeps nothing of it", async () => {
    const proof = await prove("--table", "products", "--row", JSON.stringify(row));
    expect(proof).toMatchObject({ table: "public.products", topic: "debezium.mykart.public.products" });
    expect(opsOf(proof)).toBe("cd");
    expect(await rowsLeft()).toBe(0);
  });

  it.each([
    ["is no JSON", "{", /is no JSON/],
    ["lacks what must be there", "{}", /sku \(text\) must have a value/],
    [
      "has a column that is not there",
      JSON.stringify({ ...row, skuu: 1 }),
      /no column skuu; did you mean sku\?/,
    ],
    ["breaks a constraint", JSON.stringify({ ...row, price: -1 }), /violates check constraint/],
    ["is there already", JSON.stringify({ ...row, id: 1 }), /has a row of this key already/],
  ])("refuses one that %s", async (_what, json, message) => {
    const { exitCode, document } = await workspace.json(
      "verify",
      "mykart",
      "--table",
      "public.products",
      "--row",
      json,
    );
    expect(exitCode).toBe(2);
    expect(document.error?.code).toBe("PROBE_ROW_INVALID");
    expect(document.error?.message).toMatch(message);
    expect(await rowsLeft()).toBe(0);
  });

  it("keeps nothing of one whose delete is refused", async () => {
    await withClient((client) =>
      client.query(`
        CREATE TABLE kept (id int PRIMARY KEY);
        CREATE TABLE keeps (id int REFERENCES kept);
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO keeps VALUES (NEW.id); RETURN NEW; END';
        CREATE TRIGGER keep AFTER INSERT ON kept FOR EACH ROW EXECUTE FUNCTION keep()`),
    );
    const { document } = await workspace.json("verify", "mykart", "--table", "kept", "--row", '{"id": 1}');
    expect(document.error?.message).toMatch(/violates foreign key constraint .*nothing was kept/s);
    const { rows } = await withClient((client) =>
      client.query("SELECT FROM kept UNION ALL SELECT FROM keeps"),
    );
    expect(rows).toHaveLength(0);
  });

  it("knows the whole row before, where the table's identity is full", async () => {
    await withClient((client) =>
      client.query("CREATE TABLE whole (a int, b text); ALTER TABLE whole REPLICA IDENTITY FULL"),
    );
    const proof = await prove("--table", "whole", "--row", '{"a": 1, "b": "x"}');
    expect(proof.events.map(({ op, before }) => [op, before])).toEqual([
      ["c", "nothing"],
      ["d", "row"],
    ]);
  });
});

/** A watch of the database, and what it has printed. */
function startWatch() {
  const watch = workspace.start("verify", "mykart", "--watch", "--every", "0.3", "--json", "--quiet");
  let output = "";
  watch.stdout.on("data", (piece: Buffer) => (output += piece.toString()));
  const entries = () =>
    output
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as CaptureEntry);
  return {
    seen: (state: CaptureEntry["state"]) =>
      until(
        `an entry that is ${state}`,
        () => {
          const found = entries().find((entry) => entry.state === state);
          return Promise.resolve(found === undefined ? notYet(output) : ready(found));
        },
        90_000,
      ),
    /** Interrupts it. @returns its exit code */
    end: async () => {
      watch.kill("SIGINT");
      return (await watch).exitCode;
    },
  };
}

describe("verify --watch", () => {
  it("tells when capture stalls and comes back, and leaves no row and no group behind", async () => {
    const { seen, end } = startWatch();
    expect(await seen("ok")).toMatchObject({ database: "mykart", code: null });
    await connect().setState(CONNECTOR, "pause");
    expect(await seen("stalled")).toMatchObject({ code: "CONNECTOR_NOT_RUNNING", latencyMs: null });
    const paused = await workspace.json("verify", "mykart");
    expect(paused.document.error?.code).toBe("CONNECTOR_NOT_RUNNING");
    await connect().setState(CONNECTOR, "resume");
    expect((await seen("back")).stalledMs).toBeGreaterThan(0);
    expect(await end()).toBe(0);
    expect(await rowsLeft()).toBe(0);
    const admin = new Kafka({ brokers: [...endpoints.kafka], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    await admin.disconnect();
    expect(groups.map(({ groupId }) => groupId)).toEqual(["cdc-pipeline"]);
  });
});

describe("verify of a connector that changes its events", () => {
  it("proves them beside their schema, a truncate among them", async () => {
    const schemas = { "key.converter.schemas.enable": "true", "value.converter.schemas.enable": "true" };
    await configure({ ...schemas, "skipped.operations": "none" });
    const proof = await prove("--truncate");
    expect([proof.how, opsOf(proof)]).toEqual(["events", "cudt"]);
  });

  it("proves rows that are flattened, and a delete that is left as a null", async () => {
    await configure(UNWRAP);
    const proof = await prove();
    expect([proof.how, opsOf(proof), proof.op]).toEqual(["flattened", "cud", "c"]);
  });

  it("tells what a transform drops", async () => {
    await configure({ ...UNWRAP, "transforms.unwrap.delete.tombstone.handling.mode": "drop" });
    const proof = await prove();
    expect(opsOf(proof)).toBe("cu");
    expect(proof.notes).toContain("delete is not proved: the transform unwrap drops deletes");
  });

  it("finds the topic that they are routed to", async () => {
    await configure({
      transforms: "route",
      "transforms.route.type": "org.apache.kafka.connect.transforms.RegexRouter",
      "transforms.route.regex": "debezium\\.(.*)",
      "transforms.route.replacement": "elsewhere-$1",
    });
    for (const run of ["before it is made", "when it is there"]) {
      const proof = await prove();
      expect([run, proof.topic, opsOf(proof)]).toEqual([run, "elsewhere-mykart.cdc_pipeline.probe", "cud"]);
    }
  });

  it("proves no more than the presence of what it cannot decode", async () => {
    await configure({ "key.converter": JSON_CONVERTER, "value.converter": STRING_CONVERTER });
    const proof = await prove();
    expect(proof).toMatchObject({ how: "presence", op: null, events: [] });
    const text = await workspace.run("verify", "mykart");
    expect(text.stdout).toContain("mykart: proved, presence only.");
  });
});

describe("verify while servers are killed", () => {
  const kill = async (server: "kafka" | "postgres") => {
    const pid = (await workspace.state())?.servers[server]?.process.pid ?? 0;
    expect(pid).toBeGreaterThan(1);
    process.kill(pid, "SIGKILL");
  };

  it("stalls with the broker, and comes back with it", async () => {
    await configure({});
    const watch = startWatch();
    await watch.seen("ok");
    await kill("kafka");
    expect((await watch.seen("stalled")).code).toMatch(/^KAFKA_UNREACHABLE$|^EVENT_NOT_SEEN$/);
    expect((await workspace.run("deploy")).exitCode).toBe(0);
    await watch.seen("back");
    expect(await watch.end()).toBe(0);
  });

  it("stops clearly with PostgreSQL", async () => {
    const watch = startWatch();
    await watch.seen("ok");
    await kill("postgres");
    expect((await watch.seen("stalled")).code).toBe("POSTGRES_UNREACHABLE");
    expect(await watch.end()).toBe(0);
    const { document } = await workspace.json("verify", "mykart");
    expect(document.error?.code).toBe("POSTGRES_UNREACHABLE");
  });
});
