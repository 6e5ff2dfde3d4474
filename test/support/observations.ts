import type { RegisteredConnector } from "../../src/clients/connect/connect-client.js";
import type { Observation } from "../../src/observe/observation.js";
import type { RawLook } from "../../src/observe/raw-look.js";
import type { PostgresLook, SlotRow } from "../../src/observe/read-postgres.js";

const MIB = 1024 ** 2;

/** One database that is captured as it should be; `change` puts other things in its place. */
export const observation = (change: Partial<Observation> = {}): Observation => ({
  time: "2026-11-30T12:00:00.000Z",
  target: "local",
  servers: [{ server: "postgres", state: "running", version: "15.18", address: "127.0.0.1:5432", pid: 4711 }],
  databases: [
    {
      name: "mykart",
      connector: "mykart-connector",
      slot: "debezium_mykart_slot",
      topicPrefix: "debezium.mykart",
      state: "running",
      reason: null,
      lag: { bytes: 512, atLeastMs: 0, atMostMs: 4_000, unknown: null },
      lastEvent: { topic: "debezium.mykart.public.orders", at: "2026-11-30T11:59:48.000Z", agoMs: 12_000 },
      lastHeartbeatAt: "2026-11-30T11:59:55.000Z",
      events: 9_015,
      eventsPerSecond: null,
    },
  ],
  connectors: [{ name: "mykart-connector", state: "RUNNING", tasks: ["RUNNING"] }],
  slots: [slotState({})],
  archive: null,
  wal: {
    endLsn: "0/3000200",
    slotLimitBytes: 4096 * MIB,
    freeBytes: 8192 * MIB,
    bytesPerSecond: null,
    averageBytesPerSecond: MIB,
  },
  unknown: {},
  problems: [],
  ...change,
});

export const slotState = (change: Partial<Observation["slots"][number]>): Observation["slots"][number] => ({
  name: "debezium_mykart_slot",
  database: "mykart",
  active: true,
  walStatus: "reserved",
  unconfirmedBytes: 512,
  retainedBytes: 16 * MIB,
  safeBytes: 4080 * MIB,
  confirmedAgoMs: null,
  growthBytesPerSecond: null,
  lostInMs: null,
  diskFullInMs: null,
  ...change,
});

export const slotRow = (change: Partial<SlotRow> = {}): SlotRow => ({
  name: "debezium_mykart_slot",
  database: "mykart",
  active: true,
  walStatus: "reserved",
  confirmedLsn: "0/3000000",
  unconfirmedBytes: 512,
  retainedBytes: 16 * MIB,
  safeBytes: 4080 * MIB,
  ...change,
});

export const postgresLook = (change: Partial<PostgresLook> = {}): PostgresLook => ({
  endLsn: "0/3000200",
  slots: [slotRow()],
  slotLimitBytes: 4096 * MIB,
  averageBytesPerSecond: MIB,
  freeBytes: 8192 * MIB,
  files: [],
  archive: {
    isOn: true,
    isFailing: false,
    failedCount: 0,
    lastArchivedWal: null,
    lastArchivedAt: null,
    lastArchivedAgeMs: null,
    lastFailedWal: null,
    lastFailedAt: null,
    lastFailedAgeMs: null,
  },
  ...change,
});

/** A connector of ours for a database, in a state of its own and of its one task. */
export const registered = (
  database: string,
  states: { readonly connector?: string; readonly task?: string; readonly trace?: string } = {},
): RegisteredConnector => {
  const { connector = "RUNNING", task = "RUNNING", trace } = states;
  const name = `${database}-connector`;
  const worker_id = "127.0.0.1:8083";
  return {
    name,
    config: {
      "cdc.pipeline.managed": "true",
      "database.dbname": database,
      "slot.name": `debezium_${database}_slot`,
      "topic.prefix": `debezium.${database}`,
    },
    status: {
      name,
      connector: { state: connector, worker_id },
      tasks: [{ id: 0, state: task, worker_id, ...(trace === undefined ? {} : { trace }) }],
    },
  };
};

export const rawLook = (change: Partial<RawLook> = {}): RawLook => ({
  atMs: Date.parse("2026-11-30T12:00:00Z"),
  target: "local",
  servers: [],
  connectors: { value: [registered("mykart")] },
  postgres: { value: postgresLook() },
  topics: { value: new Map() },
  hasArchive: true,
  ...change,
});
