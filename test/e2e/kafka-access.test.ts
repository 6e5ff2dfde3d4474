import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { KafkaAccess, KafkaEndpoint, KafkaSasl } from "../../src/clients/kafka/kafka-endpoint.js";
import { passesByItself } from "../../src/clients/kafka/kafka-failure.js";
import { readRecords } from "../../src/clients/kafka/read-records.js";
import { sendToKafka } from "../../src/clients/kafka/send-to-kafka.js";
import { withKafkaAdmin } from "../../src/clients/kafka/with-kafka-admin.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import { catchCdcError } from "../support/catch-cdc-error.js";
import { type Authority, type Certificate, createAuthority } from "../support/certificates.js";
import { createTopics } from "../support/create-topics.js";
import { makeSandbox } from "../support/leaks.js";
import { KAFKA_LOGIN, type SecureKafka, startSecureKafka } from "../support/secure-kafka.js";
import { createStageRecorder } from "../support/stage.js";
import {
  startTokenEndpoint,
  TOKEN_CLIENT,
  type TokenEndpoint,
  unsignedToken,
} from "../support/token-endpoint.js";
import { until } from "../support/until.js";

const TOPIC = "of-the-test";
const TOKEN_LIFE_S = 300;

let folder: string;
let authority: Authority;
let good: Certificate;
let kafka: SecureKafka;
let tokens: TokenEndpoint;
beforeAll(async () => {
  folder = await makeSandbox();
  authority = await createAuthority(folder);
  good = await authority.issue(["IP:127.0.0.1"]);
  const expired = await authority.issue(["IP:127.0.0.1"], { expired: true });
  const named = await authority.issue(["DNS:broker.example"]);
  kafka = await startSecureKafka(authority, { good, expired, named });
  tokens = await startTokenEndpoint(good, TOKEN_LIFE_S);
  await withKafkaAdmin(kafka.plain, (admin) => createTopics(admin, [{ topic: TOPIC, numPartitions: 1 }]));
});
afterAll(async () => {
  await tokens.close();
  await kafka.close();
  await rm(folder, { recursive: true });
});

type Listener = keyof SecureKafka["listeners"];

const at = (listener: Listener, access: KafkaAccess): KafkaEndpoint => ({
  brokers: [kafka.listeners[listener]],
  access,
});
const tls = () => ({ ca: authority.certificate });
const client = async (signer = authority) => {
  const { certificate, key } = await signer.issue(["DNS:client"]);
  return { certificate, key };
};
const login = (mechanism: "plain" | "scram-sha-256" | "scram-sha-512"): KafkaSasl => ({
  mechanism,
  ...KAFKA_LOGIN,
});
const fromEndpoint = (): KafkaSasl => ({
  mechanism: "oauthbearer",
  origin: { url: tokens.url, ...TOKEN_CLIENT, scope: "kafka", ca: authority.certificate },
});
async function fromFile(text: string): Promise<KafkaSasl> {
  const file = join(folder, "token");
  await writeFile(file, text);
  return { mechanism: "oauthbearer", origin: { file } };
}

let sent = 0;
/** Writes a record and reads it again, in a group that is deleted. */
async function writeAndRead(endpoint: KafkaEndpoint): Promise<string | undefined> {
  const value = `record ${(sent += 1)}`;
  await sendToKafka(endpoint, TOPIC, [{ key: "k", value }]);
  const [end] = await withKafkaAdmin(endpoint, (admin) => admin.fetchTopicOffsets(TOPIC));
  const offset = Number(end?.high) - 1;
  const [record] = await readRecords(
    endpoint,
    [{ topic: TOPIC, partition: 0, offset }],
    createStageRecorder().context,
  );
  expect(record?.value?.toString()).toBe(value);
  return record?.value?.toString();
}

