import { describe, expect, it } from "vitest";

import { whyNotAsked } from "../../../src/connectors/postgres-of.js";

const LOCAL = { connectUrl: "http://127.0.0.1:8083", postgres: { host: "127.0.0.1", port: 5432 } };
const REMOTE = { connectUrl: "https://connect.example/", postgres: { host: "DB.example", port: 5432 } };
const reads = (host: string, port?: string) => ({
  "database.hostname": host,
  ...(port === undefined ? {} : { "database.port": port }),
});

describe("the PostgreSQL that a connector reads", () => {
  it.each([
    [reads("127.0.0.1", "5432"), LOCAL],
    [reads("localhost"), LOCAL],
    [reads("db.EXAMPLE", "5432"), REMOTE],
  ])("is the one that is known here: %j", (config, servers) => {
    expect(whyNotAsked(config, servers)).toBeUndefined();
  });

  it.each([
    [
      reads("127.0.0.1", "5433"),
      LOCAL,
      "it reads 127.0.0.1:5433, and the PostgreSQL that is known here is another",
    ],
    [reads("other.example"), REMOTE, "it reads other.example:5432, and"],
    [reads("${file:/run/db:host}"), REMOTE, "a config provider of the worker gives its PostgreSQL"],
    // Loopback of a worker elsewhere is not ours.
    [
      reads("127.0.0.1"),
      { ...LOCAL, connectUrl: "http://connect.example:8083" },
      "it reads 127.0.0.1:5432 of the worker's own machine",
    ],
  ])("is not asked where it is another: %j", (config, servers, why) => {
    expect(whyNotAsked(config, servers)).toContain(why);
  });

  it("is known also where Kafka Connect is on loopback by IPv6", () => {
    expect(whyNotAsked(reads("localhost"), { ...LOCAL, connectUrl: "http://[::1]:8083" })).toBeUndefined();
  });
});
