import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { Readable, Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";

import pg from "pg";
import { from, to } from "pg-copy-streams";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import type { Cluster, Tunnel } from "../../src/clients/kubernetes/cluster.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import { catchCdcError } from "../support/catch-cdc-error.js";
import { noCluster } from "../support/cluster.js";
import {
  clusterForTest,
  createNamespace,
  kubectl,
  kubectlApply,
  openTestCluster,
  podManifest,
  removeNamespaces,
} from "../support/kube.js";
import { until } from "../support/until.js";

const LABELS = { app: "postgres" };
const COPY_BYTES = 50 * 1024 * 1024;

/** PostgreSQL, once as a StatefulSet behind a service, and beside it a pod that speaks plainly over TCP. */
const postgres = (namespace: string) => [
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "postgres", namespace },
    spec: { selector: LABELS, ports: [{ name: "sql", port: 6543, targetPort: "postgresql" }] },
  },
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "postgres", namespace },
    spec: {
      serviceName: "postgres",
      replicas: 1,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          terminationGracePeriodSeconds: 5,
          containers: [
            {
              name: "postgres",
              image: "postgres:15",
              env: [{ name: "POSTGRES_PASSWORD", value: "secret" }],
              ports: [{ name: "postgresql", containerPort: 5432 }],
              readinessProbe: {
                exec: { command: ["pg_isready", "-h", "127.0.0.1", "-U", "postgres"] },
                periodSeconds: 1,
              },
            },
          ],
        },
      },
    },
  },
];

async function login(tunnel: Tunnel): Promise<pg.Client> {
  const client = new pg.Client({
    host: tunnel.host,
    port: tunnel.port,
    user: "postgres",
    password: "secret",
    database: "postgres",
    connectionTimeoutMillis: 60_000,
  });
  client.on("error", () => undefined);
  await client.connect();
  onTestFinished(() => client.end().catch(() => undefined));
  return client;
}

