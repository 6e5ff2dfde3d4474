import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { ConnectClient } from "../../../src/clients/connect/connect-client.js";
import { createConnectClient } from "../../../src/clients/connect/create-connect-client.js";
import { deadlineIn } from "../../../src/wait/deadline.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import { type FakeConnect, POSTGRES_CONNECTOR, startFakeConnect } from "../../support/fake-connect.js";

let connect: FakeConnect;
beforeEach(async () => {
  connect = await startFakeConnect();
});
afterEach(() => connect.close());

const config = { "connector.class": POSTGRES_CONNECTOR };
const rebalancing = { status: 409, json: { error_code: 409, message: "a rebalance is needed" } };

/** Every request that a client can make. */
const REQUESTS: readonly (readonly [string, (client: ConnectClient) => Promise<unknown>])[] = [
  ["GET /", (client) => client.clusterInfo()],
  ["GET /connector-plugins", (client) => client.plugins()],
  [`PUT /connector-plugins/${POSTGRES_CONNECTOR}/config/validate`, (client) => client.validate(config)],
  ["GET /connectors/shop/config", (client) => client.config("shop")],
  ["PUT /connectors/shop/config", (client) => client.putConfig("shop", config)],
  ["GET /connectors/shop/status", (client) => client.status("shop")],
  ["GET /connectors?expand=status", (client) => client.statuses()],
  [
    "POST /connectors/shop/restart?includeTasks=true&onlyFailed=true",
    (client) => client.restart("shop", { includeTasks: true, onlyFailed: true }),
  ],
];
const READS = REQUESTS.filter(([name]) => name.startsWith("GET") || name.endsWith("validate"));

describe("a worker that is rebalancing", () => {
  it.each(REQUESTS)("is asked again until it takes %s, which is told once", async (name, ask) => {
    connect.configs.set("shop", config);
    // The fake does not list connectors with their states.
    const statuses = { status: 200, json: {} };
    connect.misbehave({ on: /./, times: 2, trick: rebalancing });
    connect.misbehave({ on: /expand=status$/, trick: statuses });
    const reasons: string[] = [];
    const onWait = (reason: string) => void reasons.push(reason);
    await ask(createConnectClient(connect, { deadline: deadlineIn(20_000), onWait }));
    expect(connect.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([name, name, name]);
    expect(reasons).toEqual(["Kafka Connect is rebalancing (409): a rebalance is needed"]);
  });

  it.each(REQUESTS)("is not waited for beyond the deadline with %s", async (name, ask) => {
    connect.misbehave({ on: /./, trick: rebalancing });
    const startedMs = performance.now();
    const error = await catchCdcError(ask(createConnectClient(connect, { deadline: deadlineIn(300) })));
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(error.code).toBe("CONNECT_FAILED");
    expect(error.message).toContain(`${connect.url} did not take ${name} in time; last seen: `);
    expect(error.message).toContain("a rebalance is needed");
    expect(error.details).toEqual({ status: 409 });
  });

  it.each(REQUESTS)("is not asked again with %s where there is no deadline", async (_name, ask) => {
    connect.misbehave({ on: /./, trick: rebalancing });
    const error = await catchCdcError(ask(createConnectClient(connect)));
    expect(error.message).toBe(`Kafka Connect at ${connect.url} answers 409: a rebalance is needed`);
    expect(connect.requests).toHaveLength(1);
  });

  it("is not healthy where there is no deadline", async () => {
    connect.misbehave({ on: /./, trick: rebalancing });
    expect(await createConnectClient(connect).health()).toEqual({
      healthy: false,
      message: "a rebalance is needed",
    });
  });
});

describe("a server that is not Kafka Connect", () => {
  it.each(
    READS.flatMap(([name, ask]) =>
      [{ hello: { the: "world" } }, [1], null, "words", 7].map((json) => [name, json, ask] as const),
    ),
  )("is told by its answer to %s: %j", async (name, json, ask) => {
    connect.misbehave({ on: /./, trick: { status: 200, json } });
    const error = await catchCdcError(ask(createConnectClient(connect)));
    expect(error.code).toBe("CONNECT_FAILED");
    expect(error.message).toBe(
      `Kafka Connect at ${connect.url} answers 200: not Kafka Connect's answer to ${name}`,
    );
    expect(error.hint).toContain("connect.url");
  });

  it.each([
    ["nothing", {}, "HTTP 503"],
    ["null", { message: null }, "HTTP 503"],
    ["a number", { message: 7 }, "HTTP 503"],
    ["no words", { message: " \n" }, "HTTP 503"],
    ["several lines", { message: "\n  one\r\ntwo" }, "one"],
  ])("is quoted in one line when it says %s", async (_what, json, shown) => {
    connect.misbehave({ on: /./, trick: { status: 503, json } });
    const error = await catchCdcError(createConnectClient(connect).plugins());
    expect(error.message).toBe(`Kafka Connect at ${connect.url} answers 503: ${shown}`);
  });
});

describe("the answer of a worker", () => {
  it("may have more in it than the program needs", async () => {
    const json = { version: "4.3.1", commit: "0a1b", kafka_cluster_id: "fake", and: { so: "on" } };
    connect.misbehave({ on: /./, trick: { status: 200, json } });
    expect(await createConnectClient(connect).clusterInfo()).toMatchObject({
      version: "4.3.1",
      kafka_cluster_id: "fake",
    });
  });

  it("may have keys without a value in a configuration, which are as good as none", async () => {
    connect.misbehave({ on: /./, trick: { status: 200, json: { "tasks.max": "1", "topic.prefix": null } } });
    expect(await createConnectClient(connect).config("shop")).toEqual({ "tasks.max": "1" });
  });
});
