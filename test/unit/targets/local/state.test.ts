import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { readState, StateStore } from "../../../../src/targets/local/state.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cdc-pipeline-test-"));
  file = join(folder, "state.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const empty = { version: 1, clusterId: "Zm9vYmFyYmF6cXV4cXV1eA", servers: {} } as const;
const record = (port: number) => ({
  process: { pid: 4711, startedAt: "boot:815" },
  port,
  requestedPort: 5432,
  fingerprint: "0123456789abcdef",
});

describe("the state of a directory", () => {
  it("is none where nothing was started", () => {
    expect(readState(file)).toBeUndefined();
  });

  it("is read as it was written", () => {
    const store = new StateStore(file, empty);
    store.setServer("postgres", record(5433));
    store.update({ controllerPort: 9093 });
    expect(readState(file)).toEqual({ ...empty, controllerPort: 9093, servers: { postgres: record(5433) } });
    expect(readState(file)).toEqual(store.state);
  });

  it("is on disk with each change, before anything else can happen", () => {
    const store = new StateStore(file, empty);
    store.setServer("kafka", record(9092));
    expect(Object.keys(readState(file)?.servers ?? {})).toEqual(["kafka"]);
    store.setServer("connect", record(8083));
    store.setServer("kafka", undefined);
    expect(Object.keys(readState(file)?.servers ?? {})).toEqual(["connect"]);
  });

  it("is replaced in one step and readable by its owner only", () => {
    new StateStore(file, empty).setServer("postgres", record(5432));
    expect(readdirSync(folder)).toEqual(["state.json"]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("forgets a server that it does not know without harm", () => {
    const store = new StateStore(file, empty);
    store.setServer("connect", undefined);
    expect(readState(file)).toEqual(empty);
  });
});

const { process: identity, ...unidentified } = record(5432);
const brokenRecords: readonly (readonly [string, unknown])[] = [
  ["that is null", null],
  ["that is empty", {}],
  ["without a process", unidentified],
  ["with a process that is a number", { ...record(5432), process: 4711 }],
  // A signal to 0 would reach this program's own group, one to -1 everybody.
  ["with the process 0", { ...record(5432), process: { ...identity, pid: 0 } }],
  ["with the process -1", { ...record(5432), process: { ...identity, pid: -1 } }],
  ["with a process that is text", { ...record(5432), process: { ...identity, pid: "4711" } }],
  ["without its process's start", { ...record(5432), process: { pid: 4711 } }],
  ["with no port", { ...record(5432), port: undefined }],
  ["with a port out of range", record(65_536)],
  ["with half a port", record(5432.5)],
  ["without the port asked for", { ...record(5432), requestedPort: null }],
  ["without a fingerprint", { ...record(5432), fingerprint: undefined }],
];

describe("a state file that cannot be used", () => {
  it.each([
    ["is empty", ""],
    ["was cut off", JSON.stringify(empty).slice(0, 30)],
    ["is of another version", JSON.stringify({ ...empty, version: 2 })],
    ["names no cluster", JSON.stringify({ version: 1, servers: {} })],
    ["names no servers", JSON.stringify({ version: 1, clusterId: "x" })],
    ["is JSON's null", "null"],
    ["is a list", "[]"],
    ["names a cluster without an id", JSON.stringify({ ...empty, clusterId: "" })],
    ["has null for its servers", JSON.stringify({ ...empty, servers: null })],
    ["has a list of servers", JSON.stringify({ ...empty, servers: [] })],
    ["names a server that there is not", JSON.stringify({ ...empty, servers: { zookeeper: record(2181) } })],
    ["has a controller port that is none", JSON.stringify({ ...empty, controllerPort: "9093" })],
    ...brokenRecords.map(([what, broken]): [string, string] => [
      `has a server ${what}`,
      JSON.stringify({ ...empty, servers: { kafka: record(9092), postgres: broken } }),
    ]),
  ])("is refused, and kept, when it %s", async (_what, text) => {
    writeFileSync(file, text);
    const error = await catchCdcError(() => readState(file));
    expect(error.code).toBe("STATE_UNREADABLE");
    expect(error.message).toContain(file);
    expect(error.hint).toContain("cdc-pipeline down");
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("is refused when it is a folder", async () => {
    const error = await catchCdcError(() => readState(folder));
    expect(error).toMatchObject({
      code: "STATE_UNREADABLE",
      message: expect.stringContaining(folder) as string,
    });
  });
});
