import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";

import { createConnectClient } from "../../src/clients/connect/create-connect-client.js";
import { withPostgres } from "../../src/clients/postgres.js";
import { loadConfig } from "../../src/config/load.js";
import { runPipeline } from "../../src/pipeline.js";
import { findServiceUser } from "../../src/targets/local/service-user.js";
import { catchCdcError } from "../support/catch-cdc-error.js";
import { type Authority, createAuthority } from "../support/certificates.js";
import { type ConnectWorkers, startConnectWorkers } from "../support/connect-workers.js";
import { makeSandbox } from "../support/leaks.js";
import { giveTo } from "../support/postgres-files.js";
import type { PostgresServer } from "../support/postgres-server.js";
import { createStageRecorder } from "../support/stage.js";
import { endpointOf, startTlsPostgres } from "../support/tls-postgres.js";

const DATABASE = "transport_tls";

let folder: string;
let authority: Authority;
let postgres: PostgresServer;
let servers: ConnectWorkers;
beforeAll(async () => {
  folder = await makeSandbox();
  authority = await createAuthority(folder);
  [servers, postgres] = await Promise.all([
    startConnectWorkers(),
    authority.issue(["IP:127.0.0.1"]).then((certificate) => startTlsPostgres(authority, certificate)),
  ]);
});
afterAll(async () => {
  await servers.close();
  await postgres.stop();
  await rm(folder, { recursive: true });
});

/** The settings of somebody who asks for all that TLS has, from here and from Kafka Connect's worker. */
async function settings(): Promise<Record<string, unknown>> {
  const own = await authority.issue(["DNS:own"]);
  // PostgreSQL wants a certificate of that very role.
  const worker = await authority.issue(["DNS:worker"], { commonName: "debezium_user" });
  // The key in the form that PostgreSQL's driver for Java reads.
  const workerKey = join(folder, "worker.pk8");
  await execa("openssl", [
    "pkcs8",
    "-topk8",
    "-nocrypt",
    "-outform",
    "DER",
    "-in",
    worker.keyFile,
    "-out",
    workerKey,
  ]);
  // It takes no key that others than the worker's user may read.
  await chmod(workerKey, 0o600);
  await giveTo(await findServiceUser(), workerKey);
  return {
    target: "external",
    "postgres.host": "127.0.0.1",
    "postgres.port": postgres.port,
    "postgres.adminUser": postgres.user,
    "postgres.adminPassword": postgres.password,
    "postgres.adminDatabase": "postgres",
    "postgres.sslMode": "verify-full",
    "postgres.caFile": authority.certificateFile,
    "postgres.certFile": own.certificateFile,
    "postgres.keyFile": own.keyFile,
    "debezium.certFile": worker.certificateFile,
    "debezium.keyFile": worker.keyFile,
    "fromConnect.postgresCaFile": authority.certificateFile,
    "fromConnect.postgresCertFile": worker.certificateFile,
    "fromConnect.postgresKeyFile": workerKey,
    "kafka.brokers": [...servers.brokers],
    "connect.url": servers.workers[0].url,
  };
}

async function run(changes: Readonly<Record<string, unknown>>) {
  const flags = { ...(await settings()), ...changes };
  const config = await loadConfig({ cwd: folder, env: {}, flags });
  const stages = ["prepare", "register", "verify"] as const;
  const databases = [{ name: DATABASE }];
  return runPipeline({ config, databases, stages }, createStageRecorder({ timeoutMs: 120_000 }).context);
}

it("a change is captured over TLS alone, each end checked and each with a certificate of its own", async () => {
  const admin = endpointOf(postgres, { mode: "verify-full", ca: authority.certificate });
  await withPostgres(admin, "postgres", (client) => client.query(`CREATE DATABASE ${DATABASE}`));
  const { proofs } = await run({});
  expect(proofs.get(DATABASE)).toMatchObject({ topic: expect.stringContaining("probe") as string });
  const { rows } = await withPostgres(admin, "postgres", (client) =>
    client.query<{ ssl: boolean; client_dn: string | null }>(
      "SELECT ssl, client_dn FROM pg_stat_ssl JOIN pg_stat_replication USING (pid)",
    ),
  );
  expect(rows).toMatchObject([{ ssl: true, client_dn: expect.stringContaining("CN=debezium_user") as string }]);
  const config = await createConnectClient({ url: servers.workers[0].url }).config(`${DATABASE}-connector`);
  expect(config).toMatchObject({
    "database.sslmode": "verify-full",
    "database.sslrootcert": authority.certificateFile,
  });
});

it("a connector that does not know the authority is refused, and it is said why", async () => {
  const stranger = await createAuthority(folder, "stranger");
  const error = await catchCdcError(run({ "fromConnect.postgresCaFile": stranger.certificateFile }));
  expect(`${error.code} ${error.message}`).toMatch(/CONNECTOR_\w+ .*(SSL|certificat|PKIX|path)/is);
});
