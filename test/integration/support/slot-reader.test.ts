import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startPostgres } from "../../support/own-postgres.js";
import type { PostgresServer } from "../../support/postgres-server.js";
import { startPhysicalReplica, startSlotReader } from "../../support/slot-reader.js";

const DATABASE = "postgres";
const SLOT = "debezium_shop_slot";
const PUBLICATION = 'a "publication"';
const WHERE = { database: DATABASE, slot: SLOT, publication: PUBLICATION };

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
  await server.query(DATABASE, "CREATE TABLE orders (note text)");
  await server.query(DATABASE, `CREATE PUBLICATION "a ""publication""" FOR TABLE orders`);
  await server.query(DATABASE, `SELECT pg_create_logical_replication_slot('${SLOT}', 'pgoutput')`);
});
afterAll(() => server.stop());

const slotState = async () => {
  const sql = `SELECT active, active_pid, confirmed_flush_lsn::text AS confirmed FROM pg_replication_slots
    WHERE slot_name = $1`;
  return (await server.query(DATABASE, sql, [SLOT]))[0];
};

const senders = () =>
  server.query(
    DATABASE,
    "SELECT pid, application_name, state, reply_time IS NOT NULL AS answers FROM pg_stat_replication",
  );

async function insertAndReceive(reader: { readonly messageCount: number }): Promise<void> {
  const before = reader.messageCount;
  await server.query(DATABASE, "INSERT INTO orders VALUES ('new')");
  // BEGIN, the row, COMMIT.
  await expect.poll(() => reader.messageCount).toBeGreaterThanOrEqual(before + 3);
}

describe("a reader of a slot", () => {
  it("makes the slot active, with a sender that streams", async () => {
    await using reader = await startSlotReader(server, WHERE);
    expect(await slotState()).toMatchObject({ active: true, active_pid: reader.pid });
    await expect
      .poll(senders)
      .toEqual([{ pid: reader.pid, application_name: "slot reader", state: "streaming", answers: true }]);
  });

  it("leaves the slot inactive when it is closed, at once", async () => {
    const reader = await startSlotReader(server, WHERE);
    await reader.close();
    expect(await slotState()).toMatchObject({ active: false });
    expect(await senders()).toEqual([]);
  });

  it("confirms when it is told to, and not before", async () => {
    await using reader = await startSlotReader(server, WHERE);
    const before = await slotState();
    await insertAndReceive(reader);
    expect((await slotState())?.confirmed).toBe(before?.confirmed);
    await reader.confirm();
    const [row] = await server.query(
      DATABASE,
      `SELECT confirmed_flush_lsn >= '${reader.receivedLsn}' AS is_there,
        confirmed_flush_lsn > $1::pg_lsn AS has_moved FROM pg_replication_slots`,
      [before?.confirmed],
    );
    expect(row).toEqual({ is_there: true, has_moved: true });
  });

  it("gets again what it did not confirm", async () => {
    const first = await startSlotReader(server, WHERE);
    await insertAndReceive(first);
    await first.close();
    await using second = await startSlotReader(server, WHERE);
    await expect.poll(() => second.messageCount).toBeGreaterThanOrEqual(3);
    await second.confirm();
  });

  it("holds the server up while it does not read, and then reads on", async () => {
    await using reader = await startSlotReader(server, WHERE);
    reader.stopReading();
    const count = 4_000;
    const row = "string_agg(md5((i * n)::text), '')";
    await server.query(
      DATABASE,
      `INSERT INTO orders SELECT ${row} FROM generate_series(1, ${count}) i, generate_series(1, 250) n GROUP BY i`,
    );
    const waiting = async () => {
      const sql = "SELECT wait_event FROM pg_stat_activity WHERE pid = $1";
      return (await server.query(DATABASE, sql, [reader.pid]))[0]?.wait_event;
    };
    await expect.poll(waiting, { timeout: 20_000 }).toBe("WalSenderWriteData");
    const before = reader.messageCount;
    expect(before).toBeLessThan(count);
    reader.readOn();
    await expect.poll(() => reader.messageCount, { timeout: 20_000 }).toBeGreaterThan(before + count / 2);
  });

  it("is refused where there is no such slot, or somebody else reads it", async () => {
    await using reader = await startSlotReader(server, WHERE);
    await expect(startSlotReader(server, WHERE)).rejects.toThrow(/is active for PID/);
    await expect(startSlotReader(server, { ...WHERE, slot: "none" })).rejects.toThrow(/does not exist/);
    expect(await senders()).toMatchObject([{ pid: reader.pid }]);
  });

  it("reads as a role of its own, and closes though the server ended it", async () => {
    await server.query(DATABASE, "CREATE ROLE reader LOGIN REPLICATION PASSWORD 'secret'");
    const login = { user: "reader", password: "secret" };
    const reader = await startSlotReader(server, { ...WHERE, login });
    const [sender] = await server.query(DATABASE, "SELECT usename FROM pg_stat_replication");
    expect(sender).toEqual({ usename: "reader" });
    await server.query(DATABASE, "SELECT pg_terminate_backend($1)", [reader.pid]);
    await reader.close();
    expect(await slotState()).toMatchObject({ active: false });
  });
});

describe("a physical replica", () => {
  it("is seen as a standby that streams, with nothing confirmed until it is told to", async () => {
    await server.query(DATABASE, "SELECT pg_create_physical_replication_slot('standby')");
    await using replica = await startPhysicalReplica(server, { slot: "standby", applicationName: "standby" });
    await server.query(DATABASE, "INSERT INTO orders VALUES ('for the standby')");
    const streams = () =>
      server.query(
        DATABASE,
        `SELECT r.application_name, r.state, r.flush_lsn IS NOT NULL AS confirmed, s.active
        FROM pg_stat_replication r JOIN pg_replication_slots s ON s.active_pid = r.pid
        WHERE s.slot_type = 'physical'`,
      );
    const stream = { application_name: "standby", state: "streaming", active: true };
    await expect.poll(streams).toEqual([{ ...stream, confirmed: false }]);
    await expect.poll(() => replica.messageCount).toBeGreaterThan(0);
    await replica.confirm();
    expect(await streams()).toEqual([{ ...stream, confirmed: true }]);
  });

  it("needs no slot", async () => {
    await using replica = await startPhysicalReplica(server);
    const [sender] = await senders();
    expect(sender).toMatchObject({ pid: replica.pid, application_name: "physical replica" });
  });
});
