import { describe, expect, it } from "vitest";

import { renderConnectSettings } from "../../../../src/targets/local/connect-server.js";
import { renderKafkaSettings } from "../../../../src/targets/local/kafka-server.js";
import { renderPostgresSettings } from "../../../../src/targets/local/postgres-server.js";

/** Both PostgreSQL's and Java's files: `name = value`, comments apart. */
function parse(settings: string): Record<string, string> {
  const lines = settings.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const pairs = lines.map((line) => /^([\w.]+) ?= ?(.*)$/.exec(line)?.slice(1) ?? [line, "no setting"]);
  expect(new Set(pairs.map(([name]) => name)).size, "a setting that stands there twice").toBe(pairs.length);
  return Object.fromEntries(pairs) as Record<string, string>;
}

describe("PostgreSQL's settings", () => {
  const settings = parse(renderPostgresSettings(5433, "/state/archive"));

  it("allow capture of many databases", () => {
    expect(settings.wal_level).toBe("logical");
    for (const name of ["max_replication_slots", "max_wal_senders"]) {
      expect(Number(settings[name])).toBeGreaterThanOrEqual(10);
    }
  });

  it("let nobody in from outside", () => {
    expect(settings).toMatchObject({
      listen_addresses: "'127.0.0.1'",
      port: "5433",
      unix_socket_directories: "''",
    });
  });

  it("do not let a slot that nobody reads fill the disk", () => {
    expect(settings.max_slot_wal_keep_size).toBe("4GB");
    expect(parse(renderPostgresSettings(5433, "/state/archive", 700)).max_slot_wal_keep_size).toBe("700MB");
  });

  it("keep the server's messages in English, which errors quote", () => {
    expect(settings.lc_messages).toBe("'C'");
  });
});

describe("Kafka's settings", () => {
  const settings = parse(renderKafkaSettings("/state/kafka/data", 9192, 9193));

  it("make one node broker and controller, on loopback only", () => {
    expect(settings).toMatchObject({
      "process.roles": "broker,controller",
      listeners: "PLAINTEXT://127.0.0.1:9192,CONTROLLER://127.0.0.1:9193",
      "advertised.listeners": "PLAINTEXT://127.0.0.1:9192",
      "controller.quorum.voters": "1@127.0.0.1:9193",
      "log.dirs": "/state/kafka/data",
    });
  });

  it("ask for no more copies than one node can keep", () => {
    const copies = Object.entries(settings).filter(([name]) => /replication\.factor$|min\.isr$/.test(name));
    expect(copies.length).toBeGreaterThanOrEqual(4);
    expect(copies.filter(([, value]) => value !== "1")).toEqual([]);
  });
});

describe("Kafka Connect's settings", () => {
  const settings = parse(renderConnectSettings(8183, 9192, "/state/connect/secrets"));

  it("join the broker and listen on loopback only", () => {
    expect(settings).toMatchObject({
      "bootstrap.servers": "127.0.0.1:9192",
      listeners: "http://127.0.0.1:8183",
      "rest.advertised.host.name": "127.0.0.1",
      "rest.advertised.port": "8183",
    });
  });

  it("keep configurations, offsets and statuses in three topics of one copy", () => {
    const topics = ["config", "offset", "status"].map((name) => settings[`${name}.storage.topic`]);
    expect(new Set(topics).size).toBe(3);
    expect(topics).not.toContain(undefined);
    for (const name of ["config", "offset", "status"]) {
      expect(settings[`${name}.storage.replication.factor`]).toBe("1");
    }
  });

  it("let the config provider read one folder alone", () => {
    const prefix = "config.providers.directory";
    expect(settings).toMatchObject({
      "config.providers": "directory",
      [`${prefix}.param.allowed.paths`]: "/state/connect/secrets",
    });
    expect(settings[`${prefix}.class`]).toMatch(/DirectoryConfigProvider$/);
  });

  it.each(["/a:b", "/a,b", "/a}b", "/a\\b", "/jörg"])(
    "have no provider where its folder cannot be named: %s",
    (folder) => {
      expect(renderConnectSettings(8183, 9192, folder)).not.toContain("config.providers");
    },
  );

  it("wait for no other worker, and confirm offsets often", () => {
    expect(settings["scheduled.rebalance.max.delay.ms"]).toBe("0");
    expect(Number(settings["offset.flush.interval.ms"])).toBeLessThanOrEqual(10_000);
  });
});
