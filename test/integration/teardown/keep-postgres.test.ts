import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { ConnectorConfig } from "../../../src/clients/connect/connect-client.js";
import type { ServerName, Target } from "../../../src/targets/target.js";
import { keepPostgres, planKeepPostgres } from "../../../src/teardown/keep-postgres.js";
import { CapturedServer } from "../../support/captured-server.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import { type FakeConnect, startFakeConnect } from "../../support/fake-connect.js";
import type { ReplicationStream } from "../../support/replication-stream.js";
import { createStageRecorder, type StageRecorder } from "../../support/stage.js";

const CONNECTOR = "shop-connector";
const CONFIG: ConnectorConfig = {
  "cdc.pipeline.managed": "true",
  "database.dbname": "shop",
  "slot.name": "debezium_shop_slot",
  "topic.prefix": "debezium.shop",
  "publication.name": "debezium_publication",
};

let captured: CapturedServer;
let connect: FakeConnect;
let recorder: StageRecorder;
let reader: ReplicationStream | undefined;
/** What runs, and in which order things ended. */
let running: Set<ServerName>;
let ended: string[];

beforeAll(async () => {
  captured = await CapturedServer.start();
  await captured.sql("CREATE SCHEMA cdc_pipeline");
  await captured.sql("CREATE TABLE cdc_pipeline.probe (token text PRIMARY KEY)");
});
afterAll(async () => {
  await captured[Symbol.asyncDispose]();
});

beforeEach(async () => {
  connect = await startFakeConnect();
  recorder = createStageRecorder({ timeoutMs: 30_000 });
  running = new Set(["postgres", "kafka", "connect"]);
  ended = [];
  await captured.makeSlot();
  connect.configs.set(CONNECTOR, CONFIG);
  connect.offsets.set(CONNECTOR, { offsets: [] });
  // As the connector does: what it has sent is confirmed when it stops.
  connect.onState = (_name, state) => {
    if (state === "STOPPED") void stopReader();
  };
});
afterEach(async () => {
  await stopReader();
  for (const slot of await slots()) {
    await captured.sql(`SELECT pg_drop_replication_slot('${slot}')`, "postgres");
  }
  await connect.close();
});

async function stopReader(): Promise<void> {
  const ending = reader;
  reader = undefined;
  await ending?.close();
}

const slots = async () =>
  (await captured.sql("SELECT slot_name FROM pg_replication_slots ORDER BY 1", "postgres")).map(
    ({ slot_name: name }) => String(name),
  );

/** A target with a real PostgreSQL, and a worker that can be told how to behave. */
function createTarget(): Target {
  const { host, port, user, password } = captured.server;
  const none = () => Promise.reject(new Error("not asked for here"));
  return {
    name: "test",
    ownsServers: true,
    find: () =>
      Promise.resolve({
        endpoints: {
          postgres: { host, port, adminUser: user, adminPassword: password, adminDatabase: "postgres" },
          kafka: { brokers: [] },
          connect,
        },
        postgresFromConnect: { host, port },
      }),
    status: () =>
      Promise.resolve(
        (["postgres", "kafka", "connect"] as const).map((server) => ({
          server,
          state: running.has(server) ? ("running" as const) : ("stopped" as const),
          version: "",
          address: "",
        })),
      ),
    async down(_stage, _context, options) {
      expect(options).toEqual({ purge: false, keepPostgres: true });
      ended.push(`kafka and connect, with ${(await slots()).length} slots left`);
      running = new Set(["postgres"]);
      return "stopped";
    },
    planDown: () => Promise.resolve([{ server: "kafka", title: "kafka", status: "stopped" }]),
    up: none,
    planUp: none,
    log: none,
    close: () => Promise.resolve(),
  };
}

const keep = ({ force = false } = {}) =>
  recorder.run("down", (stage, context) =>
    keepPostgres(createTarget(), { publication: "debezium_publication", force }, stage, context),
  );

const noticesOf = () => recorder.events.flatMap((event) => (event.type === "notice" ? [event.message] : []));

