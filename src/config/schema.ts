import * as z from "zod";

import {
  brokers,
  expected,
  filePath,
  host,
  identifier,
  identifiers,
  imageName,
  namespaceName,
  port,
  secret,
  serverUrl,
  storageSize,
  text,
  wholeNumber,
  yesOrNo,
} from "./value-types.js";

/** What the schema knows of a setting besides its type and default. */
export interface SettingNotes {
  readonly description: string;
  /** Its value is never shown. */
  readonly isSecret?: true;
}

export const settingNotes = z.registry<SettingNotes>();

const heapMb = () => wholeNumber("a number of megabytes", 128);
const choice = <const Choices extends readonly [string, ...string[]]>(choices: Choices) =>
  z.enum(choices, expected(choices.join(" or ")));

const note = (description: string) => [settingNotes, { description }] as const;
const secretNote = (description: string) => [settingNotes, { description, isSecret: true }] as const;

export const databaseSchema = z.strictObject(
  { name: identifier(), schema: filePath().optional() },
  {
    error: ({ code }) =>
      code === "unrecognized_keys"
        ? undefined
        : "expected a database like { name: orders, schema: orders.sql }",
  },
);

const databases = z.array(databaseSchema, expected("a list of databases")).superRefine((entries, context) => {
  for (const [index, { name }] of entries.entries()) {
    if (entries.findIndex((entry) => entry.name === name) === index) continue;
    context.addIssue({ code: "custom", path: [index, "name"], message: "expected every database once" });
  }
});

const postgres = z.strictObject({
  host: host()
    .default("127.0.0.1")
    .register(...note("Host of PostgreSQL, for the external target.")),
  port: port()
    .default(5432)
    .register(...note("Port of PostgreSQL, for the external target.")),
  adminUser: identifier()
    .default("admin")
    .register(...note("Role that creates databases, roles and publications.")),
  adminPassword: text()
    .default("password123")
    .register(...secretNote("Password of `postgres.adminUser`.")),
  adminDatabase: identifier()
    .default("mydb")
    .register(...note("Database that the admin connects to first.")),
});

const kafka = z.strictObject({
  brokers: brokers()
    .default(["127.0.0.1:9092"])
    .register(
      ...note("Kafka's brokers, each `host:port`, for the external target; separated by commas in text."),
    ),
});

const connect = z.strictObject({
  url: serverUrl()
    .default("http://127.0.0.1:8083")
    .register(...note("Kafka Connect's REST API (http or https), for the external target.")),
});

const fromConnect = z.strictObject({
  postgresHost: host()
    .optional()
    .register(...note("Host under which Kafka Connect reaches PostgreSQL, if it is not `postgres.host`.")),
  postgresPort: port()
    .optional()
    .register(...note("Port under which Kafka Connect reaches PostgreSQL, if it is not `postgres.port`.")),
});

const debezium = z.strictObject({
  user: identifier()
    .default("debezium_user")
    .register(...note("Role that Debezium connects as.")),
  password: secret()
    .default("debezium_pass")
    .register(...secretNote("Password of `debezium.user`.")),
  publication: identifier()
    .default("debezium_publication")
    .register(...note("Publication that Debezium reads.")),
  schemas: identifiers()
    .default([])
    .register(
      ...note("Schemas to capture, separated by commas in text; without it, all of the application's."),
    ),
  publish: choice(["auto", "all", "tables"])
    .default("auto")
    .register(
      ...note(
        "What is published: `all` tables, later ones too (needs a superuser); the `tables` there are; `auto` takes `all` where it can.",
      ),
    ),
  heartbeatMs: wholeNumber("a number of milliseconds", 0, 86_400_000)
    .default(10_000)
    .register(...note("Milliseconds between Debezium's heartbeats; 0 turns them off.")),
  template: filePath()
    .optional()
    .register(...note("Another template for the connector's configuration.")),
});

const local = z.strictObject({
  postgresPort: port()
    .default(5432)
    .register(...note("Port of the local PostgreSQL.")),
  kafkaPort: port()
    .default(9092)
    .register(...note("Port of the local Kafka.")),
  connectPort: port()
    .default(8083)
    .register(...note("Port of the local Kafka Connect.")),
  kafkaHeapMb: heapMb()
    .default(512)
    .register(...note("Heap of the local Kafka in megabytes, at least 128.")),
  connectHeapMb: heapMb()
    .default(512)
    .register(...note("Heap of the local Kafka Connect in megabytes, at least 128.")),
  javaHome: filePath()
    .optional()
    .register(...note("Folder of the Java to use; without it, Java is looked for.")),
  jvmFlags: choice(["fast", "stock"])
    .default("fast")
    .register(
      ...note("`fast` starts the JVMs with flags for a quick start, `stock` with the JVM's defaults."),
    ),
});

