import { once } from "node:events";
import { createServer } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Observation } from "../../src/observe/observation.js";
import type { JsonDocument } from "../support/cli.js";
import { until } from "../support/until.js";
import { withAdmin } from "../support/with-admin.js";
import { Workspace } from "../support/workspace.js";

let workspace: Workspace;
let endpoints: JsonDocument["endpoints"];
let served: ReturnType<Workspace["start"]>;
let url: string;

beforeAll(async () => {
  workspace = await Workspace.create();
  const { document, stderr } = await workspace.json("up", "mykart");
  expect(document.ok, stderr).toBe(true);
  endpoints = document.endpoints;
  await sql(
    "CREATE TABLE items (id bigserial PRIMARY KEY, note text); INSERT INTO items (note) VALUES ('first')",
  );
  served = workspace.start("serve", "--port", "0", "--every", "0.5", "--canary", "--json");
  const [line] = (await once(served.stdout, "data")) as [Buffer];
  ({ url } = JSON.parse(line.toString()) as { url: string });
});
afterAll(async () => {
  expect(await workspace.remove()).toEqual([]);
});

const sql = (text: string) => withAdmin(endpoints.postgres, "mykart", (client) => client.query(text));
const get = async (path: string) => {
  const answer = await fetch(`${url}${path}`);
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
};
const mykart = async () => {
  const { databases = [] } = JSON.parse((await get("/api/status")).text) as Partial<Observation>;
  return databases.find(({ name }) => name === "mykart");
};
async function metric(name: string, labels = 'database="mykart"'): Promise<number> {
  const { text } = await get("/metrics");
  const line = text
    .split("\n")
    .find((one) => one.startsWith(`cdc_pipeline_${name}{`) && one.includes(labels));
  return Number(line?.split(" ").at(-1) ?? NaN);
}
const seen = <T>(what: string, read: () => Promise<T>, isRight: (value: T) => boolean) =>
  until(what, async () => {
    const value = await read();
    return isRight(value) ? { ready: true, value } : { ready: false, reason: JSON.stringify(value) };
  });
const setState = (wish: "pause" | "resume") =>
  fetch(`${endpoints.connect}/connectors/mykart-connector/${wish}`, { method: "PUT" });

describe("serve", () => {
  it("is ready, and counts the events of rows that are written", async () => {
    await seen(
      "ready",
      () => get("/readyz"),
      ({ status }) => status === 200,
    );
    const before = await seen(
      "events",
      () => metric("events_total"),
      (count) => count > 0,
    );
    await sql("INSERT INTO items (note) SELECT 'n' FROM generate_series(1, 50)");
    await seen(
      "50 more",
      () => metric("events_total"),
      (count) => count >= before + 50,
    );
    expect((await mykart())?.lastEvent?.topic).toMatch(/^debezium\.mykart\./);
    await seen(
      "a probe's event",
      () => metric("canary_probes_total", 'result="ok"'),
      (count) => count > 0,
    );
    expect(await metric("canary_latency_seconds_count")).toBeGreaterThan(0);
  });

  it("has a page of its own, alive, and answers nothing but GET and HEAD", async () => {
    const page = await get("/");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(page.text).toContain("<bdi>mykart</bdi>");
    expect((await get("/fragment")).text).toContain('class="line"');
    expect(await get("/healthz")).toMatchObject({ status: 200, text: "alive\n" });
    expect((await get("/nothing")).status).toBe(404);
    expect((await fetch(`${url}/api/status`, { method: "POST", body: "x" })).status).toBe(405);
    expect(await (await fetch(url, { method: "HEAD" })).text()).toBe("");
  });

  it("is not ready while the connector is paused, and lag grows; then all is well again", async () => {
    await setState("pause");
    const refused = await seen(
      "not ready",
      () => get("/readyz"),
      ({ status }) => status === 503,
    );
    expect(refused.text).toContain("mykart: mykart-connector");
    const strict = await workspace.run("status", "--strict");
    expect(strict).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("connectors resume") as string,
    });
    await seen("paused", mykart, (database) => database?.state === "PAUSED");
    const bytes = (await mykart())?.lag.bytes ?? 0;
    await sql("INSERT INTO items (note) SELECT repeat('x', 1000) FROM generate_series(1, 500)");
    await seen("lag", mykart, (database) => (database?.lag.bytes ?? 0) > bytes + 500_000);
    await seen("time", mykart, (database) => (database?.lag.atLeastMs ?? 0) > 1_000);
    await setState("resume");
    await seen("confirmed", mykart, (database) => (database?.lag.bytes ?? Infinity) < 500_000);
    await seen(
      "ready",
      () => get("/readyz"),
      ({ status }) => status === 200,
    );
  });

  it("shows no secret anywhere", async () => {
    for (const path of ["/", "/metrics", "/api/status", "/api/history", "/readyz"]) {
      expect((await get(path)).text, path).not.toMatch(/password123|debezium_pass/);
    }
  });

  it("says which port is taken, and by which option another is had", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { exitCode, stderr } = await workspace.run("serve", "--port", String(port));
    taken.close();
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/PORT_TAKEN[^]*--port/);
  });

  it("ends quietly when it is told to", async () => {
    served.kill("SIGINT");
    const { exitCode, stderr } = await served;
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain("at ");
    await expect(get("/healthz")).rejects.toThrow();
  });
});

describe("status --watch", () => {
  it("prints a line for each look on a pipe, and ends at the end of its time", async () => {
    const { stdout, exitCode, stderr } = await workspace.run(
      ...["status", "--watch", "--every", "0.3", "--json", "--timeout", "3"],
    );
    expect(exitCode, stderr).toBe(0);
    const looks = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Observation);
    expect(looks.length).toBeGreaterThan(1);
    expect(looks[0]?.databases[0]?.eventsPerSecond).toBeNull();
    expect(looks.at(-1)?.databases[0]).toMatchObject({
      name: "mykart",
      eventsPerSecond: expect.any(Number) as number,
    });
    expect(looks.at(-1)?.problems).toEqual([]);
  });
});
