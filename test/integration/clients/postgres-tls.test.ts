import { rm } from "node:fs/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { copyRows } from "../../../src/clients/copy-rows.js";
import { openPostgres, type PostgresEndpoint, withPostgres } from "../../../src/clients/postgres.js";
import type { PostgresTls } from "../../../src/clients/postgres-tls.js";
import { logIn } from "../../../src/stages/prepare/check-access.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import { type Authority, createAuthority } from "../../support/certificates.js";
import { makeSandbox } from "../../support/leaks.js";
import { startPostgres } from "../../support/own-postgres.js";
import type { PostgresServer } from "../../support/postgres-server.js";
import { endpointOf, setCertificate, startTlsPostgres } from "../../support/tls-postgres.js";

let folder: string;
let authority: Authority;
let stranger: Authority;
let server: PostgresServer;
beforeAll(async () => {
  folder = await makeSandbox();
  authority = await createAuthority(folder);
  stranger = await createAuthority(folder, "stranger");
  server = await startTlsPostgres(authority, await authority.issue(["IP:127.0.0.1"]));
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

type Login = Partial<Pick<PostgresEndpoint, "adminUser" | "adminPassword" | "host">>;

const endpoint = (tls: PostgresTls, login: Login = {}) => ({ ...endpointOf(server, tls), ...login });
const isEncrypted = async (tls: PostgresTls, login?: Login) => {
  const sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
  const { rows } = await withPostgres(endpoint(tls, login), "postgres", (client) =>
    client.query<{ ssl: boolean }>(sql),
  );
  return rows[0]?.ssl;
};
const refusal = (tls: PostgresTls, login?: Login) =>
  catchCdcError(withPostgres(endpoint(tls, login), "postgres", () => Promise.resolve()));
const user = (adminUser: string): Login => ({ adminUser, adminPassword: "user-pass" });

async function clientCertificate(commonName: string, signer = authority) {
  const { certificate, key } = await signer.issue(["DNS:client"], { commonName });
  return { certificate, key };
}

describe("with TLS", () => {
  it.each<[PostgresTls["mode"], boolean]>([
    ["prefer", false],
    ["require", false],
    ["require", true],
    ["verify-ca", true],
    ["verify-full", true],
  ])("%s connects (authority known: %s)", async (mode, isKnown) => {
    expect(await isEncrypted({ mode, ...(isKnown ? { ca: authority.certificate } : {}) })).toBe(true);
  });

  it("prefer takes a line of pg_hba.conf that is for no TLS", async () => {
    expect(await isEncrypted({ mode: "prefer" }, user("plain_user"))).toBe(false);
  });

  it("goes for COPY and for replication as well", async () => {
    const tls = { mode: "verify-full", ca: authority.certificate } as const;
    let bytes = 0;
    await withPostgres(endpoint(tls), "postgres", (client) =>
      copyRows(client, "SELECT 1", (chunk) => void (bytes += chunk.length), new AbortController().signal),
    );
    expect(bytes).toBeGreaterThan(0);
    const replication = await openPostgres(endpoint(tls), "postgres", { replication: "database" });
    try {
      expect((await replication.query("IDENTIFY_SYSTEM")).rows).toHaveLength(1);
    } finally {
      await replication.end();
    }
  });

  it("logs in by certificate, whose name is the user", async () => {
    const tls = { mode: "verify-full", ca: authority.certificate } as const;
    const own = { ...tls, clientCertificate: await clientCertificate("cert_user") };
    expect(await isEncrypted(own, { adminUser: "cert_user", adminPassword: "" })).toBe(true);
    const any = { ...tls, clientCertificate: await clientCertificate("somebody") };
    expect(await isEncrypted(any, user("both_user"))).toBe(true);
  });
});

describe("as Debezium's role", () => {
  const login = { role: "cert_user", password: "user-pass" };
  const asAdmin = async () => ({
    mode: "verify-full" as const,
    ca: authority.certificate,
    clientCertificate: await clientCertificate("administrator"),
  });

  it("shows the certificate of that role instead of the administrator's", async () => {
    const way = { ...(await asAdmin()), debeziumCertificate: await clientCertificate("cert_user") };
    const client = await logIn(endpoint(way), "postgres", login);
    const { rows } = await client.query("SELECT current_user AS user");
    await client.end();
    expect(rows).toEqual([{ user: "cert_user" }]);
    expect(await isEncrypted(way)).toBe(true);
  });

  it("is refused with the administrator's, and it is told which settings help", async () => {
    const error = await catchCdcError(logIn(endpoint(await asAdmin()), "postgres", login));
    expect(error.code).toBe("ROLE_UNSUITABLE");
    expect(error.hint).toMatch(/debezium\.certFile and debezium\.keyFile.* common name is cert_user/);
  });
});

const tls = (mode: PostgresTls["mode"]): PostgresTls => ({ mode, ca: authority.certificate });

describe("it is told what is wrong", () => {
  it.each<[string, () => Promise<PostgresTls>, Login, RegExp, RegExp]>([
    ...(["verify-ca", "verify-full"] as const).map(
      (mode): [string, () => Promise<PostgresTls>, Login, RegExp, RegExp] => [
        `an authority that ${mode} does not know`,
        () => Promise.resolve({ mode, ca: stranger.certificate }),
        {},
        /signed by/,
        /postgres\.caFile \(CDC_PIPELINE_POSTGRES_CA_FILE\)/,
      ],
    ),
    [
      "require with an authority that is another",
      () => Promise.resolve({ mode: "require", ca: stranger.certificate }),
      {},
      /signed by/,
      /postgres\.caFile/,
    ],
    [
      "well-known authorities only",
      () => Promise.resolve({ mode: "verify-full" }),
      {},
      /signed by/,
      /postgres\.caFile/,
    ],
    [
      "a host that the certificate does not name",
      () => Promise.resolve(tls("verify-full")),
      { host: "localhost" },
      /is for another host name/,
      /postgres\.host/,
    ],
    [
      "a client without a certificate",
      () => Promise.resolve(tls("verify-full")),
      user("both_user"),
      /requires a valid client certificate/,
      /postgres\.certFile and postgres\.keyFile/,
    ],
    [
      "a certificate of another user",
      async () => ({ ...tls("verify-full"), clientCertificate: await clientCertificate("somebody") }),
      user("cert_user"),
      /certificate authentication failed/,
      /whose common name is the user/,
    ],
    [
      "a certificate of a stranger",
      async () => ({
        ...tls("verify-full"),
        clientCertificate: await clientCertificate("cert_user", stranger),
      }),
      user("cert_user"),
      /does not take this client's certificate/,
      /postgres\.certFile/,
    ],
    [
      "no TLS where pg_hba.conf wants it",
      () => Promise.resolve({ mode: "disable" }),
      {},
      /no encryption/,
      /postgres\.sslMode/,
    ],
    [
      "TLS where pg_hba.conf wants none",
      () => Promise.resolve(tls("verify-full")),
      user("plain_user"),
      /rejects connection .* SSL encryption/,
      /pg_hba\.conf/,
    ],
    [
      "a wrong password",
      () => Promise.resolve({ mode: "prefer" }),
      { adminPassword: "wr0ng-secret" },
      /password authentication failed/,
      /postgres\.adminPassword/,
    ],
  ])("%s", async (_what, access, login, why, hint) => {
    const error = await refusal(await access(), login);
    expect(error.code).toMatch(/^POSTGRES_(REFUSED|UNREACHABLE)$/);
    expect(error.message).toMatch(why);
    expect(error.hint).toMatch(hint);
    expect(JSON.stringify([error.message, error.hint, error.details])).not.toMatch(/wr0ng-secret|BEGIN/);
  });

  it("verify-ca takes the name that verify-full refuses", async () => {
    expect(await isEncrypted(tls("verify-ca"), { host: "localhost" })).toBe(true);
  });

  it("a certificate for localhost is none for an address", async () => {
    await using other = await startTlsPostgres(authority, await authority.issue(["DNS:localhost"]));
    const at = (host: string) => ({ ...endpointOf(other, tls("verify-full")), host });
    await withPostgres(at("localhost"), "postgres", (client) => client.query("SELECT 1"));
    const error = await catchCdcError(openPostgres(at("127.0.0.1"), "postgres"));
    expect(error.message).toContain("is for another host name");
  });

  it("a certificate that has expired", async () => {
    const expired = await authority.issue(["IP:127.0.0.1"], { expired: true });
    await using other = await startTlsPostgres(authority, expired);
    const error = await catchCdcError(openPostgres(endpointOf(other, tls("verify-full")), "postgres"));
    expect(error.message).toContain("its certificate has expired");
    await withPostgres(endpointOf(other, { mode: "require" }), "postgres", (client) =>
      client.query("SELECT 1"),
    );
    await setCertificate(other, authority, await authority.issue(["IP:127.0.0.1"]));
    await other.restart();
    await withPostgres(endpointOf(other, tls("verify-full")), "postgres", (client) =>
      client.query("SELECT 1"),
    );
  });

  it("a server without TLS, which prefer takes as it is", async () => {
    await using plain = await startPostgres();
    for (const mode of ["require", "verify-ca", "verify-full"] as const) {
      const error = await catchCdcError(openPostgres(endpointOf(plain, { mode }), "postgres"));
      expect(error.code).toBe("POSTGRES_UNREACHABLE");
      expect(error.message).toContain("it does not speak TLS on this port");
      expect(error.hint).toContain("postgres.sslMode");
    }
    for (let time = 0; time < 2; time += 1) {
      await withPostgres(endpointOf(plain, { mode: "prefer" }), "postgres", (client) =>
        client.query("SELECT 1"),
      );
    }
  });
});