describe("records are written and read", () => {
  it.each<[string, () => Promise<KafkaEndpoint>]>([
    ["by TLS", () => Promise.resolve(at("TLS", { tls: tls() }))],
    ["by a certificate", async () => at("MUTUAL", { tls: { ...tls(), clientCertificate: await client() } })],
    ["by SASL without TLS", () => Promise.resolve(at("SASL_PLAIN", { sasl: login("scram-sha-256") }))],
    ...(["plain", "scram-sha-256", "scram-sha-512"] as const).map(
      (mechanism): [string, () => Promise<KafkaEndpoint>] => [
        `by TLS and ${mechanism}`,
        () => Promise.resolve(at("SASL", { tls: tls(), sasl: login(mechanism) })),
      ],
    ),
    [
      "by a token of a file",
      async () => at("SASL", { tls: tls(), sasl: await fromFile(`${unsignedToken(60)}\n`) }),
    ],
    ["by a token of an endpoint", () => Promise.resolve(at("SASL", { tls: tls(), sasl: fromEndpoint() }))],
  ])("%s", async (_way, endpoint) => {
    await writeAndRead(await endpoint());
  });
});

it("a token serves many clients, and a session that ends meanwhile logs in again", async () => {
  const asked = tokens.scopes.length;
  const endpoint = at("SASL", { tls: tls(), sasl: fromEndpoint() });
  await writeAndRead(endpoint);
  await writeAndRead(endpoint);
  expect(tokens.scopes.slice(asked)).toEqual(["kafka"]);
  const short = await startTokenEndpoint(good, 12);
  try {
    // The broker ends a session with its token, and kafkajs logs in again some seconds before.
    const origin = { url: short.url, ...TOKEN_CLIENT, ca: authority.certificate };
    await withKafkaAdmin(
      at("SASL", { tls: tls(), sasl: { mechanism: "oauthbearer", origin } }),
      async (admin) => {
        await until(
          "a second token",
          async () => {
            expect(await admin.listTopics()).toContain(TOPIC);
            return short.scopes.length >= 2 ? ready(undefined) : notYet(`${short.scopes.length} tokens`);
          },
          60_000,
        );
      },
    );
  } finally {
    await short.close();
  }
});

