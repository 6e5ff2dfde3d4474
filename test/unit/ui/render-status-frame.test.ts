import { describe, expect, it } from "vitest";

import { History } from "../../../src/observe/history.js";
import type { Observation } from "../../../src/observe/observation.js";
import { fitScreen } from "../../../src/ui/fit-frame.js";
import { enterFullScreen } from "../../../src/ui/full-screen.js";
import { renderStatusFrame } from "../../../src/ui/render-status-frame.js";
import { sparkline } from "../../../src/ui/sparkline.js";
import { observation } from "../../support/observations.js";

const [database] = observation().databases;
if (database === undefined) throw new Error("no database");
const shop = { ...database, name: "shop", connector: "shop-connector", slot: "debezium_shop_slot" };
const failed = {
  severity: "error",
  about: "connector",
  database: "shop",
  what: "it failed",
  next: "do it",
} as const;

function frame(
  change: Partial<Observation>,
  options: { stale?: string; color?: boolean; columns?: number } = {},
) {
  const { color = false, columns = 120, ...rest } = options;
  const seen = observation(change);
  const history = new History();
  history.add(seen);
  return renderStatusFrame(seen, history, { screen: { columns, color }, asCalled: (text) => text, ...rest });
}

describe("a frame of `status --watch`", () => {
  it("has the verdict first, and two lines for each database", () => {
    const lines = frame({}).split("\n");
    expect(lines[2]).toBe("all well: 1 database captured");
    expect(lines.slice(-2)).toEqual([
      `mykart  running   lag  ${" ".repeat(23)}█  512 B behind for under 4.0 s`,
      `${" ".repeat(16)}  slot ${" ".repeat(23)}█  16.0 MiB kept · lost after 4.0 GiB more · last event 12 s ago`,
    ]);
  });

  it("has the worst database first", () => {
    const text = frame({ databases: [database, { ...shop, state: "FAILED" }], problems: [failed] });
    expect(text.indexOf("FAILED")).toBeLessThan(text.indexOf("mykart "));
    expect(text).toContain("1 thing wrong\n  ✗ shop: it failed\n      do it");
    expect(text).toContain("no slot");
  });

  it("says that what it shows is old, and what is not known", () => {
    const text = frame({ unknown: { events: "too\nold" } }, { stale: "no answer" });
    expect(text.split("\n")[0]).toMatch(/no answer$/);
    expect(text).toContain("events not known: too old");
  });

  it("has colours only where they are wanted", () => {
    expect(frame({})).not.toContain("\u001b");
    expect(frame({}, { color: true })).toContain("\u001b[32mall well");
  });

  it("keeps to the screen, whatever its size", () => {
    const databases = Array.from({ length: 50 }, (_, index) => ({ ...database, name: `db${index}` }));
    const lines = fitScreen(frame({ databases }, { columns: 60 }), { columns: 60, rows: 20 }).split("\n");
    expect(lines).toHaveLength(19);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(lines.at(-1)).toBe("… and 89 more lines");
  });
});

describe("a row of bars", () => {
  it("goes from nothing to the greatest, with a blank for what is not known", () => {
    expect(sparkline([0, null, 5, 10], 6)).toBe("  ▁ ▅█");
    expect(sparkline([0, 0], 2)).toBe("▁▁");
    expect(sparkline([1, 2, 3], 2)).toBe("▆█");
  });
});

describe("the whole terminal", () => {
  it("is taken, redrawn in place without being wiped, and given back once", () => {
    const screen = { columns: 10, rows: 5 };
    const written: string[] = [];
    const listeners = process.listenerCount("exit");
    const full = enterFullScreen((text) => written.push(text), screen);
    full.draw("one\ntwo");
    full.leave();
    full.leave();
    full.draw("late");
    expect(written).toEqual([
      "\u001b[?1049h\u001b[?25l",
      "\u001b[Hone\u001b[K\r\ntwo\u001b[K\u001b[J",
      "\u001b[?25h\u001b[?1049l",
    ]);
    expect(process.listenerCount("exit")).toBe(listeners);
  });
});
