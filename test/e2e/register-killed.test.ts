import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { notYet, ready } from "../../src/wait/wait-until.js";
import { startCli } from "../support/cli.js";
import { type ConnectWorkers, FILE_SOURCE, startConnectWorkers } from "../support/connect-workers.js";
import { until } from "../support/until.js";

/* Ten connectors are registered while one of two real workers is killed. What became of it is read by plain HTTP. */

const NAMES = Array.from({ length: 10 }, (_, index) => `lines-${index}`);

interface Status {
  readonly name: string;
  readonly connector: { readonly state: string; readonly worker_id: string };
  readonly tasks: readonly { readonly state: string; readonly worker_id: string }[];
}

let servers: ConnectWorkers;
beforeAll(async () => {
  servers = await startConnectWorkers(2);
  await mkdir(join(servers.folder, "connectors"));
  await writeFile(join(servers.folder, "lines"), "one\n");
  const config = { "connector.class": FILE_SOURCE, "tasks.max": 1, file: join(servers.folder, "lines") };
  for (const name of NAMES) {
    const content = JSON.stringify({ name, config: { ...config, topic: name } });
    await writeFile(join(servers.folder, "connectors", `${name}.json`), content);
  }
});
afterAll(() => servers.close());

async function statuses(url: string): Promise<Status[]> {
  const answer = await fetch(`${url}/connectors?expand=status`);
  if (!answer.ok) return [];
  const all = (await answer.json()) as Record<string, { readonly status: Status }>;
  return Object.values(all).map(({ status }) => status);
}

describe("one of two workers that is killed while ten connectors are registered", () => {
  it("costs nothing but time: all of them run on the other one", async () => {
    const [asked, killed] = servers.workers;
    if (killed === undefined) throw new Error("two workers are needed");
    const run = startCli(["register", "-f", "connectors", "--connect-url", asked.url, "--timeout", "120"], {
      cwd: servers.folder,
    });
    const before = await until("the first connectors are there", async () => {
      const found = await statuses(asked.url);
      return found.length >= 3 ? ready(found) : notYet(`${found.length} connectors`);
    });
    await killed.kill();
    const { exitCode, stderr } = await run;
    const after = await statuses(asked.url);
    const log = [
      `killed the worker ${new URL(killed.url).host} when there were ${before.length} of 10 connectors`,
      stderr,
      "GET /connectors?expand=status:",
      ...after.map(({ name, connector, tasks }) => {
        const states = tasks.map(({ state, worker_id }) => `task ${state} on ${worker_id}`);
        return `${name}: ${connector.state} on ${connector.worker_id}, ${states.join(", ")}`;
      }),
    ].join("\n");
    console.log(log);
    expect(exitCode, log).toBe(0);
    expect(after.map(({ name }) => name).sort()).toEqual(NAMES);
    for (const { name, connector, tasks } of after) {
      expect(
        [connector, ...tasks].map(({ state }) => state),
        name,
      ).toEqual(["RUNNING", "RUNNING"]);
      for (const { worker_id: worker } of [connector, ...tasks]) expect(worker).toBe(new URL(asked.url).host);
    }
    await appendFile(join(servers.folder, "lines"), "two\n");
    const again = await startCli(["register", "-f", "connectors", "--connect-url", asked.url], {
      cwd: servers.folder,
    });
    expect(again.stdout).toBe("10 connectors are unchanged.");
  });
});
