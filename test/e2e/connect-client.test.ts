import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createConnectClient } from "../../src/clients/connect/create-connect-client.js";
import { deadlineIn } from "../../src/wait/deadline.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import { type ConnectWorkers, FILE_SOURCE, startConnectWorkers } from "../support/connect-workers.js";
import { until } from "../support/until.js";

let servers: ConnectWorkers;
beforeAll(async () => {
  servers = await startConnectWorkers(2);
  await writeFile(join(servers.folder, "lines"), "one\n");
});
afterAll(() => servers.close());

const fileSource = (topic: string) => ({
  "connector.class": FILE_SOURCE,
  "tasks.max": "1",
  file: join(servers.folder, "lines"),
  topic,
});

const clientOf = (url: string) => createConnectClient({ url }, { deadline: deadlineIn(60_000) });

describe("two workers of one group", () => {
  it("know each other's connectors", async () => {
    const [first, second] = servers.workers.map(({ url }) => clientOf(url));
    await first?.putConfig("lines", fileSource("lines"));
    const status = await until("the connector runs", async () => {
      const found = await second?.status("lines");
      const states = [found?.connector, ...(found?.tasks ?? [])].map((part) => part?.state);
      return states.length === 2 && states.every((state) => state === "RUNNING")
        ? ready(found)
        : notYet(`states ${states.join(", ")}`);
    });
    expect(status?.type).toBe("source");
    expect(await second?.deleteConnector("lines")).toBe(true);
  });
});
