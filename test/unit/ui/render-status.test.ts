import { describe, expect, it } from "vitest";

import type { Observation } from "../../../src/observe/observation.js";
import type { ArchiveHealth } from "../../../src/recovery/archive-health.js";
import { renderStatus } from "../../../src/ui/render-status.js";
import { observation, slotState } from "../../support/observations.js";

const show = (change: Partial<Observation> = {}) => renderStatus(observation(change), (text) => text);
const nothing = { servers: [], databases: [], connectors: [], slots: [], wal: null };

describe("the state of everything", () => {
  it("is one table each, their columns in line, and at the end what it comes to", () => {
    expect(show().split("\n")).toEqual([
      "servers (target local)",
      "  postgres  running  15.18  127.0.0.1:5432  pid 4711",
      "",
      "databases",
      "  mykart  running  512 B behind for under 4.0 s  last event 12 s ago  debezium.mykart.public.orders",
      "",
      "connectors",
      "  mykart-connector  RUNNING  tasks RUNNING",
      "",
      "replication slots",
      "  debezium_mykart_slot  active  wal reserved  512 B unconfirmed  16.0 MiB kept  lost after 4.0 GiB more",
      "",
      "WAL",
      "  1.0 MiB/s on average  8.0 GiB free  4.0 GiB at most for a slot",
      "",
      "all well: 1 database captured",
    ]);
  });

  it("says where there is nothing", () => {
    expect(
      show(nothing)
        .split("\n")
        .filter((line) => line === "  none"),
    ).toHaveLength(4);
    expect(show(nothing)).toMatch(/no database is captured$/);
  });

  it("ends with what is wrong, and the command that helps", () => {
    const what = "shop-connector: task 0 FAILED: denied";
    const next = "cdc-pipeline connectors restart shop-connector";
    const problems = [
      { severity: "error", about: "connector", database: "shop", what, next } as const,
      {
        severity: "warning",
        about: "slot",
        database: null,
        what: "nobody reads slot old",
        next: null,
      } as const,
    ];
    expect(show({ problems }).split("\n").slice(-4)).toEqual([
      "1 thing wrong, 1 to look at",
      `  ✗ shop: ${what}`,
      `      ${next}`,
      "  ! nobody reads slot old",
    ]);
  });

  it("does not take a connector without tasks for one that runs", () => {
    const connectors = [{ name: "shop-connector", state: "RUNNING", tasks: [] }];
    expect(show({ connectors })).toContain("shop-connector  RUNNING  no task");
  });

  it("names every task, and a slot whose WAL is in an unknown state", () => {
    const text = show({
      connectors: [{ name: "a", state: "RUNNING", tasks: ["RUNNING", "FAILED"] }],
      slots: [slotState({ walStatus: null, retainedBytes: 1024 })],
    });
    expect(text).toContain("tasks RUNNING, FAILED");
    expect(text).toContain("wal unknown");
    expect(text).toContain("1.0 KiB kept");
  });

  it.each([
    [{ diskFullInMs: 7_200_000 }, "disk full in 2 h 0 min"],
    [{ lostInMs: 90_000 }, "lost in 1 min 30 s"],
    [{ safeBytes: null }, "no limit"],
    [{ safeBytes: -1 }, "lost after 0 B more"],
  ])("says where a slot is heading: %o", (change, expected) => {
    expect(show({ slots: [slotState(change)] })).toContain(`kept  ${expected}\n`);
  });

  it("keeps what a worker says to one line and out of the terminal's control", () => {
    const reason = "task 0 FAILED: \u001b[2J bad news \u0007\nand more";
    const connectors = [
      { name: "a\u001b[31m", state: "RUNNING", tasks: ["FAILED"], reason },
      { name: "bc", state: "RUNNING", tasks: ["RUNNING"] },
    ];
    const lines = show({ connectors }).split("\n");
    expect(lines.slice(lines.indexOf("connectors"), lines.indexOf("connectors") + 3)).toEqual([
      "connectors",
      "  a   RUNNING  tasks FAILED   task 0 FAILED: bad news and more",
      "  bc  RUNNING  tasks RUNNING",
    ]);
  });

  it("has no gap where a column is empty in every row, and no line ends in spaces", () => {
    const servers = (["postgres", "kafka"] as const).map((server) => ({
      ...{ server, state: "unreachable" as const, version: "", address: `${server}:1` },
    }));
    const text = show({ servers, target: "external" });
    expect(text.split("\n").slice(0, 3)).toEqual([
      "servers (target external)",
      "  postgres  unreachable  postgres:1",
      "  kafka     unreachable  kafka:1",
    ]);
    expect(text).not.toMatch(/ $/m);
  });

  it("says why something is not known, which is not the same as none", () => {
    const text = show({ ...nothing, unknown: { connectors: "Kafka Connect does not answer" } });
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
    const showArchive = (archive: ArchiveHealth): string[] => {
      const text = show({ archive });
      return text.slice(text.indexOf("WAL archive")).split("\n\n")[0]?.split("\n").slice(1) ?? [];
    };

    it("is the last file and its age", () => {
      expect(showArchive(well)).toEqual(["  000000010000000000000005  archived 12 s ago, the last one"]);
      expect(showArchive({ ...well, lastArchivedWal: null, lastArchivedAgeMs: null })).toEqual([
        "  nothing archived yet",
      ]);
    });

    it("names the file that cannot be archived, and says when that is over", () => {
      expect(showArchive(failing)[1]).toBe(
        "  000000010000000000000006  cannot be archived: 1,204 failures, the last 3 s ago",
      );
      expect(showArchive({ ...failing, isFailing: false })[1]).toBe(
        "  000000010000000000000006  1,204 failures, the last 3 s ago; archived since",
      );
    });

    it("says where none is kept", () => {
      expect(showArchive({ ...well, isOn: false })[0]).toContain("off: no WAL is archived");
    });
  });
});
