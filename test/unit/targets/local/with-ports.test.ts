import { once } from "node:events";
import { createServer, type Server } from "node:net";

import getPort, { clearLockedPorts } from "get-port";
import { afterEach, describe, expect, it } from "vitest";

import type { Config } from "../../../../src/config/config.js";
import type { ProgressEvent } from "../../../../src/progress.js";
import type { LocalState } from "../../../../src/targets/local/state.js";
import { type ChosenPorts, withPorts } from "../../../../src/targets/local/with-ports.js";
import type { ServerName } from "../../../../src/targets/target.js";

const listeners: Server[] = [];
afterEach(async () => {
  for (const server of listeners.splice(0)) {
    server.close();
    await once(server, "close");
  }
});

const settings: Config["local"] = {
  postgresPort: 5432,
  kafkaPort: 9092,
  connectPort: 8083,
  kafkaHeapMb: 512,
  connectHeapMb: 512,
  jvmFlags: "fast",
};
const empty: LocalState = { version: 1, clusterId: "x", servers: {} };
const notices: string[] = [];
afterEach(() => void notices.splice(0));

interface Run {
  readonly local?: Partial<Config["local"]>;
  readonly state?: LocalState;
  readonly running?: readonly ServerName[];
  readonly work?: (ports: ChosenPorts) => Promise<unknown>;
}

/** What a run chooses. */
async function choose({ local, state = empty, running = [], work }: Run = {}): Promise<ChosenPorts> {
  const report = (event: ProgressEvent) => {
    if (event.type === "notice") notices.push(event.message);
  };
  return withPorts({ ...settings, ...local }, state, new Set(running), report, async (ports) => {
    await work?.(ports);
    return ports;
  });
}

const numbersOf = ({ servers, controllerPort }: ChosenPorts): number[] => [
  ...Object.values(servers).map(({ port }) => port),
  controllerPort,
];

/** The first of several ports in a row that are free. */
async function findFreeRow(): Promise<number> {
  const port = await getPort();
  clearLockedPorts();
  return Math.min(port, 60_000);
}

describe("the ports of a run", () => {
  it("are those of the run before when its servers were stopped, in one process too", async () => {
    const wish = await findFreeRow();
    const local = { postgresPort: wish, kafkaPort: wish + 10, connectPort: wish + 20 };
    const first = await choose({ local });
    expect(await choose({ local })).toEqual(first);
    expect(await choose({ local })).toEqual(first);
  });

  it("are different ones, also where the configuration asks for the same", async () => {
    const wish = await findFreeRow();
    const chosen = await choose({ local: { postgresPort: wish, kafkaPort: wish, connectPort: wish } });
    expect(new Set(numbersOf(chosen)).size).toBe(4);
  });

  it("are different from those of another run that has not started its servers yet", async () => {
    const wish = await findFreeRow();
    const local = { postgresPort: wish, kafkaPort: wish + 1, connectPort: wish + 2 };
    let others: ChosenPorts | undefined;
    const own = await choose({ local, work: async () => (others = await choose({ local })) });
    if (others === undefined) throw new Error("the other run has not chosen");
    expect(new Set([...numbersOf(own), ...numbersOf(others)]).size).toBe(8);
  });

  it("are free for others when the run has failed", async () => {
    const wish = await findFreeRow();
    const local = { postgresPort: wish, kafkaPort: wish + 10, connectPort: wish + 20 };
    const first = await choose({ local });
    const failure = new Error("no Java");
    await expect(choose({ local, work: () => Promise.reject(failure) })).rejects.toBe(failure);
    expect(await choose({ local })).toEqual(first);
  });

  it("are told of where one is not the one that was asked for", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    listeners.push(server);
    await once(server, "listening");
    const { port: taken } = server.address() as { port: number };
    const { servers } = await choose({ local: { kafkaPort: taken } });
    expect(notices).toContain(`port ${taken} is not free; Kafka gets ${servers.kafka.port}`);
  });

  it("stay what they are while their servers run", async () => {
    const record = (port: number, requestedPort: number) => ({
      process: { pid: 4711, startedAt: "then" },
      port,
      requestedPort,
      fingerprint: "x",
    });
    const servers = { postgres: record(5499, 5432), kafka: record(9199, 9092), connect: record(8199, 8083) };
    const state = { ...empty, controllerPort: 9999, servers };
    const chosen = await choose({ state, running: ["postgres", "kafka", "connect"] });
    expect(numbersOf(chosen)).toEqual([5499, 9199, 8199, 9999]);
    expect(notices).toEqual([]);
  });

  it("are found also where Kafka has the last port of all", async () => {
    const { servers, controllerPort } = await choose({ local: { kafkaPort: 65_535 } });
    expect(controllerPort).not.toBe(servers.kafka.port);
    expect(controllerPort).toBeLessThan(65_535);
  });
});
