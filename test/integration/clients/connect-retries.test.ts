import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createConnectClient } from "../../../src/clients/connect/create-connect-client.js";
import { deadlineIn } from "../../../src/wait/deadline.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import {
  failed,
  type FakeConnect,
  POSTGRES_CONNECTOR,
  startFakeConnect,
} from "../../support/fake-connect.js";

let connect: FakeConnect;
let other: FakeConnect;
beforeEach(async () => {
  [connect, other] = await Promise.all([startFakeConnect(), startFakeConnect()]);
});
afterEach(() => Promise.all([connect.close(), other.close()]));

const NOBODY = "http://127.0.0.1:1";
const HTML = "<html><h1>502 Bad Gateway</h1></html>";
const config = { "connector.class": POSTGRES_CONNECTOR, "tasks.max": "1" };
const named = { ...config, name: "shop" };

function open({ url = connect.url, others = [] as string[], timeoutMs = 20_000, writeTimeoutMs = 500 } = {}) {
  const reasons: string[] = [];
  const onWait = (reason: string) => void reasons.push(reason);
  const client = createConnectClient(
    { url, others },
    { deadline: deadlineIn(timeoutMs), onWait, writeTimeoutMs },
  );
  return { client, reasons };
}

const asked = ({ requests }: FakeConnect) => requests.map(({ method, path }) => `${method} ${path}`);
const PUT = "PUT /connectors/shop/config";
const GET = "GET /connectors/shop/config";

describe("a read", () => {
  it.each([
    ["502 and HTML", { status: 502, html: HTML }],
    ["200 and HTML", { status: 200, html: HTML }],
    ["503", { status: 503, json: {} }],
    ["500", { status: 500, json: { message: "for a while" } }],
  ])("is made again while a proxy or a worker answers %s", async (_what, trick) => {
    connect.misbehave({ on: /plugins/, times: 2, trick });
    expect((await open().client.plugins()).length).toBe(2);
    expect(asked(connect).filter((line) => line.includes("plugins"))).toHaveLength(3);
  });

  it("of a worker that says that it is starting is waited for, and told so", async () => {
    const starting = { status: 503, json: { status: "starting", message: "Worker is still starting up." } };
    connect.misbehave({ on: / \/health$/, trick: starting });
    connect.misbehave({ on: /plugins/, times: 6, trick: { status: 503, json: {} } });
    const { client, reasons } = open();
    expect((await client.plugins()).length).toBe(2);
    expect(reasons[0]).toBe("Kafka Connect is still starting: Worker is still starting up.");
  });

  it.each([
    ["as JSON", { status: 404, json: { servlet: "default", message: "Not Found", url: "/", status: "404" } }],
    ["as a page", { status: 404, html: "<html><title>Error 404</title>Powered by Jetty://</html>" }],
  ])(
    "of a server that Kafka Connect has given nothing to answer yet, %s, is waited for",
    async (_as, trick) => {
      connect.misbehave({ on: /plugins/, times: 3, trick });
      const { client, reasons } = open();
      expect((await client.plugins()).length).toBe(2);
      expect(reasons).toEqual(["Kafka Connect is still starting: its REST API is not there yet (404)"]);
    },
  );

  it("is given up after some attempts where the worker is broken", async () => {
    connect.misbehave({ on: /plugins/, trick: { status: 500, json: { message: "out of memory" } } });
    const error = await catchCdcError(open().client.plugins());
    expect(error.message).toBe(`Kafka Connect at ${connect.url} answers 500: out of memory`);
    expect(asked(connect).filter((line) => line.includes("plugins"))).toHaveLength(4);
  });

  it("that another worker could not pass on because there is no connector finds none", async () => {
    const message = "Error trying to forward REST request: Connector shop not found";
    connect.misbehave({ on: /config$/, trick: { status: 500, json: { error_code: 500, message } } });
    expect(await open().client.config("shop")).toBeUndefined();
    expect(connect.requests).toHaveLength(1);
  });

  it("of a connector that was made a moment ago waits until the worker knows of it", async () => {
    const { client } = open();
    await client.putConfig("shop", config);
    connect.showNext("shop", "missing", "missing", { connector: "RUNNING", tasks: [] });
    expect((await client.status("shop"))?.connector.state).toBe("RUNNING");
    connect.showNext("shop", "missing");
    expect(await client.status("shop")).toBeUndefined();
  });
});