describe("a slot whose changes have all reached Kafka", () => {
  it("is dropped once its connector has let go of it, and the connector goes with its position", async () => {
    reader = await captured.startReader();
    const { released } = await keep();
    expect(released).toMatchObject([
      { slot: captured.slot, database: "shop", unread: { changes: { count: 0, isAtLeast: false } } },
    ]);
    expect(ended).toEqual(["kafka and connect, with 0 slots left"]);
    expect(connect.writes()).toEqual([
      `PUT /connectors/${CONNECTOR}/stop`,
      `DELETE /connectors/${CONNECTOR}/offsets`,
      `DELETE /connectors/${CONNECTOR}`,
    ]);
    expect(recorder.summary()).toEqual([
      `connector ${CONNECTOR} stops: unchanged`,
      `what slot ${captured.slot} still holds: unchanged`,
      `slot ${captured.slot}: removed`,
      `connector ${CONNECTOR}: removed`,
    ]);
  });

  it("may hold WAL of other things: rows of verify, heartbeats, tables that are not published", async () => {
    await captured.sql("CREATE TABLE unpublished (id int)", "postgres");
    await captured.sql("INSERT INTO unpublished SELECT generate_series(1, 1000)", "postgres");
    await captured.sql("DROP TABLE unpublished", "postgres");
    await captured.sql("INSERT INTO cdc_pipeline.probe VALUES ('one')");
    await captured.sql("DELETE FROM cdc_pipeline.probe");
    await captured.sql("SELECT pg_logical_emit_message(false, 'heartbeat', now()::varchar)");
    const { released } = await keep();
    expect(released[0]?.unread.changes).toEqual({ count: 0, isAtLeast: false });
    expect(released[0]?.unread.bytes).toBeGreaterThan(10_000);
    expect(await slots()).toEqual([]);
  });

  it("and nothing is left to do the second time", async () => {
    await keep();
    const { released } = await keep();
    expect(released).toEqual([]);
    expect(ended).toHaveLength(2);
  });
});

describe("a slot with changes that nobody has read", () => {
  beforeEach(() => captured.sql("INSERT INTO orders SELECT g, 'note' FROM generate_series(1, 3) g"));
  afterEach(() => captured.sql("TRUNCATE orders"));

  it("is kept, its connector goes on, nothing ends, and the loss is named", async () => {
    const error = await catchCdcError(keep());
    expect(error.code).toBe("UNREAD_CHANGES");
    expect(error.message).toMatch(
      /^slot debezium_shop_slot: [\d.]+ (Ki)?B unread, 3 changes of published tables in it$/m,
    );
    expect(error.hint).toContain("--keep-postgres --force");
    expect(await slots()).toEqual([captured.slot]);
    expect(connect.writes()).toEqual([
      `PUT /connectors/${CONNECTOR}/stop`,
      `PUT /connectors/${CONNECTOR}/resume`,
    ]);
    expect(connect.offsets.has(CONNECTOR)).toBe(true);
    expect(ended).toEqual([]);
  });

  it("is dropped with --force, and the loss is accounted for", async () => {
    const { released } = await keep({ force: true });
    expect(released[0]?.unread.changes).toEqual({ count: 3, isAtLeast: false });
    expect(recorder.steps().find(({ step }) => step === `slot ${captured.slot}`)?.detail).toContain(
      "3 changes of published tables",
    );
    expect(await slots()).toEqual([]);
  });

  it("finds its connector PAUSED again, if that is what it was", async () => {
    connect.showNext(CONNECTOR, { connector: "PAUSED", tasks: ["PAUSED"] });
    expect((await catchCdcError(keep())).code).toBe("UNREAD_CHANGES");
    expect(connect.writes().at(-1)).toBe(`PUT /connectors/${CONNECTOR}/pause`);
  });

  it("is not counted to its end where that would take long", async () => {
    for (const from of [10_000, 40_000]) {
      await captured.sql(
        `INSERT INTO orders SELECT g, 'note' FROM generate_series(${from}, ${from + 20_000}) g`,
      );
    }
    const { message } = await catchCdcError(keep());
    expect(message).toMatch(/at least 20,004 changes of published tables/);
  });

  it("counts a truncation and a message of the application's", async () => {
    await captured.sql("TRUNCATE orders");
    await captured.sql("SELECT pg_logical_emit_message(true, 'outbox', 'order 1')");
    expect((await catchCdcError(keep())).message).toContain("5 changes of published tables");
  });

  it("is not taken for empty where its publication is gone", async () => {
    connect.configs.set(CONNECTOR, { ...CONFIG, "publication.name": "gone" });
    const error = await catchCdcError(keep());
    expect(error.message).toMatch(/not known: publication "gone" does not exist/);
    expect(await slots()).toEqual([captured.slot]);
  });
});

