import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createConnectClient } from "../../src/clients/connect/create-connect-client.js";
import { deadlineIn } from "../../src/wait/deadline.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import { catchCdcError } from "../support/catch-cdc-error.js";
import { createAuthority } from "../support/certificates.js";
import { runCli } from "../support/cli.js";
import { type ConnectWorkers, FILE_SOURCE, startConnectWorkers } from "../support/connect-workers.js";
import { startHttpsFront } from "../support/https-front.js";
import { startTunnelProxy } from "../support/tunnel-proxy.js";
import { until } from "../support/until.js";

let servers: ConnectWorkers;
let urls: readonly [string, string];
beforeAll(async () => {
  servers = await startConnectWorkers(2);
  urls = [servers.workers[0].url, servers.workers[1]?.url ?? ""];
  await writeFile(join(servers.folder, "lines"), "one\n");
});
afterAll(() => servers.close());

const fileSource = (topic: string) => ({
  "connector.class": FILE_SOURCE,
  "tasks.max": "1",
  file: join(servers.folder, "lines"),
  topic,
});

/** A client for all workers, or for the first of them; and the reasons for which it has waited. */
function connect({ others = true, isPatient = false, timeoutMs = 60_000 } = {}) {
  const reasons: string[] = [];
  const client = createConnectClient(
    { url: urls[0], ...(others ? { others: [urls[1]] } : {}) },
    { deadline: deadlineIn(timeoutMs), onWait: (reason) => void reasons.push(reason), isPatient },
  );
  return { client, reasons };
}

/** Every connector and its tasks, as a worker tells them to anybody. */
async function statesAt(url: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const answer = await fetch(`${url}/connectors?expand=status`);
  const all = (await answer.json()) as Record<
    string,
    { status: { connector: { state: string }; tasks: { state: string }[] } }
  >;
  return Object.fromEntries(
    Object.entries(all).map(([name, { status }]) => [
      name,
      [status.connector, ...status.tasks].map(({ state }) => state),
    ]),
  );
}

const allRun = (url: string, names: readonly string[]) =>
  until(
    "all connectors run",
    async () => {
      const states = await statesAt(url);
      const good = names.filter((name) => states[name]?.join() === "RUNNING,RUNNING");
      return good.length === names.length ? ready(states) : notYet(JSON.stringify(states));
    },
    60_000,
  );

describe("a worker behind TLS, a login and a proxy", () => {
  it("is reached with the settings for them by the command line, which prints none of them", async () => {
    const folder = servers.folder;
    const authority = await createAuthority(folder);
    const certificate = await authority.issue(["IP:127.0.0.1"]);
    const authorization = `Basic ${Buffer.from("ann:planted-password").toString("base64")}`;
    const front = await startHttpsFront(urls[0], { certificate, required: { authorization } });
    const proxy = await startTunnelProxy("bob:planted-proxy");
    try {
      const env = {
        CDC_PIPELINE_CONNECT_URL: `https://ann:planted-password@127.0.0.1:${front.port}`,
        CDC_PIPELINE_CONNECT_CA_FILE: authority.certificateFile,
        CDC_PIPELINE_CONNECT_PROXY: `http://bob:planted-proxy@127.0.0.1:${proxy.port}`,
        CDC_PIPELINE_TARGET: "external",
      };
      const list = ["connectors", "list", "--json"];
      const found = await runCli(list, { cwd: folder, env });
      expect(found.exitCode, found.stderr).toBe(0);
      expect(proxy.requests).toContain(`CONNECT 127.0.0.1:${front.port}`);
      const denied = await runCli(list, { cwd: folder, env: { ...env, CDC_PIPELINE_CONNECT_CA_FILE: "" } });
      expect(denied.stderr).toContain("set connect.caFile (CDC_PIPELINE_CONNECT_CA_FILE)");
      expect(JSON.stringify([found, denied])).not.toContain("planted");
    } finally {
      await Promise.all([front.close(), proxy.close()]);
    }
  });
});

describe("two workers of one group", () => {
  it("know each other's connectors, also in the moment after one was made", async () => {
    const { client } = connect();
    const second = createConnectClient({ url: urls[1] });
    await client.create("lines", fileSource("lines"), "STOPPED");
    expect((await client.status("lines"))?.name).toBe("lines");
    expect(await client.config("lines")).toMatchObject(fileSource("lines"));
    const error = await catchCdcError(client.create("lines", fileSource("others")));
    expect(error.code).toBe("CONNECTOR_EXISTS");
    expect(await client.deleteConnector("lines")).toBe(true);
    await expect.poll(() => second.config("lines"), { timeout: 10_000 }).toBeUndefined();
    expect(await client.deleteConnector("lines")).toBe(false);
  });

  it("take ten connectors though the one that is asked is killed in the middle", async () => {
    const { client, reasons } = connect();
    const names = Array.from({ length: 10 }, (_, index) => `ten-${index}`);
    for (const [index, name] of names.entries()) {
      const put = client.putConfig(name, fileSource(name));
      // In the middle of the fourth.
      if (index === 3) await servers.workers[0].kill();
      await put;
    }
    const states = await allRun(urls[1], names);
    expect(Object.keys(states).sort()).toEqual(names);
    expect(reasons.join("\n")).toMatch(
      /PUT \/connectors\/ten-\d\/config: .+; it is looked whether it was done/,
    );
    const found = await client.connectors();
    expect(found.map(({ name, config }) => [name, config.topic]).sort()).toEqual(
      names.map((name) => [name, name]),
    );
  });
});

describe("a worker that is not there", () => {
  it("is told of at once", async () => {
    const startedMs = performance.now();
    const error = await catchCdcError(connect({ others: false }).client.connectors());
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(error).toMatchObject({
      code: "CONNECT_UNREACHABLE",
      message: `Kafka Connect at ${urls[0]} does not answer: ECONNREFUSED`,
    });
  });

  it("is waited for by who knows that it is starting, through all that it answers meanwhile", async () => {
    await servers.workers[0].launch();
    const { client, reasons } = connect({ others: false, isPatient: true });
    expect((await client.connectors()).length).toBe(10);
    expect(reasons[0]).toBe("ECONNREFUSED");
    // How long it answers as what shows when a look falls: nothing else may be told.
    const starting = "Kafka Connect is still starting: its REST API is not there yet (404)";
    expect(["ECONNREFUSED", starting]).toEqual(expect.arrayContaining(reasons));
    await servers.workers[0].answers();
  });

  it("is waited for when it is started again between two requests and during them", async () => {
    const { client, reasons } = connect({ others: false });
    await client.connectors();
    await servers.workers[0].kill();
    await Promise.all([client.putConfig("ten-0", fileSource("changed")), servers.workers[0].start()]);
    expect(await client.config("ten-0")).toMatchObject({ topic: "changed" });
    expect(reasons[0]).toMatch(/ECONNRE/);
  });
});

describe("workers without their broker", () => {
  it("answer what they know, and a write ends with the deadline and the last thing seen", async () => {
    await servers.kafka.kill();
    const { client } = connect({ timeoutMs: 6_000 });
    expect((await client.connectors()).length).toBe(10);
    const error = await catchCdcError(client.putConfig("late", fileSource("late")));
    expect(error.code).toMatch(/^CONNECT_/);
    expect(error.message).toContain("PUT /connectors/late/config in time");
    expect(error.message).toMatch(/no answer in \d s|409/);
  });
});
