import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { loadConfig } from "../../../src/config/load.js";
import { secretsOf } from "../../../src/config/secrets-of.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import { createAuthority } from "../../support/certificates.js";
import { useSandbox } from "../../support/leaks.js";

const sandbox = useSandbox();

const load = (flags: Readonly<Record<string, unknown>>) =>
  loadConfig({
    cwd: sandbox.folder,
    env: {},
    flags: Object.fromEntries(Object.entries(flags).map(([key, value]) => [`connect.${key}`, value])),
  });

async function problemsOf(flags: Readonly<Record<string, unknown>>): Promise<string[]> {
  const { code, message } = await catchCdcError(load(flags));
  expect(code).toBe("CONFIG_INVALID");
  return message
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
}

describe("how Kafka Connect is reached", () => {
  it("is known by its URL alone, without a slash at its end", async () => {
    expect((await load({ url: "http://h:8083/base//" })).connect).toEqual({ url: "http://h:8083/base" });
  });

  it("may be several URLs, as a list or with commas", async () => {
    const expected = { url: "http://a:1", others: ["http://b:2"] };
    expect((await load({ url: "http://a:1/, http://b:2" })).connect).toEqual(expected);
    expect((await load({ url: ["http://a:1", "http://b:2/"] })).connect).toEqual(expected);
  });

  it("takes a user in a URL as basic authentication, and does not keep it in the URL", async () => {
    const config = await load({ url: "https://ann:p%40ss-word@h:8083" });
    expect(config.connect).toEqual({
      url: "https://h:8083",
      access: { basic: { username: "ann", password: "p@ss-word" } },
    });
    expect(secretsOf(config)).toContain("p@ss-word");
    expect(secretsOf(config)).toContain(Buffer.from("ann:p@ss-word").toString("base64"));
  });

  it("has all its secrets known to what hides them", async () => {
    const config = await load({
      token: "the-token",
      headers: { "x-key": "the-header" },
      proxy: "http://u:the%20proxy@h:1",
    });
    expect(secretsOf(config)).toEqual(
      expect.arrayContaining(["the-token", "the-header", "the%20proxy", "the proxy"]),
    );
  });

  it("reads the files of certificates", async () => {
    const authority = await createAuthority(sandbox.folder);
    const client = await authority.issue(["DNS:client"]);
    const { connect } = await load({
      url: "https://h:8083",
      caFile: "authority.crt",
      certFile: client.certificateFile,
      keyFile: client.keyFile,
    });
    expect(connect.access).toEqual({
      ca: authority.certificate,
      clientCertificate: { certificate: client.certificate, key: client.key },
    });
  });
});

describe("settings that do not fit together", () => {
  it.each([
    [{ username: "ann" }, "--connect-username: expected connect.password too"],
    [{ password: "secret" }, "--connect-password: expected connect.username too"],
    [
      { token: "t", username: "ann", password: "p" },
      "--connect-token: expected no user beside it: a request is either basic or bearer",
    ],
    [
      { token: "t", url: "http://ann:p@h:1" },
      "--connect-token: expected no user beside it: a request is either basic or bearer",
    ],
    [
      { username: "ann", password: "p", url: "http://bob:q@h:1" },
      "--connect-username: expected no user in connect.url beside it",
    ],
    [{ url: "http://ann:p@h:1,http://bob:p@h:2" }, "--connect-url: expected the same user in all URLs"],
    [{ proxy: "socks5://h:1" }, "--connect-proxy: expected a URL like http://proxy:3128"],
    [{ headers: "no header" }, "--connect-headers: expected headers like X-Team: payments"],
    [{ headers: { "x y": "z" } }, "--connect-headers: expected headers like X-Team: payments"],
    [{ headers: { x: "a\r\nHost: b" } }, "--connect-headers: expected headers like X-Team: payments"],
    [{ url: " , " }, '--connect-url: expected a URL like http://host:8083, got " , "'],
  ])("%j are refused", async (flags, problem) => {
    expect(await problemsOf(flags)).toEqual([problem]);
  });

  it("are all told at once: files that are missing, no PEM, a certificate without its key", async () => {
    await writeFile(join(sandbox.folder, "words"), "no certificate");
    expect(await problemsOf({ url: "https://h:1", caFile: "words", certFile: "absent.pem" })).toEqual([
      `--connect-ca-file: expected a PEM certificate in ${join(sandbox.folder, "words")}`,
      `--connect-cert-file: the file ${join(sandbox.folder, "absent.pem")} cannot be read (ENOENT)`,
      "--connect-cert-file: expected connect.keyFile too: a certificate is of no use without its key",
    ]);
  });

  it("are certificates for http", async () => {
    await createAuthority(sandbox.folder);
    expect(await problemsOf({ url: "http://h:1", caFile: "authority.crt" })).toEqual([
      "--connect-ca-file: expected an https URL in connect.url: http has no certificates",
    ]);
  });
});