const k8s = z.strictObject({
  kubeconfig: filePath()
    .optional()
    .register(...note("Kubeconfig file; without it, `KUBECONFIG` and `~/.kube/config` as kubectl does.")),
  context: text()
    .min(1, expected("the name of a context"))
    .optional()
    .register(...note("Context of the kubeconfig; without it, the current one.")),
  namespace: namespaceName()
    .optional()
    .register(...note("Namespace of the servers; without it, the context's, else `default`.")),
  postgresImage: imageName()
    .default("postgres:15")
    .register(...note("Image of PostgreSQL on Kubernetes.")),
  storageClass: text()
    .min(1, expected("the name of a storage class"))
    .optional()
    .register(...note("Storage class of the volumes; without it, the cluster's default.")),
  dataSize: storageSize()
    .default("10Gi")
    .register(...note("Size of the volume for PostgreSQL's data.")),
  archiveSize: storageSize()
    .default("10Gi")
    .register(...note("Size of the volume for the archive of the write-ahead log.")),
  loadBalancer: yesOrNo()
    .default(true)
    .register(...note("Whether PostgreSQL gets a service of type LoadBalancer, `postgres-wal-external`.")),
  networkPolicy: yesOrNo()
    .default(false)
    .register(...note("Whether a NetworkPolicy says who may connect to PostgreSQL.")),
  withKafka: yesOrNo()
    .default(false)
    .register(...note("Whether a single Kafka and Kafka Connect are deployed as well, for demos.")),
  kafkaImage: imageName()
    .default("apache/kafka:4.3.1")
    .register(...note("Image of Kafka on Kubernetes.")),
  connectImage: imageName()
    .default("quay.io/debezium/connect:3.7.0.Final")
    .register(...note("Image of Kafka Connect on Kubernetes.")),
  strimziCluster: text()
    .min(1, expected("the name of a KafkaConnect resource"))
    .default("connect")
    .register(...note("Name of Strimzi's KafkaConnect resource, for `register --emit strimzi`.")),
});

const composeProject = expected("lower-case letters, digits, - and _, a letter or digit first");
const image = () => text().min(1, expected("the name of an image"));
const memoryMb = () => wholeNumber("a number of megabytes", 256);

/** `docker-compose.yml` takes these by their environment variables, so that both have the same defaults. */
const compose = z.strictObject({
  project: z
    .string(composeProject)
    .regex(/^[a-z0-9][a-z0-9_-]*$/, composeProject)
    .default("cdc-pipeline")
    .register(...note("Name of the compose project: of its containers, volumes and network.")),
  file: filePath()
    .optional()
    .register(...note("Another compose file; without it, the `docker-compose.yml` of the package.")),
  address: z
    .ipv4(expected("an IPv4 address"))
    .default("127.0.0.1")
    .register(...note("Address of this machine that the containers' ports are bound to.")),
  postgresPort: port()
    .default(5432)
    .register(...note("Port of this machine that leads to PostgreSQL's container.")),
  kafkaPort: port()
    .default(9092)
    .register(...note("Port of this machine that leads to Kafka's container.")),
  connectPort: port()
    .default(8083)
    .register(...note("Port of this machine that leads to Kafka Connect's container.")),
  kafkaHost: host()
    .default("127.0.0.1")
    .register(...note("Host that Kafka tells its clients outside of the containers to connect to.")),
  uiPort: port()
    .default(8080)
    .register(...note("Port of this machine that leads to the web page on Kafka, of the profile `ui`.")),
  postgresImage: image()
    .default("postgres:15")
    .register(...note("Image of PostgreSQL.")),
  kafkaImage: image()
    .default("apache/kafka:4.3.1")
    .register(...note("Image of Kafka.")),
  connectImage: image()
    .default("quay.io/debezium/connect:3.7.0.Final")
    .register(...note("Image of Kafka Connect with Debezium.")),
  uiImage: image()
    .default("ghcr.io/kafbat/kafka-ui:v1.5.0")
    .register(...note("Image of the web page on Kafka.")),
  kafkaHeapMb: heapMb()
    .default(512)
    .register(...note("Heap of Kafka in its container in megabytes, at least 128.")),
  connectHeapMb: heapMb()
    .default(512)
    .register(...note("Heap of Kafka Connect in its container in megabytes, at least 128.")),
  postgresMemoryMb: memoryMb()
    .default(1024)
    .register(...note("The most memory that PostgreSQL's container may take, in megabytes.")),
  kafkaMemoryMb: memoryMb()
    .default(1280)
    .register(...note("The most memory that Kafka's container may take, in megabytes.")),
  connectMemoryMb: memoryMb()
    .default(1280)
    .register(...note("The most memory that Kafka Connect's container may take, in megabytes.")),
});

/** The single source of keys, types, defaults and descriptions; the keys are those of the file. */
export const settingsSchema = z.strictObject({
  target: choice(["local", "compose", "k8s", "external"])
    .default("local")
    .register(
      ...note(
        "`local` runs the servers itself, `compose` in containers, `k8s` in a Kubernetes cluster, `external` uses servers that are there.",
      ),
    ),
  timeout: wholeNumber("a number of seconds", 1, 86_400)
    .default(600)
    .register(...note("Seconds that a whole run may take, 1 to 86400.")),
  stateDir: filePath()
    .default(".cdc-pipeline")
    .register(...note("Folder for this directory's servers, data, logs and state.")),
  cacheDir: filePath()
    .optional()
    .register(...note("Folder for jars and binaries; without it, the user's cache folder.")),
  postgres: postgres.prefault({}),
  kafka: kafka.prefault({}),
  connect: connect.prefault({}),
  fromConnect: fromConnect.prefault({}),
  debezium: debezium.prefault({}),
  local: local.prefault({}),
  k8s: k8s.prefault({}),
  compose: compose.prefault({}),
  databases: databases
    .default([])
    .register(
      ...note("Databases, each `{ name, schema }` with an optional SQL file; names and commas in text."),
    ),
});

/** The values as they stand in the file, with the defaults. */
export type Settings = z.output<typeof settingsSchema>;