describe("it is told what is wrong:", () => {
  it.each<[string, () => Promise<KafkaEndpoint>, string, RegExp, RegExp]>([
    [
      "a wrong password",
      () =>
        Promise.resolve(
          at("SASL", { tls: tls(), sasl: { ...login("plain"), password: "wr0ng-secret" } as KafkaSasl }),
        ),
      "KAFKA_REFUSED",
      /refused the login/,
      /kafka\.username and kafka\.password/,
    ],
    [
      "a wrong password of SCRAM",
      () =>
        Promise.resolve(
          at("SASL", {
            tls: tls(),
            sasl: { ...login("scram-sha-512"), password: "wr0ng-secret" } as KafkaSasl,
          }),
        ),
      "KAFKA_REFUSED",
      /refused the login/,
      /kafka\.username and kafka\.password/,
    ],
    [
      "a token that has expired",
      async () => at("SASL", { tls: tls(), sasl: await fromFile(unsignedToken(-60)) }),
      "KAFKA_REFUSED",
      /refused the login/,
      /kafka\.tokenFile/,
    ],
    [
      "a file of a token that is not there",
      () =>
        Promise.resolve(
          at("SASL", { tls: tls(), sasl: { mechanism: "oauthbearer", origin: { file: "/nowhere/token" } } }),
        ),
      "KAFKA_REFUSED",
      /cannot be read from \/nowhere\/token \(ENOENT\)/,
      /kafka\.tokenFile/,
    ],
    [
      "a wrong secret of a client",
      () =>
        Promise.resolve(
          at("SASL", {
            tls: tls(),
            sasl: {
              mechanism: "oauthbearer",
              origin: {
                url: tokens.url,
                ...TOKEN_CLIENT,
                clientSecret: "wr0ng-secret",
                ca: authority.certificate,
              },
            },
          }),
        ),
      "KAFKA_REFUSED",
      /token endpoint .* answers 401: invalid_client/,
      /kafka\.tokenClientSecret/,
    ],
    [
      "a token endpoint whose authority is unknown",
      () =>
        Promise.resolve(
          at("SASL", {
            tls: tls(),
            sasl: { mechanism: "oauthbearer", origin: { url: tokens.url, ...TOKEN_CLIENT } },
          }),
        ),
      "KAFKA_REFUSED",
      /token endpoint .* does not answer: its certificate is signed by/,
      /kafka\.tokenUrl/,
    ],
    [
      "a mechanism that the listener does not have",
      () => Promise.resolve(at("TLS", { tls: tls(), sasl: login("plain") })),
      "KAFKA_REFUSED",
      /takes no login on this port|does not know the SASL mechanism/,
      /kafka\.sasl/,
    ],
    [
      "an unknown authority",
      () => Promise.resolve(at("TLS", { tls: {} })),
      "KAFKA_UNREACHABLE",
      /signed by/,
      /kafka\.caFile \(CDC_PIPELINE_KAFKA_CA_FILE\)/,
    ],
    [
      "a certificate that has expired",
      () => Promise.resolve(at("EXPIRED", { tls: tls() })),
      "KAFKA_UNREACHABLE",
      /its certificate has expired/,
      /renewed/,
    ],
    [
      "a certificate for another host",
      () => Promise.resolve(at("NAMED", { tls: tls() })),
      "KAFKA_UNREACHABLE",
      /is for another host name/,
      /kafka\.brokers/,
    ],
    [
      "no certificate where one is asked for",
      () => Promise.resolve(at("MUTUAL", { tls: tls() })),
      "KAFKA_UNREACHABLE",
      /does not take this client's certificate/,
      /kafka\.certFile and kafka\.keyFile/,
    ],
    [
      "TLS where there is none",
      () => Promise.resolve({ ...kafka.plain, access: { tls: tls() } }),
      "KAFKA_UNREACHABLE",
      /./,
      /kafka\.tls to false/,
    ],
    [
      "no TLS where there is some",
      () => Promise.resolve(at("TLS", {})),
      "KAFKA_UNREACHABLE",
      /./,
      /without kafka\.tls where they want TLS/,
    ],
    [
      "no login where one is asked for",
      () => Promise.resolve(at("SASL", { tls: tls() })),
      "KAFKA_UNREACHABLE",
      /./,
      /kafka\.sasl/,
    ],
  ])("%s", async (_what, endpoint, code, why, hint) => {
    const error = await catchCdcError(
      withKafkaAdmin(await endpoint(), (admin) => admin.listTopics(), {
        retries: 1,
        connectionTimeoutMs: 2_000,
      }),
    );
    expect(error.code).toBe(code);
    expect(error.message).toMatch(why);
    expect(error.hint).toMatch(hint);
    expect(JSON.stringify([error.message, error.hint, error.details])).not.toMatch(/secret|BEGIN/);
  });

  it("waiting helps against none of these", async () => {
    for (const endpoint of [at("TLS", { tls: {} }), at("SASL", { tls: tls(), sasl: await fromFile("x") })]) {
      expect(passesByItself(await catchCdcError(writeAndRead(endpoint)))).toBe(false);
    }
  });
});

it("goes by the broker's own name at the end of a tunnel", async () => {
  const told = "broker.example:9093";
  const routes = new Map([[told, kafka.listeners.NAMED]]);
  const endpoint = { brokers: [told], routes, access: { tls: tls() } };
  const cluster = await withKafkaAdmin(endpoint, (admin) => admin.describeCluster(), { retries: 1 }).catch(
    (error: unknown) => error,
  );
  // What the broker tells of itself here is no name of its certificate: the first connection was.
  expect(cluster).toMatchObject({ code: "KAFKA_UNREACHABLE" });
});