describe("several workers", () => {
  it("stand for each other: the one that answers is stayed with", async () => {
    const { client } = open({ url: NOBODY, others: [connect.url, other.url] });
    await client.plugins();
    await client.plugins();
    expect(connect.requests).toHaveLength(2);
    expect(other.requests).toHaveLength(0);
    connect.misbehave({ on: /./, trick: { status: 504, html: HTML } });
    await client.plugins();
    expect(other.requests).toHaveLength(1);
  });

  it("are all named, each with its reason, where none answers", async () => {
    connect.misbehave({ on: /./, trick: { closeConnection: true } });
    const { client } = open({ url: NOBODY, others: [connect.url] });
    const error = await catchCdcError(client.connectors());
    expect(error.code).toBe("CONNECT_UNREACHABLE");
    expect(error.message).toBe(
      `of 2 workers of Kafka Connect none answers: ${NOBODY}: ECONNREFUSED; ${connect.url}: ECONNRESET`,
    );
  });

  it("do not get a write that the first may have done before it was looked for", async () => {
    connect.misbehave({ on: /^PUT/, trick: { closeConnection: true } });
    other.configs.set("shop", named);
    const { client, reasons } = open({ others: [other.url] });
    await client.putConfig("shop", config);
    expect(asked(connect)).toEqual([PUT]);
    expect(asked(other)).toEqual([GET]);
    expect(reasons).toEqual([`${PUT}: ECONNRESET; it is looked whether it was done`]);
  });

  it("get a write at once that the first cannot have got", async () => {
    await open({ url: NOBODY, others: [other.url] }).client.putConfig("shop", config);
    expect(asked(other)).toEqual([PUT]);
  });
});

describe("a write that was not answered", () => {
  const late = {
    status: 500,
    json: { error_code: 500, message: "Request timed out. The worker is currently X" },
  };

  it.each([
    ["answers that it timed out", late],
    ["is not answered in time", { delayMs: 1_000 }],
    ["breaks off", { closeConnection: true } as const],
  ])("and %s is sent again only where it was not done", async (_what, trick) => {
    connect.misbehave({ on: /^PUT/, times: 1, trick });
    await open().client.putConfig("shop", config);
    expect(connect.configs.get("shop")).toEqual(named);
    expect(asked(connect).slice(0, 2)).toEqual([PUT, GET]);
  });

  it("is done where the configuration is what was wanted", async () => {
    connect.configs.set("shop", named);
    connect.misbehave({ on: /^PUT/, trick: late });
    await open().client.putConfig("shop", config);
    expect(asked(connect)).toEqual([PUT, GET]);
  });

  it("is done where a connector to be deleted is gone", async () => {
    connect.misbehave({ on: /^DELETE/, trick: late });
    expect(await open().client.deleteConnector("shop")).toBe(true);
    expect(asked(connect)).toEqual(["DELETE /connectors/shop", GET]);
  });

  it("made a connector where it is there as it should be, and another's where it differs", async () => {
    connect.misbehave({ on: /^POST/, trick: late });
    connect.configs.set("shop", named);
    await open().client.create("shop", config);
    const error = await catchCdcError(open().client.create("shop", { ...config, "tasks.max": "2" }));
    expect(error.code).toBe("CONNECTOR_EXISTS");
    expect(connect.writes()).toEqual(["POST /connectors", "POST /connectors"]);
  });

  it("ends with the run, and says what was awaited", async () => {
    connect.misbehave({ on: /^PUT/, trick: { delayMs: 5_000 } });
    const startedMs = performance.now();
    const error = await catchCdcError(
      open({ timeoutMs: 700, writeTimeoutMs: 100_000 }).client.putConfig("shop", config),
    );
    expect(performance.now() - startedMs).toBeLessThan(4_500);
    expect(error.message).toBe(
      `Kafka Connect at ${connect.url} did not take ${PUT} in time; last seen: no answer in 1 s`,
    );
  });
});

