import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { ConnectAccess } from "../../../src/clients/connect/connect-endpoint.js";
import { createConnectClient } from "../../../src/clients/connect/create-connect-client.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import { type Authority, createAuthority } from "../../support/certificates.js";
import { type FakeConnect, startFakeConnect } from "../../support/fake-connect.js";
import { type FrontOptions, startHttpsFront } from "../../support/https-front.js";
import { useSandbox } from "../../support/leaks.js";
import { startTunnelProxy } from "../../support/tunnel-proxy.js";

const sandbox = useSandbox();
let connect: FakeConnect;
let authority: Authority;
const open: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  connect = await startFakeConnect();
  authority = await createAuthority(sandbox.folder);
});
afterEach(async () => {
  await Promise.all([connect, ...open.splice(0)].map((server) => server.close()));
});

/** A front with a certificate for 127.0.0.1, unless it says otherwise. @returns its URL */
async function front(options: Partial<FrontOptions> = {}): Promise<string> {
  const certificate = options.certificate ?? (await authority.issue(["IP:127.0.0.1"]));
  const server = await startHttpsFront(connect.url, { ...options, certificate });
  open.push(server);
  return `https://127.0.0.1:${server.port}`;
}

async function proxy(login?: string) {
  const server = await startTunnelProxy(login);
  open.push(server);
  return server;
}

const ask = (url: string, access: ConnectAccess = {}) => createConnectClient({ url, access }).clusterInfo();
const known = () => ({ ca: authority.certificate });

describe("TLS", () => {
  it("is spoken with a worker whose authority is named", async () => {
    expect((await ask(await front(), known())).version).toBe("4.3.1");
  });

  it.each<[string, () => Promise<string>, string, string]>([
    ["an unknown authority", () => front(), "is signed by", "set connect.caFile"],
    [
      "a certificate that signs itself",
      () => front({ certificate: authority }),
      "is signed by itself",
      "set connect.caFile",
    ],
  ])("with %s tells the setting", async (_what, start, why, hint) => {
    const error = await catchCdcError(ask(await start()));
    expect(error.code).toBe("CONNECT_UNREACHABLE");
    expect(error.message).toContain(why);
    expect(error.hint).toContain(hint);
  });

  it.each<[string, () => Promise<string>, string, string]>([
    [
      "a certificate that has expired",
      async () => front({ certificate: await authority.issue(["IP:127.0.0.1"], { expired: true }) }),
      "its certificate has expired",
      "renewed",
    ],
    [
      "a certificate for another host",
      async () => front({ certificate: await authority.issue(["DNS:connect.example"]) }),
      "its certificate is for another host name",
      "connect.url",
    ],
    [
      "a server that asks for a certificate",
      () => front({ clientAuthority: authority.certificate }),
      "it does not take this client's certificate, or lack of one",
      "connect.certFile and connect.keyFile",
    ],
    [
      "a server without TLS",
      () => Promise.resolve(connect.url.replace("http:", "https:")),
      "it does not speak TLS on this port",
      "http://",
    ],
  ])("with %s says so", async (_what, start, why, hint) => {
    const error = await catchCdcError(ask(await start(), known()));
    expect(error.code).toBe("CONNECT_UNREACHABLE");
    expect(error.message).toContain(why);
    expect(error.hint).toContain(hint);
  });

  it("shows the client's own certificate where it is asked for", async () => {
    const { certificate, key } = await authority.issue(["DNS:client"]);
    const url = await front({ clientAuthority: authority.certificate });
    const access = { ...known(), clientCertificate: { certificate, key } };
    expect((await ask(url, access)).version).toBe("4.3.1");
  });

  it("goes by the service's name at the end of a tunnel", async () => {
    const url = await front({ certificate: await authority.issue(["DNS:connect.kafka.svc"]) });
    const access = { ...known(), serverName: "connect.kafka.svc" };
    expect((await ask(url, access)).version).toBe("4.3.1");
  });
});

describe("a login", () => {
  const basic = { username: "ann", password: "p:ä" };

  it.each<[string, Readonly<Record<string, string>>, ConnectAccess]>([
    ["user and password", { authorization: `Basic ${Buffer.from("ann:p:ä").toString("base64")}` }, { basic }],
    ["a token", { authorization: "Bearer abc" }, { token: "abc" }],
    ["headers", { "x-team": "payments", "x-key": "k" }, { headers: { "X-Team": "payments", "x-key": "k" } }],
  ])("by %s is sent with every request", async (_what, required, access) => {
    const url = await front({ required });
    const client = createConnectClient({ url, access: { ...known(), ...access } });
    await client.putConfig("shop", { "connector.class": "x" });
    expect(await client.config("shop")).toEqual({ "connector.class": "x", name: "shop" });
  });

  it.each([
    [401, /set connect\.username and connect\.password, or connect\.token/],
    [403, /the login may not do this/],
  ])("that is refused with %d tells the settings, at once", async (refusal, hint) => {
    const url = await front({ required: { authorization: "?" }, refusal });
    const error = await catchCdcError(ask(url, { ...known(), basic }));
    expect(error.message).toContain(`answers ${refusal}`);
    expect(error.hint).toMatch(hint);
    expect(JSON.stringify([error.message, error.hint, error.details])).not.toContain("p:ä");
  });
});

describe("a proxy", () => {
  it("is asked for a tunnel to https, with its login", async () => {
    const { port, requests } = await proxy("bob:p@ss");
    const url = await front();
    const access = { ...known(), proxy: `http://bob:p%40ss@127.0.0.1:${port}` };
    expect((await ask(url, access)).version).toBe("4.3.1");
    expect(requests).toEqual([`CONNECT ${new URL(url).host}`]);
  });

  it("is given whole requests for http", async () => {
    const { port, requests } = await proxy("bob:p@ss");
    const access = { proxy: `http://bob:p%40ss@127.0.0.1:${port}` };
    expect((await ask(connect.url, access)).version).toBe("4.3.1");
    expect(requests).toEqual([`GET ${connect.url}/`]);
  });

  it.each(["https", "http"])("that asks for a login on the way to %s tells the setting", async (scheme) => {
    const { port } = await proxy("bob:p@ss");
    const url = scheme === "https" ? await front() : connect.url;
    const error = await catchCdcError(ask(url, { ...known(), proxy: `http://127.0.0.1:${port}` }));
    expect(error.message).toContain("407");
    expect(error.hint).toContain("connect.proxy");
  });

  it("of the environment is left aside", async () => {
    const before = { ...process.env };
    Object.assign(process.env, { HTTP_PROXY: "http://127.0.0.1:1", http_proxy: "http://127.0.0.1:1" });
    try {
      expect((await ask(connect.url)).version).toBe("4.3.1");
    } finally {
      process.env = before;
    }
  });
});
