import { describe, expect, it } from "vitest";

import type { ProgressEvent } from "../../src/progress.js";
import type { Deployment } from "../../src/targets/target.js";
import { warnOfDefaults } from "../../src/warn-of-defaults.js";

const deployed = (
  host: string,
  more: Partial<Deployment> = {},
  adminPassword = "password123",
): Deployment => ({
  endpoints: {
    postgres: { host, port: 5432, adminUser: "admin", adminPassword, adminDatabase: "mydb" },
    kafka: { brokers: [] },
    connect: { url: "" },
  },
  postgresFromConnect: { host, port: 5432 },
  ...more,
});
const inCluster = {
  isLoopbackOnly: false,
  lasting: { postgres: { host: "postgres-wal.shop.svc", port: 5432 }, kafka: [], connect: "" },
};

describe("a password of the documentation on a server that others reach", () => {
  it.each<[string, Deployment, string, RegExp | undefined]>([
    ["nothing on loopback", deployed("127.0.0.1"), "debezium_pass", undefined],
    [
      "nothing where compose binds to loopback",
      deployed("127.0.0.1", { isLoopbackOnly: true }),
      "debezium_pass",
      undefined,
    ],
    [
      "both",
      deployed("db.example.com"),
      "debezium_pass",
      /db\.example\.com:5432 .* admin and debezium_user can/,
    ],
    ["one alone", deployed("db.example.com", {}, "other"), "debezium_pass", /, and debezium_user can log in/],
    [
      "the server behind a tunnel",
      deployed("127.0.0.1", inCluster),
      "other",
      /postgres-wal\.shop\.svc:5432 .* admin can/,
    ],
    [
      "containers that all networks reach",
      deployed("127.0.0.1", { isLoopbackOnly: false }),
      "other",
      /admin can/,
    ],
    ["nothing with passwords of one's own", deployed("db.example.com", {}, "other"), "another", undefined],
  ])("tells %s", (_title, deployment, password, expected) => {
    const events: ProgressEvent[] = [];
    warnOfDefaults(deployment, { role: "debezium_user", password }, (event) => events.push(event));
    const [event] = events;
    const message = event?.type === "notice" ? event.message : undefined;
    if (expected === undefined) expect(events).toEqual([]);
    else expect(message).toMatch(expected);
  });
});
