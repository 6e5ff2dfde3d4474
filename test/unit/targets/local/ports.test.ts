import { once } from "node:events";
import { createServer, type Server } from "node:net";

import getPort from "get-port";
import { clearLockedPorts } from "get-port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { choosePort } from "../../../../src/targets/local/ports.js";

const listeners: Server[] = [];

async function take(port: number): Promise<void> {
  const server = createServer().listen(port, "127.0.0.1");
  listeners.push(server);
  await once(server, "listening");
}

async function findFreePort(): Promise<number> {
  const port = await getPort();
  // What a test asked for must look as free as it is.
  clearLockedPorts();
  return port;
}

const recordOf = (port: number, requestedPort: number) => ({
  process: { pid: 1, startedAt: "then" },
  port,
  requestedPort,
  fingerprint: "x",
});

beforeEach(() => clearLockedPorts());
afterEach(async () => {
  for (const server of listeners.splice(0)) {
    server.close();
    await once(server, "close");
  }
});

describe("the port of a server", () => {
  it("is the one that the configuration asks for", async () => {
    const wish = await findFreePort();
    expect(await choosePort(wish, undefined, false)).toEqual({ port: wish, requestedPort: wish });
  });

  it("is a free one above it where that is taken", async () => {
    const wish = await findFreePort();
    await take(wish);
    const { port, requestedPort } = await choosePort(wish, undefined, false);
    expect(requestedPort).toBe(wish);
    expect(port).toBeGreaterThan(wish);
    expect(port).toBeLessThanOrEqual(wish + 200);
    await take(port);
  });

  it("is the one that it has while it runs", async () => {
    const [wish, had] = [await findFreePort(), await findFreePort()];
    await take(had);
    expect((await choosePort(wish, recordOf(had, wish), true)).port).toBe(had);
  });

  it("is the one that it had, which its clients know, though the first choice is free again", async () => {
    const [wish, had] = [await findFreePort(), await findFreePort()];
    expect((await choosePort(wish, recordOf(had, wish), false)).port).toBe(had);
  });

  it("is the first choice again where the one that it had was taken meanwhile", async () => {
    const [wish, had] = [await findFreePort(), await findFreePort()];
    await take(had);
    expect((await choosePort(wish, recordOf(had, wish), false)).port).toBe(wish);
  });

  it("is another one when the configuration asks for another, also while it runs", async () => {
    const [wish, had] = [await findFreePort(), await findFreePort()];
    expect((await choosePort(wish, recordOf(had, had), true)).port).toBe(wish);
  });

  it("is the same one again when its server was stopped meanwhile", async () => {
    const wish = await findFreePort();
    const first = await choosePort(wish, undefined, false);
    expect(await choosePort(wish, undefined, false)).toEqual(first);
  });

  it("is not one that another server was promised", async () => {
    const wish = await findFreePort();
    const { port } = await choosePort(wish, undefined, false, new Set([wish, wish + 1]));
    expect(port).toBeGreaterThan(wish + 1);
  });

  it("may be one that only root can have", async () => {
    await expect(choosePort(1_000, undefined, false)).resolves.toMatchObject({ requestedPort: 1_000 });
  });

  it("is some free port above 1023 where the last one of all is taken", async () => {
    await take(65_535);
    const { port } = await choosePort(65_535, undefined, false);
    expect(port).toBeGreaterThan(1023);
    expect(port).toBeLessThan(65_535);
  });
});
