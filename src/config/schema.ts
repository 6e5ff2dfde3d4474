import * as z from "zod";

import { composeSection } from "./sections/compose.js";
import { connectSection } from "./sections/connect.js";
import { fromConnectSection } from "./sections/from-connect.js";
import { k8sSection } from "./sections/k8s.js";
import { kafkaSection } from "./sections/kafka.js";
import { localSection } from "./sections/local.js";
import { postgresSection } from "./sections/postgres.js";
import { note, secretNote } from "./setting-notes.js";
import {
  choice,
  expected,
  filePath,
  identifier,
  identifiers,
  roleName,
  secret,
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

const debezium = z.strictObject({
  user: roleName()
    .default("debezium_user")
    .register(...note("Role that Debezium connects as.")),
  password: secret()
    .default("debezium_pass")
    .register(
      ...secretNote(
        "Password of `debezium.user`. What is kept with the servers goes before the default, see [passwords.md](passwords.md).",
      ),
    ),
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
  certFile: filePath()
    .optional()
    .register(
      ...note(
        "PEM file of the certificate that PostgreSQL asks of `debezium.user`, for our own checks of its login; without it, `postgres.certFile`.",
      ),
    ),
  keyFile: filePath()
    .optional()
    .register(...note("PEM file of the key of `debezium.certFile`, not encrypted.")),
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
  postgres: postgresSection.prefault({}),
  kafka: kafkaSection.prefault({}),
  connect: connectSection.prefault({}),
  fromConnect: fromConnectSection.prefault({}),
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