describe("changes that are in Kafka, though the slot does not confirm it yet", () => {
  afterEach(() => captured.sql("TRUNCATE orders"));

  const insert = async (id: number) => {
    const [row] = await captured.sql(
      `INSERT INTO orders VALUES (${id}, 'note') RETURNING pg_current_xact_id()::text AS xid`,
    );
    return Number(row?.xid);
  };
  const walEnd = async () => {
    const [row] = await captured.sql("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text AS lsn");
    return Number(row?.lsn);
  };
  const store = (offset: object) =>
    connect.offsets.set(CONNECTOR, { offsets: [{ partition: { server: "debezium.shop" }, offset }] });

  it("are not lost: the connector's stored position tells of them", async () => {
    await insert(1);
    const lsn = await walEnd();
    store({ lsn, lsn_proc: lsn, lsn_commit: lsn, txId: 3 });
    const { released } = await keep();
    expect(released[0]?.unread.changes).toEqual({ count: 0, isAtLeast: false });
    expect(released[0]?.unread.bytes).toBeLessThan(100_000);
  });

  it("and what came after them is counted", async () => {
    await insert(1);
    const lsn = await walEnd();
    store({ lsn, lsn_proc: lsn, lsn_commit: lsn, txId: 3 });
    await insert(2);
    expect((await catchCdcError(keep())).message).toContain("1 change of published tables");
  });

  it("also where the last event's transaction is all that the position names", async () => {
    const txId = await insert(1);
    const [row] = await captured.sql(
      `SELECT pg_wal_lsn_diff(max(lsn), '0/0')::text AS lsn FROM pg_logical_slot_peek_binary_changes('${captured.slot}', NULL, NULL,
         'proto_version', '1', 'publication_names', 'debezium_publication') WHERE get_byte(data, 0) = 73`,
    );
    store({ lsn: Number(row?.lsn), txId });
    const { released } = await keep();
    expect(released[0]?.unread.changes).toEqual({ count: 0, isAtLeast: false });
  });
});

describe("what is not ours", () => {
  it("is named and left: slots, and connectors without our mark", async () => {
    await captured.sql("SELECT pg_create_logical_replication_slot('warehouse', 'pgoutput')");
    connect.configs.set("theirs", { "database.dbname": "shop", "slot.name": "warehouse" });
    const { foreignSlots } = await keep();
    expect(foreignSlots).toMatchObject([{ name: "warehouse", database: "shop" }]);
    expect(noticesOf()).toEqual([expect.stringContaining("slot warehouse of shop was not made")]);
    expect(await slots()).toEqual(["warehouse"]);
    expect(connect.writes().filter((write) => write.includes("theirs"))).toEqual([]);
  });

  it("keeps a slot of ours in its hands: the reader is named, and the connector resumed", async () => {
    connect.onState = () => undefined;
    reader = await captured.startReader();
    recorder = createStageRecorder({ timeoutMs: 2_000 });
    const error = await catchCdcError(keep({ force: true }));
    expect(error).toMatchObject({
      code: "SLOT_IN_USE",
      message: expect.stringContaining("slot reader") as string,
    });
    expect(connect.writes().at(-1)).toBe(`PUT /connectors/${CONNECTOR}/resume`);
    expect(await slots()).toEqual([captured.slot]);
  });
});

describe("a Kafka Connect that does not answer", () => {
  it("makes it refuse: nobody knows who reads", async () => {
    connect.misbehave({ on: /./, trick: { closeConnection: true } });
    const error = await catchCdcError(keep());
    expect(error.code).toBe("SLOT_IN_USE");
    expect(error.message).toContain(`nobody reads ${captured.slot}: Kafka Connect at`);
    expect(ended).toEqual([]);
    expect(await slots()).toEqual([captured.slot]);
  });

  it("is ended first with --force, and the positions it keeps are told of", async () => {
    running.delete("connect");
    const { released } = await keep({ force: true });
    expect(ended).toEqual(["kafka and connect, with 1 slots left"]);
    expect(released.map(({ slot }) => slot)).toEqual([captured.slot]);
    expect(noticesOf()).toEqual([expect.stringContaining("OFFSET_WITHOUT_SLOT")]);
    expect(await slots()).toEqual([]);
  });

  it("is no hindrance where no slot of ours is left", async () => {
    await captured.sql(`SELECT pg_drop_replication_slot('${captured.slot}')`);
    running.delete("connect");
    expect((await keep()).result).toBe("stopped");
  });
});

describe("a PostgreSQL that does not run", () => {
  it("cannot be kept, and plain down is proposed", async () => {
    running.delete("postgres");
    const error = await catchCdcError(keep());
    expect(error).toMatchObject({
      code: "POSTGRES_UNREACHABLE",
      hint: expect.stringMatching(/pipeline down /) as string,
    });
    expect(ended).toEqual([]);
  });
});

describe("the plan of it", () => {
  it("names slots, connectors and servers in the order in which they go, and touches none", async () => {
    await captured.sql("SELECT pg_create_logical_replication_slot('warehouse', 'pgoutput')");
    const planned = await planKeepPostgres(createTarget(), { force: false }, recorder.context);
    expect(planned.map(({ title, status }) => `${title}: ${status}`)).toEqual([
      `slot ${captured.slot}: removed`,
      `connector ${CONNECTOR}: removed`,
      "slot warehouse: unchanged",
      "kafka: stopped",
    ]);
    expect(connect.writes()).toEqual([]);
    expect(await slots()).toEqual([captured.slot, "warehouse"]);
  });
});
