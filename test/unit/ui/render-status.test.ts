import { describe, expect, it } from "vitest";

import type { ArchiveHealth } from "../../../src/recovery/archive-health.js";
import { renderStatus } from "../../../src/ui/render-status.js";

const none = { items: [] };

describe("the state of everything", () => {
  it("is one table each for servers, connectors and slots, their columns in line", () => {
    const text = renderStatus({
      target: "local",
      servers: [
        { server: "postgres", state: "running", version: "15.18", address: "127.0.0.1:5432", pid: 4711 },
        { server: "connect", state: "stopped", version: "4.3.1", address: "" },
      ],
      connectors: {
        items: [
          { name: "mykart-connector", state: "RUNNING", tasks: ["RUNNING"] },
          { name: "shop-connector", state: "RUNNING", tasks: ["FAILED"], reason: "task 0 FAILED: denied" },
        ],
      },
      slots: {
        items: [
          {
            name: "debezium_mykart_slot",
            database: "mykart",
            active: true,
            walStatus: "reserved",
            unconfirmedBytes: 512,
            retainedBytes: 16 * 1024 * 1024,
          },
          {
            name: "debezium_shop_slot",
            database: "shop",
            active: false,
            walStatus: "lost",
            unconfirmedBytes: 0,
            retainedBytes: 0,
          },
        ],
      },
    });
    expect(text).toBe(
      [
        "servers (target local)",
        "  postgres  running  15.18  127.0.0.1:5432  pid 4711",
        "  connect   stopped  4.3.1",
        "",
        "connectors",
        "  mykart-connector  RUNNING  tasks RUNNING",
        "  shop-connector    RUNNING  tasks FAILED   task 0 FAILED: denied",
        "",
        "replication slots",
        "  debezium_mykart_slot  active    wal reserved  512 B unconfirmed  16.0 MiB kept",
        "  debezium_shop_slot    inactive  wal lost      0 B unconfirmed    0 B kept",
      ].join("\n"),
    );
  });

  it("says where there is nothing", () => {
    const text = renderStatus({ target: "external", servers: [], connectors: none, slots: none });
    expect(text).toBe(
      [
        "servers (target external)",
        "  none",
        "",
        "connectors",
        "  none",
        "",
        "replication slots",
        "  none",
      ].join("\n"),
    );
  });

  it("does not take a connector without tasks for one that runs", () => {
    const connectors = [{ name: "shop-connector", state: "RUNNING", tasks: [] }];
    const text = renderStatus({
      target: "local",
      servers: [],
      connectors: { items: connectors },
      slots: none,
    });
    expect(text).toContain("shop-connector  RUNNING  no task");
  });

  it("names every task, and a slot whose WAL is in an unknown state", () => {
    const text = renderStatus({
      target: "local",
      servers: [],
      connectors: { items: [{ name: "a", state: "RUNNING", tasks: ["RUNNING", "FAILED"] }] },
      slots: {
        items: [
          {
            name: "s",
            database: "a",
            active: true,
            walStatus: null,
            unconfirmedBytes: 0,
            retainedBytes: 1024,
          },
        ],
      },
    });
    expect(text).toContain("tasks RUNNING, FAILED");
    expect(text).toContain("wal unknown");
    expect(text).toContain("1.0 KiB kept");
  });

  it("keeps what a worker says to one line and out of the terminal's control", () => {
    const reason = "task 0 FAILED: \u001b[2J bad news \u0007\nand more";
    const connectors = [
      { name: "a\u001b[31m", state: "RUNNING", tasks: ["FAILED"], reason },
      { name: "bc", state: "RUNNING", tasks: ["RUNNING"] },
    ];
    const lines = renderStatus({
      target: "local",
      servers: [],
      connectors: { items: connectors },
      slots: none,
    }).split("\n");
    expect(lines.slice(3, 6)).toEqual([
      "connectors",
      "  a   RUNNING  tasks FAILED   task 0 FAILED: bad news and more",
      "  bc  RUNNING  tasks RUNNING",
    ]);
  });

  it("has no gap where a column is empty in every row, and no line ends in spaces", () => {
    const servers = ["postgres", "kafka"].map((server) => ({
      server,
      state: "unreachable",
      version: "",
      address: `${server}:1`,
    }));
    const text = renderStatus({ target: "external", servers, connectors: none, slots: none });
    expect(text.split("\n").slice(0, 3)).toEqual([
      "servers (target external)",
      "  postgres  unreachable  postgres:1",
      "  kafka     unreachable  kafka:1",
    ]);
    expect(text).not.toMatch(/ $/m);
  });

  it("says why something is not known, which is not the same as none", () => {
    const connectors = { items: [], unknown: "Kafka Connect does not answer" };
    const text = renderStatus({ target: "local", servers: [], connectors, slots: none });
    expect(text).toContain("connectors\n  not known: Kafka Connect does not answer");
    expect(text).toContain("replication slots\n  none");
  });

  describe("of the WAL archive", () => {
    const well = {
      isOn: true,
      isFailing: false,
      failedCount: 0,
      lastArchivedWal: "000000010000000000000005",
      lastArchivedAt: "2026-11-23 10:00:00+00",
      lastArchivedAgeMs: 12_400,
      lastFailedWal: null,
      lastFailedAt: null,
      lastFailedAgeMs: null,
    };
    const failing = {
      ...well,
      isFailing: true,
      failedCount: 1_204,
      lastFailedWal: "000000010000000000000006",
      lastFailedAt: "2026-11-23 10:00:09+00",
      lastFailedAgeMs: 3_000,
    };
    const show = (archive: ArchiveHealth) => {
      const items = [archive];
      const text = renderStatus({
        target: "local",
        servers: [],
        connectors: none,
        slots: none,
        archive: { items },
      });
      return text.slice(text.indexOf("WAL archive")).split("\n").slice(1);
    };

    it("is the last file and its age", () => {
      expect(show(well)).toEqual(["  000000010000000000000005  archived 12 s ago, the last one"]);
      expect(show({ ...well, lastArchivedWal: null, lastArchivedAgeMs: null })).toEqual([
        "  nothing archived yet",
      ]);
    });

    it("names the file that cannot be archived, and says when that is over", () => {
      expect(show(failing)[1]).toBe(
        "  000000010000000000000006  cannot be archived: 1,204 failures, the last 3 s ago",
      );
      expect(show({ ...failing, isFailing: false })[1]).toBe(
        "  000000010000000000000006  1,204 failures, the last 3 s ago; archived since",
      );
    });

    it("says where none is kept", () => {
      expect(show({ ...well, isOn: false })[0]).toContain("off: no WAL is archived");
    });
  });
});
