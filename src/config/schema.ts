import * as z from "zod";

import { composeSection } from "./sections/compose.js";
import { connectSection } from "./sections/connect.js";
import { k8sSection } from "./sections/k8s.js";
import { localSection } from "./sections/local.js";
import { note, secretNote } from "./setting-notes.js";
import {
  brokers,
  choice,
  expected,
  filePath,
  host,
  identifier,
  identifiers,
  port,
  secret,
  text,
  wholeNumber,
  yesOrNo,
} from "./value-types.js";

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
  signals: yesOrNo()
    .default(false)
    .register(
      ...note(
        "Whether `prepare` makes a table by which Debezium can be asked for rows again, and `register` has it read.",
      ),
    ),
  template: filePath()
    .optional()
    .register(...note("Another template for the connector's configuration.")),
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
  connect: connectSection.prefault({}),
  fromConnect: fromConnect.prefault({}),
  debezium: debezium.prefault({}),
  local: localSection.prefault({}),
  k8s: k8sSection.prefault({}),
  compose: composeSection.prefault({}),
  databases: databases
    .default([])
    .register(
      ...note("Databases, each `{ name, schema }` with an optional SQL file; names and commas in text."),
    ),
});

/** The values as they stand in the file, with the defaults. */
export type Settings = z.output<typeof settingsSchema>;