it("an existing connector is told at once, and nothing is tried again", async () => {
  const message = "Connector shop already exists";
  connect.misbehave({ on: /^POST/, trick: { status: 409, json: { error_code: 409, message } } });
  expect((await catchCdcError(open().client.create("shop", config))).code).toBe("CONNECTOR_EXISTS");
  expect(connect.requests).toHaveLength(1);
});

it("a validation that takes long is waited for", async () => {
  connect.misbehave({ on: /validate$/, trick: { delayMs: 700 } });
  expect(await open({ writeTimeoutMs: 5_000 }).client.validate(config)).toEqual([]);
  expect(connect.requests).toHaveLength(1);
});

describe("an old worker", () => {
  it.each([
    [
      "3.4.1",
      "3.5",
      /pause/,
      /^PUT .*stop$/,
      (client: ReturnType<typeof open>["client"]) => client.setState("shop", "stop"),
    ],
    [
      "3.7.0",
      "3.8",
      /whole configuration/,
      /^PATCH/,
      (client: ReturnType<typeof open>["client"]) => client.patchConfig("shop", {}),
    ],
    [
      "3.5.2",
      "3.6",
      /another name/,
      /offsets$/,
      (client: ReturnType<typeof open>["client"]) => client.deleteOffsets("shop"),
    ],
    [
      "3.6.0",
      "3.7",
      /pause it/,
      /never/,
      (client: ReturnType<typeof open>["client"]) => client.create("shop", config, "STOPPED"),
    ],
    [
      "3.6.0",
      "3.7",
      /each worker/,
      /never/,
      (client: ReturnType<typeof open>["client"]) => client.setLogger("root", "INFO", "cluster"),
    ],
  ])(
    "of version %s is told what came with %s, and what to do instead",
    async (version, needed, hint, on, ask) => {
      connect.version = version;
      connect.misbehave({ on, trick: { status: 405, json: { error_code: 405, message: "HTTP 405" } } });
      const error = await catchCdcError(ask(open().client));
      expect(error.code).toBe("CONNECT_TOO_OLD");
      expect(error.message).toContain(`is ${version} and cannot `);
      expect(error.details).toMatchObject({ needed, found: version });
      expect(error.hint).toMatch(hint);
      expect(connect.configs.size).toBe(0);
    },
  );

  it("that lists names alone is asked for each connector", async () => {
    connect.configs.set("shop", named);
    connect.misbehave({ on: /expand/, trick: { status: 200, json: ["shop", "gone"] } });
    connect.misbehave({ on: /gone/, trick: { status: 404, json: { error_code: 404, message: "no" } } });
    const { client } = open();
    expect((await client.connectors()).map(({ name }) => name)).toEqual(["shop"]);
    expect((await client.statuses()).map(({ name }) => name)).toEqual(["shop"]);
  });

  it("that restarts no tasks with their connector has each failed one restarted", async () => {
    connect.configs.set("shop", named);
    connect.showNext("shop", failed("java.lang.Exception: no"));
    connect.misbehave({ on: /^POST/, trick: { status: 204, text: "" } });
    await open().client.restart("shop", { includeTasks: true, onlyFailed: true });
    expect(connect.writes()).toEqual([
      "POST /connectors/shop/restart?includeTasks=true&onlyFailed=true",
      "POST /connectors/shop/tasks/0/restart",
    ]);
  });
});
