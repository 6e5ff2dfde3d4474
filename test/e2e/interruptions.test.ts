import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { identify } from "../../src/targets/local/process-identity.js";
import { CLI } from "../support/cli.js";
import { Workspace } from "../support/workspace.js";

const ALL = ["connect", "kafka", "postgres"];

let workspace: Workspace;

beforeEach(async () => {
  workspace = await Workspace.create();
});

afterEach(async () => {
  expect(await workspace.remove()).toEqual([]);
});

const sorted = async () => (await workspace.liveServers()).sort();

describe("a pipe that nobody reads any more", () => {
  it.each(["status", "--help"])("is no failure, and no reason for a stack trace: %s", async (command) => {
    const child = spawn(process.execPath, [CLI, command], {
      cwd: workspace.folder,
      env: { ...process.env, ...workspace.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    let told = "";
    child.stderr.on("data", (piece) => (told += String(piece)));
    expect((await once(child, "close"))[0]).toBe(0);
    expect(told).toBe("");
  });
});

describe("an interrupt", () => {
  it("while servers start ends with 130 and leaves none of them running; the next up is whole", async () => {
    const run = workspace.start("up", "mykart", "--json");
    await expect.poll(sorted, { timeout: 60_000, interval: 20 }).toContain("kafka");
    run.kill("SIGINT");
    const { exitCode, stdout } = await run;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "INTERRUPTED" } });
    expect(await sorted()).toEqual([]);

    const { document } = await workspace.json("up", "mykart");
    expect(document.databases[0]?.event.op).toBe("c");
  });

  it("at any later moment leaves what the next up makes whole", async () => {
    await workspace.run("deploy");
    for (const afterMs of [400, 700, 1_000, 1_500, 2_500]) {
      const name = `shop_${afterMs}`;
      const run = workspace.start("up", name, "--json");
      await delay(afterMs);
      run.kill("SIGINT");
      const { exitCode, signal } = await run;
      // On a busy machine Node itself may not have begun yet.
      expect([0, 130, "SIGINT"]).toContain(exitCode ?? signal);
      expect(await sorted()).toEqual(ALL);
      const { document } = await workspace.json("up", name);
      expect(document.databases[0]?.event.op).toBe("c");
    }
  });

  it("that cannot be caught (SIGKILL) is healed by the next up, which takes over the servers", async () => {
    const run = workspace.start("up", "mykart");
    await expect.poll(sorted, { timeout: 60_000, interval: 20 }).toEqual(ALL);
    run.kill("SIGKILL");
    await run;
    const before = await workspace.state();
    const { document } = await workspace.json("up", "mykart");
    expect(document.databases[0]?.event.op).toBe("c");
    expect((await workspace.state())?.servers.kafka?.process).toEqual(before?.servers.kafka?.process);
  });
});

describe("a server", () => {
  it("that was killed is started again, and the stream goes on", async () => {
    await workspace.run("up", "mykart");
    for (const server of ["connect", "postgres", "kafka"] as const) {
      const record = (await workspace.state())?.servers[server];
      process.kill(record?.process.pid ?? 0, "SIGKILL");
      const { document, exitCode } = await workspace.json("up", "mykart");
      expect(document.error).toBeUndefined();
      expect(exitCode).toBe(0);
      expect(document.stages[0]?.steps.filter(({ status }) => status === "started")).toHaveLength(1);
      expect(document.databases[0]?.event.op).toBe("c");
    }
  });

  it("that dies while it starts is told with the last lines of its log, and the others are stopped", async () => {
    await workspace.run("deploy");
    await workspace.run("down");
    const properties = join(workspace.stateDir, "kafka", "data", "meta.properties");
    await writeFile(properties, (await readFile(properties, "utf8")).replace(/node\.id=1/, "node.id=7"));
    const { document, exitCode } = await workspace.json("up", "mykart");
    expect(exitCode).toBe(1);
    expect(document.error?.code).toBe("SERVER_DIED");
    expect(document.error?.message).toContain("Kafka 4.3.1 ended while it was starting");
    expect(document.error?.message).toMatch(/node.?id/i);
    expect(await sorted()).toEqual([]);
  });

  it("whose port is taken gets a free one, says so, and keeps it", async () => {
    const port = Number(workspace.env.CDC_PIPELINE_LOCAL_POSTGRES_PORT);
    const squatter = await listen(port);
    try {
      const first = await workspace.json("up", "mykart");
      expect(first.document.error).toBeUndefined();
      expect(first.stderr).toContain(`port ${port} is not free`);
      expect(first.document.endpoints.postgres.port).not.toBe(port);
      expect(first.document.databases[0]?.event.op).toBe("c");
      const second = await workspace.json("up", "mykart");
      expect(second.document.endpoints).toEqual(first.document.endpoints);
    } finally {
      await new Promise((resolve) => squatter.close(resolve));
    }
  });
});

describe("two at once", () => {
  it("in one directory: the second waits, says so, and both end with an event", async () => {
    const runs = [workspace.start("up", "mykart", "--json"), workspace.start("up", "other", "--json")];
    const results = await Promise.all(runs);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(results.map(({ stderr }) => stderr).join("\n")).toContain(
      "another cdc-pipeline run works in this directory",
    );
    for (const { stdout } of results) {
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, databases: [{ event: { op: "c" } }] });
    }
  });
});

describe("down", () => {
  it("stops what was started here and keeps the data; --purge removes it, and only with --yes", async () => {
    await workspace.run("up", "mykart");
    const down = await workspace.json("down");
    expect(down.document.stages).toMatchObject([
      {
        stage: "down",
        status: "changed",
        steps: [{ status: "stopped" }, { status: "stopped" }, { status: "stopped" }],
      },
    ]);
    expect(await sorted()).toEqual([]);
    expect((await workspace.json("down")).document.stages[0]?.status).toBe("unchanged");
    expect((await workspace.json("verify", "mykart")).document.error?.code).toBe("NOT_DEPLOYED");

    const again = await workspace.json("up", "mykart");
    expect(again.document.stages[1]?.status).toBe("unchanged");
    expect(again.document.databases[0]?.event.op).toBe("c");

    expect((await workspace.run("down", "--purge")).exitCode).toBe(2);
    expect(await sorted()).toEqual(ALL);
    expect((await workspace.run("down", "--purge", "--yes")).exitCode).toBe(0);
    expect((await workspace.run("status")).stdout).toMatch(/postgres +stopped/);
  });

  it("leaves a process alone that has got the number of a server that is gone", async () => {
    await workspace.run("deploy");
    await workspace.run("down");
    const file = join(workspace.stateDir, "state.json");
    const state = JSON.parse(await readFile(file, "utf8")) as object;
    const foreign = {
      process: { pid: process.pid, startedAt: "long ago" },
      port: 1,
      requestedPort: 1,
      fingerprint: "of then",
    };
    await writeFile(file, JSON.stringify({ ...state, servers: { kafka: foreign } }));
    const { exitCode, document } = await workspace.json("down");
    expect(exitCode).toBe(0);
    expect(document.stages[0]?.status).toBe("unchanged");
    expect(await identify(process.pid)).toBeDefined();
  });
});

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
