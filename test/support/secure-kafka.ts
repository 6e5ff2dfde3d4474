import { appendFile, chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import type { KafkaEndpoint } from "../../src/clients/kafka/kafka-endpoint.js";
import { recoverClusterId } from "../../src/targets/local/cluster-id.js";
import { type Jvm, jvmToolArgs } from "../../src/targets/local/jvm.js";
import { formattedMark, kafkaServer } from "../../src/targets/local/kafka-server.js";
import { type Layout, planLayout, serverDir } from "../../src/targets/local/layout.js";
import { findServiceUser } from "../../src/targets/local/service-user.js";
import { makeStateDir } from "../../src/targets/local/state-dir.js";
import { findTools } from "../../src/targets/local/tools.js";
import type { Authority, Certificate } from "./certificates.js";
import { freePort } from "./free-port.js";
import { makeSandbox, removeSandbox } from "./leaks.js";
import { ServerUnderTest } from "./server-under-test.js";
import { createStageRecorder } from "./stage.js";

/** `MUTUAL` asks for a certificate, `SASL` for a login, `SASL_PLAIN` for one without TLS; the last two have bad certificates. */
export const LISTENERS = ["TLS", "MUTUAL", "SASL", "SASL_PLAIN", "EXPIRED", "NAMED"] as const;
type Listener = (typeof LISTENERS)[number];

export const KAFKA_LOGIN = { username: "ann", password: "ann-secret" } as const;

export interface SecureKafka {
  /** Without TLS or login. */
  readonly plain: KafkaEndpoint;
  /** `host:port` of each listener. */
  readonly listeners: Readonly<Record<Listener, string>>;
  readonly close: () => Promise<void>;
}

export interface ListenerCertificates {
  readonly good: Certificate;
  readonly expired: Certificate;
  /** For another host. */
  readonly named: Certificate;
}

/** A broker with a listener for each way of getting in, all with the same topics. */
export async function startSecureKafka(
  authority: Authority,
  certificates: ListenerCertificates,
): Promise<SecureKafka> {
  const folder = await makeSandbox();
  let server: ServerUnderTest | undefined;
  const close = async () => {
    await server?.kill();
    await removeSandbox(folder);
  };
  try {
    const layout = await planLayout(folder, undefined, await findServiceUser());
    await makeStateDir(layout);
    const { jvm } = findTools(
      layout,
      { jvmFlags: "fast" },
      { step: async (_name, work) => (await work(() => undefined)).value },
      createStageRecorder().context,
    );
    const clusterId = await recoverClusterId(layout);
    const [port, controllerPort] = [await freePort(), await freePort()];
    const ports = new Map<Listener, number>();
    for (const name of LISTENERS) ports.set(name, await freePort());
    const planned = kafkaServer(
      layout,
      jvm,
      { port, requestedPort: port },
      {
        clusterId,
        controllerPort,
        heapMb: 256,
        jvmFlags: "fast",
      },
    );
    const settings = await renderListeners(folder, ports, port, controllerPort, authority, certificates);
    const settingsFile = join(serverDir(layout, "kafka"), "server.properties");
    server = new ServerUnderTest({
      ...planned,
      async writeFiles() {
        await formatWithUsers(layout, await jvm(), clusterId, port, controllerPort);
        await planned.writeFiles();
        await appendFile(settingsFile, settings);
      },
    });
    await server.start();
    const listeners = Object.fromEntries(
      [...ports].map(([name, number]) => [name, `127.0.0.1:${number}`]),
    ) as Record<Listener, string>;
    return { plain: { brokers: [`127.0.0.1:${port}`] }, listeners, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

/** Later lines of a file of properties go before earlier ones. */
async function renderListeners(
  folder: string,
  ports: ReadonlyMap<Listener, number>,
  port: number,
  controllerPort: number,
  authority: Authority,
  { good, expired, named }: ListenerCertificates,
): Promise<string> {
  const certificates = { TLS: good, MUTUAL: good, SASL: good, EXPIRED: expired, NAMED: named };
  const lines: string[] = [];
  for (const [name, { certificate, key }] of Object.entries(certificates)) {
    const store = join(folder, `${name}.pem`);
    await writeFile(store, `${key}${certificate}`);
    await chmod(store, 0o644);
    const prefix = `listener.name.${name.toLowerCase()}.ssl`;
    lines.push(`${prefix}.keystore.type=PEM`, `${prefix}.keystore.location=${store}`);
  }
  const trust = join(folder, "trust.pem");
  await writeFile(trust, authority.certificate);
  await chmod(trust, 0o644);
  const mutual = "listener.name.mutual.ssl";
  lines.push(
    `${mutual}.client.auth=required`,
    `${mutual}.truststore.type=PEM`,
    `${mutual}.truststore.location=${trust}`,
  );
  for (const name of ["sasl", "sasl_plain"]) {
    const of = (mechanism: string) => `listener.name.${name}.${mechanism}.sasl.jaas.config`;
    lines.push(
      `listener.name.${name}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER`,
      `${of("plain")}=org.apache.kafka.common.security.plain.PlainLoginModule required user_ann="${KAFKA_LOGIN.password}";`,
      ...["scram-sha-256", "scram-sha-512"].map(
        (mechanism) => `${of(mechanism)}=org.apache.kafka.common.security.scram.ScramLoginModule required;`,
      ),
      `${of("oauthbearer")}=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
      // Tokens end sessions: a client has to log in again with a new one.
      `listener.name.${name}.oauthbearer.connections.max.reauth.ms=11000`,
    );
  }
  const own = [
    `PLAINTEXT://127.0.0.1:${port}`,
    ...[...ports].map(([name, number]) => `${name}://127.0.0.1:${number}`),
  ];
  const protocols = {
    TLS: "SSL",
    MUTUAL: "SSL",
    EXPIRED: "SSL",
    NAMED: "SSL",
    SASL: "SASL_SSL",
    SASL_PLAIN: "SASL_PLAINTEXT",
  };
  const map = Object.entries({ PLAINTEXT: "PLAINTEXT", CONTROLLER: "PLAINTEXT", ...protocols });
  lines.push(
    `listeners=${[...own, `CONTROLLER://127.0.0.1:${controllerPort}`].join(",")}`,
    `advertised.listeners=${own.join(",")}`,
    `listener.security.protocol.map=${map.map(([name, protocol]) => `${name}:${protocol}`).join(",")}`,
  );
  return `${lines.join("\n")}\n`;
}

/** Users of SCRAM are in the cluster's own log, from its beginning on. */
async function formatWithUsers(
  layout: Layout,
  jvm: Jvm,
  clusterId: string,
  port: number,
  controllerPort: number,
): Promise<void> {
  const folder = serverDir(layout, "kafka");
  await mkdir(folder, { recursive: true });
  const file = join(folder, "format.properties");
  await writeFile(
    file,
    `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
log.dirs=${join(folder, "data")}
`,
  );
  const users = ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((mechanism) => [
    "--add-scram",
    `${mechanism}=[name=${KAFKA_LOGIN.username},password=${KAFKA_LOGIN.password}]`,
  ]);
  const tool = ["kafka.tools.StorageTool", "format", "-t", clusterId, "-c", file, ...users];
  await execa(jvm.java.path, [...jvmToolArgs(jvm), ...tool], { cwd: folder });
  await rm(file);
  if (layout.user !== undefined) {
    await execa("chown", ["-R", `${layout.user.uid}:${layout.user.gid}`, folder]);
  }
  await writeFile(formattedMark(layout), clusterId);
}
