import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { loadConfig } from "../../../src/config/load.js";
import { secretsOf } from "../../../src/config/secrets-of.js";
import { renderTls } from "../../../src/stages/register/render-tls.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import { createAuthority } from "../../support/certificates.js";
import { useSandbox } from "../../support/leaks.js";

const sandbox = useSandbox();

type Flags = Readonly<Record<string, unknown>>;

const load = (flags: Flags) => loadConfig({ cwd: sandbox.folder, env: {}, flags });

async function problemsOf(flags: Flags): Promise<string> {
  const { code, message } = await catchCdcError(load(flags));
  expect(code).toBe("CONFIG_INVALID");
  return message;
}

describe("how PostgreSQL is reached", () => {
  it("is with the files of certificates, relative to where they are named", async () => {
    const authority = await createAuthority(sandbox.folder);
    const { postgres } = await load({
      "postgres.sslMode": "verify-full",
      "postgres.caFile": "authority.crt",
      "fromConnect.postgresSslMode": "require",
    });
    expect(postgres.tls).toEqual({ mode: "verify-full", ca: authority.certificate });
  });

  it("is refused where settings contradict each other", async () => {
    await createAuthority(sandbox.folder);
    const caFile = { "postgres.caFile": "authority.crt" };
    expect(await problemsOf(caFile)).toMatch(/expected postgres\.sslMode .*prefer checks nothing/);
    expect(await problemsOf({ ...caFile, "postgres.sslMode": "disable" })).toMatch(
      /another postgres\.sslMode/,
    );
    expect(await problemsOf({ "postgres.certFile": "authority.crt" })).toMatch(
      /expected postgres\.keyFile too/,
    );
    expect(await problemsOf({ "debezium.certFile": "authority.crt" })).toMatch(
      /expected debezium\.keyFile too/,
    );
    expect(await problemsOf({ ...caFile, "postgres.sslMode": "verify-ca" })).toMatch(
      /fromConnect\.postgresCaFile/,
    );
    expect(await problemsOf({ "fromConnect.postgresCaFile": "/ca" })).toMatch(
      /fromConnect\.postgresSslMode beside it/,
    );
    expect(await problemsOf({ "fromConnect.postgresKeyFile": "/k" })).toMatch(
      /fromConnect\.postgresCertFile too/,
    );
  });
});

describe("how a connector reaches PostgreSQL", () => {
  const JAVA = "org.postgresql.ssl.DefaultJavaSSLFactory";
  it.each<[string, Flags, Flags]>([
    ["is its own default", {}, {}],
    ["is as we do", { "postgres.sslMode": "require" }, { "database.sslmode": "require" }],
    [
      "checks by Java's authorities",
      { "postgres.sslMode": "verify-full" },
      { "database.sslmode": "verify-full", "database.sslfactory": JAVA },
    ],
    [
      "is by files of the worker, whose paths are not touched",
      {
        "fromConnect.postgresSslMode": "verify-ca",
        "fromConnect.postgresCaFile": "ca.pem",
        "fromConnect.postgresCertFile": "c.pem",
        "fromConnect.postgresKeyFile": "k.pk8",
      },
      {
        "database.sslmode": "verify-ca",
        "database.sslrootcert": "ca.pem",
        "database.sslcert": "c.pem",
        "database.sslkey": "k.pk8",
      },
    ],
  ])("%s", async (_how, flags, keys) => {
    expect(renderTls((await load(flags)).fromConnect.tls)).toEqual(keys);
  });
});

describe("how Kafka is reached", () => {
  const login = { "kafka.username": "ann", "kafka.password": "the-secret" };
  const client = {
    "kafka.tokenUrl": "https://id/token",
    "kafka.tokenClientId": "a b",
    "kafka.tokenClientSecret": "s:1",
  };

  it("is without TLS and login unless they are asked for", async () => {
    expect((await load({ "kafka.brokers": "a:1" })).kafka).toEqual({ brokers: ["a:1"] });
  });

  it("is with TLS and a login, whose secrets are known to what hides them", async () => {
    const config = await load({ ...login, "kafka.tls": true, "kafka.sasl": "scram-sha-512" });
    expect(config.kafka.access).toEqual({
      tls: {},
      sasl: { mechanism: "scram-sha-512", username: "ann", password: "the-secret" },
    });
    expect(secretsOf(config)).toContain("the-secret");
    const tokens = await load({ ...client, "kafka.sasl": "oauthbearer" });
    expect(secretsOf(tokens)).toEqual(
      expect.arrayContaining(["s:1", "s%3A1", Buffer.from("a%20b:s%3A1").toString("base64")]),
    );
  });

  it("takes the file of a token from where it is named", async () => {
    const { kafka } = await load({ "kafka.sasl": "oauthbearer", "kafka.tokenFile": "token" });
    expect(kafka.access?.sasl).toEqual({
      mechanism: "oauthbearer",
      origin: { file: join(sandbox.folder, "token") },
    });
  });

  it.each<[Flags, RegExp]>([
    [login, /kafka\.sasl beside it/],
    [{ "kafka.sasl": "plain" }, /kafka\.username and kafka\.password too: plain/],
    [{ ...login, "kafka.sasl": "oauthbearer" }, /oauthbearer takes a token/],
    [{ "kafka.sasl": "oauthbearer" }, /kafka\.tokenFile or kafka\.tokenUrl too/],
    [{ "kafka.sasl": "oauthbearer", "kafka.tokenUrl": "https://id/t" }, /kafka\.tokenClientId/],
    [{ ...client, "kafka.sasl": "oauthbearer", "kafka.tokenFile": "t" }, /no kafka\.tokenFile beside it/],
    [{ ...login, "kafka.sasl": "plain", "kafka.tokenFile": "t" }, /kafka\.sasl: oauthbearer beside it/],
    [{ "kafka.sasl": "gssapi" }, /plain or scram-sha-256 or scram-sha-512 or oauthbearer/],
    [{ "kafka.caFile": "nowhere.pem" }, /kafka\.tls: true beside it/],
    [{ "kafka.tls": true, "kafka.caFile": "nowhere.pem" }, /cannot be read \(ENOENT\)/],
  ])("is refused by %j", async (flags, why) => {
    const message = await problemsOf(flags);
    expect(message).toMatch(why);
    expect(message).not.toContain("the-secret");
  });
});
