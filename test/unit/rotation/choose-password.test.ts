import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { loadConfig } from "../../../src/config/load.js";
import { type ChoiceContext, choosePassword } from "../../../src/rotation/choose-password.js";
import type { WorkerPassword } from "../../../src/targets/worker-password.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";

const folder = mkdtempSync(join(tmpdir(), "cdc-pipeline-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "new"), "of a file\n");
writeFileSync(join(folder, "empty"), "\n");

const env = { NEW: "of a variable", EMPTY: "" };

/** @param next what a rotation that was cut off has noted; null for servers that keep nothing */
async function given(next: string | undefined | null, password?: string): Promise<ChoiceContext> {
  const own = password === undefined ? {} : { CDC_PIPELINE_DEBEZIUM_PASSWORD: password };
  const config = await loadConfig({ cwd: folder, env: own, flags: {} });
  const workerPassword: WorkerPassword = {
    reference: "${directory:/secrets:debezium-password}",
    read: () => Promise.resolve("old"),
    write: () => Promise.reject(new Error("nothing is written here")),
    readNext: () => Promise.resolve(next ?? undefined),
    writeNext: () => Promise.reject(new Error("nothing is written here")),
    exclusively: (_context, work) => work(),
  };
  const deployment = {
    endpoints: {
      postgres: { host: "db", port: 1, adminUser: "a", adminPassword: "b", adminDatabase: "c" },
      kafka: { brokers: [] },
      connect: { url: "http://connect" },
    },
    postgresFromConnect: { host: "db", port: 1 },
    ...(next === null ? {} : { workerPassword }),
  };
  return { config, deployment, env, cwd: folder };
}

describe("the new password", () => {
  it("is generated, another one each time, of signs that mean nothing anywhere", async () => {
    const [one, other] = [
      await choosePassword(undefined, await given(undefined)),
      await choosePassword("generated", await given(undefined)),
    ];
    expect(one.source).toBe("generated");
    expect(one.password).toMatch(/^[\w-]{32}$/);
    expect(other.password).not.toBe(one.password);
  });

  it.each([undefined, "generated"])("is the one that a killed run had chosen (%s)", async (from) => {
    const chosen = await choosePassword(from, await given("noted"));
    expect(chosen).toEqual({ password: "noted", source: "kept" });
  });

  it.each([
    ["env:NEW", { password: "of a variable", source: "environment" }],
    ["new", { password: "of a file", source: "file" }],
    [join(folder, "new"), { password: "of a file", source: "file" }],
  ])("is read from %s, whatever was noted", async (from, expected) => {
    expect(await choosePassword(from, await given("noted"))).toEqual(expected);
  });

  it.each([
    ["env:MISSING", "the environment variable MISSING is not set"],
    ["env:EMPTY", "it is empty"],
    ["empty", "it is empty"],
    ["missing", "cannot be read (ENOENT)"],
  ])("is refused from %s", async (from, reason) => {
    const error = await catchCdcError(choosePassword(from, await given(undefined)));
    expect(error).toMatchObject({ code: "USAGE", message: expect.stringContaining(reason) as string });
  });

  it.each([undefined, null])("is the configuration's where that names one", async (next) => {
    const chosen = await choosePassword(undefined, await given(next, "configured"));
    expect(chosen).toEqual({ password: "configured", source: "configuration" });
    const error = await catchCdcError(choosePassword("new", await given(next, "configured")));
    expect(error).toMatchObject({
      code: "USAGE",
      hint: expect.stringContaining("set debezium.password") as string,
    });
  });

  it.each([undefined, "generated", "new"])(
    "must be in the configuration of servers that keep none",
    async (from) => {
      const error = await catchCdcError(choosePassword(from, await given(null)));
      expect(error).toMatchObject({
        code: "USAGE",
        hint: expect.stringContaining("debezium.password") as string,
      });
    },
  );
});