describe.skipIf(noCluster !== undefined)(`a tunnel into a cluster ${noCluster ?? ""}`, () => {
  let namespace: string;
  let cluster: Cluster;
  let tunnel: Tunnel;
  const problems: string[] = [];

  beforeAll(async () => {
    namespace = await createNamespace("tunnel");
    await kubectlApply(...postgres(namespace));
    await kubectl("rollout", "status", "statefulset/postgres", "-n", namespace, "--timeout=120s");
    cluster = openTestCluster({ namespace, timeoutMs: 600_000 });
    tunnel = await cluster.openTunnel(
      { kind: "Service", name: "postgres", port: "sql" },
      { onProblem: (problem) => problems.push(problem) },
    );
  });
  afterAll(async () => {
    await cluster.close();
    await removeNamespaces(namespace);
  });

  test("50 MB go in and come out again as they were", async () => {
    const client = await login(tunnel);
    await client.query("CREATE TABLE bulk (line text)");
    const line = () => `${randomBytes(512).toString("hex")}\n`;
    const lines = Array.from({ length: 1000 }, line).join("");
    const sent = createHash("sha256");
    const pieces = function* () {
      for (let bytes = 0; bytes < COPY_BYTES; bytes += lines.length) {
        sent.update(lines);
        yield lines;
      }
    };
    await pipeline(Readable.from(pieces()), client.query(from("COPY bulk FROM STDIN")));
    const received = createHash("sha256");
    // A reader that is slower than the server: what does not fit must wait on the way, not in memory.
    const reader = new Writable({
      write(piece: Buffer, _encoding, done) {
        received.update(piece);
        setImmediate(done);
      },
    });
    const before = process.memoryUsage().arrayBuffers;
    await pipeline(client.query(to("COPY bulk TO STDOUT")), reader);
    expect(received.digest("hex")).toBe(sent.digest("hex"));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(COPY_BYTES / 2);
    await client.query("DROP TABLE bulk");
  });

  test("thirty connections at once get each their own answer", async () => {
    const clients = await Promise.all(Array.from({ length: 30 }, () => login(tunnel)));
    const answers = await Promise.all(
      clients.map(async (client, index) => {
        const { rows } = await client.query<{ n: number; pid: number }>(
          "SELECT $1::int AS n, pg_backend_pid() AS pid",
          [index],
        );
        return rows[0];
      }),
    );
    expect(answers.map((row) => row?.n)).toEqual(clients.map((_, index) => index));
    expect(new Set(answers.map((row) => row?.pid)).size).toBe(30);
  });

  test("a session that ends here ends in the server as well", async () => {
    const watcher = await login(tunnel);
    const count = async (): Promise<number> => {
      const { rows } = await watcher.query<{ n: number }>(
        "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'leaver'",
      );
      return rows[0]?.n ?? -1;
    };
    const socket = connect(tunnel.port, "127.0.0.1");
    await once(socket, "connect");
    const leaver = await login(tunnel);
    await leaver.query("SET application_name = 'leaver'");
    expect(await count()).toBe(1);
    // Torn off, without a word to the server.
    (leaver as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    socket.destroy();
    await until("the session's end in the server", async () =>
      (await count()) === 0 ? ready(undefined) : notYet("the server has it still"),
    );
  });

  test("a pod that is deleted breaks its connections, and the next one waits for the pod that follows", async () => {
    const client = await login(tunnel);
    const broken = new Promise((resolve) => client.once("end", resolve));
    const running = client.query("SELECT pg_sleep(60)").then(
      () => "answered",
      () => "broken",
    );
    const { metadata } =
      (await cluster.read({ apiVersion: "v1", kind: "Pod", metadata: { name: "postgres-0" } })) ?? {};
    problems.length = 0;
    await kubectl("delete", "pod", "postgres-0", "-n", namespace, "--wait=false");
    expect(await running).toBe("broken");
    await broken;

    const next = await login(tunnel);
    expect((await next.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    const after = await cluster.read({ apiVersion: "v1", kind: "Pod", metadata: { name: "postgres-0" } });
    expect(after?.metadata.uid).not.toBe(metadata?.uid);
    expect(problems.join("\n")).toMatch(/no pod behind the service postgres is ready/);
  });

  test("a port that nobody listens on breaks the connection, and says so", async () => {
    const told: string[] = [];
    const closedPort = await cluster.openTunnel(
      { kind: "Pod", name: "postgres-0", port: 9 },
      { onProblem: (problem) => told.push(problem) },
    );
    const socket = connect(closedPort.port, "127.0.0.1");
    const end = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    await end;
    await until("the problem", () =>
      Promise.resolve(told.length > 0 ? ready(undefined) : notYet("nothing is told")),
    );
    expect(told.join("\n")).toMatch(/^pod postgres-0, port 9: .*refused/);
    await closedPort.close();
  });

  test("a client that ends its half first still gets all of the answer", async () => {
    await kubectlApply(
      podManifest({
        name: "speaker",
        namespace,
        container: {
          command: [
            "perl",
            "-MIO::Socket::INET",
            "-e",
            'my $s = IO::Socket::INET->new(Listen => 5, LocalPort => 7000, ReuseAddr => 1); while (my $c = $s->accept) { my $line = <$c>; select(undef, undef, undef, 1); print $c "x" x 3000000; close $c; }',
          ],
        },
      }),
    );
    await kubectl("wait", "--for=condition=Ready", "pod/speaker", "-n", namespace, "--timeout=60s");
    const speaker = await cluster.openTunnel(
      { kind: "Pod", name: "speaker", port: 7000 },
      { halfClose: true },
    );
    const socket = connect({ port: speaker.port, host: "127.0.0.1", allowHalfOpen: true });
    socket.end("go\n");
    expect((await buffer(socket)).length).toBe(3_000_000);
    await speaker.close();
  });

  test("a closed tunnel takes no connections, and ends those it had", async () => {
    const own = clusterForTest({ namespace });
    const short = await own.openTunnel({ kind: "Service", name: "postgres", port: 6543 });
    const client = await login(short);
    const ended = new Promise((resolve) => client.once("end", resolve));
    await own.close();
    await ended;
    const socket = connect(short.port, "127.0.0.1");
    await expect(once(socket, "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("a service or a port that is not there is told at once", async () => {
    const missing = await catchCdcError(() =>
      cluster.openTunnel({ kind: "Service", name: "nothing", port: 1 }),
    );
    expect(missing.code).toBe("TUNNEL_FAILED");
    expect(missing.message).toBe(`there is no service nothing in the namespace "${namespace}"`);
    const port = await catchCdcError(() =>
      cluster.openTunnel({ kind: "Service", name: "postgres", port: 1 }),
    );
    expect(port.message).toBe("the service postgres has no port 1");
    const taken = await catchCdcError(() =>
      cluster.openTunnel({ kind: "Service", name: "postgres", port: 6543 }, { localPort: tunnel.port }),
    );
    expect(taken.message).toBe(`port ${tunnel.port} of 127.0.0.1 cannot be listened on: EADDRINUSE`);
  });
});
