import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it, vi } from "vitest";

import { createDisplay, type DisplayOptions } from "../../../src/ui/display.js";
import { MemoryStream } from "./memory-stream.js";

const SHOW_CURSOR = "\u001b[?25h";
const HIDE_CURSOR = "\u001b[?25l";

function open({
  stream = new MemoryStream(),
  ...options
}: Partial<DisplayOptions> & { stream?: MemoryStream } = {}) {
  const display = createDisplay({ mode: "tty", verbose: false, color: false, ...options, stream });
  return { stream, display, report: display.report };
}

/** Waits until a frame holds the text. */
async function shown(stream: MemoryStream, text: string): Promise<void> {
  await vi.waitFor(() => expect(stream.lastFrame().join("\n")).toContain(text), { timeout: 5000 });
}

describe("the live list", () => {
  it("ends as a list of stages with their steps, which stays on the screen", async () => {
    const { stream, display, report } = open();
    report({ type: "stage-start", stage: "deploy" });
    report({ type: "step-start", stage: "deploy", step: "PostgreSQL 15.18" });
    await shown(stream, "waiting");
    report({
      type: "step-end",
      stage: "deploy",
      step: "PostgreSQL 15.18",
      status: "started",
      detail: "port 5432",
      ms: 1200,
    });
    report({ type: "stage-end", stage: "deploy", status: "changed", ms: 1300 });
    report({ type: "stage-start", stage: "prepare" });
    report({ type: "step-end", stage: "prepare", step: "role debezium", status: "unchanged", ms: 4 });
    report({ type: "stage-end", stage: "prepare", status: "unchanged", ms: 40 });
    report({ type: "stage-end", stage: "verify", status: "skipped", ms: 0 });
    await display.close();
    expect(stream.lastFrame()).toEqual([
      "✔ deploy  1.3 s",
      "  ✔ PostgreSQL 15.18                  started    port 5432  1.2 s",
      "✔ prepare  unchanged  40 ms",
      "  · role debezium                     unchanged",
      "- verify  skipped",
    ]);
  });

  it("shows while it runs what each database's step waits for, and for how long", async () => {
    const { stream, display, report } = open();
    const step = { stage: "prepare", step: "slot" } as const;
    report({ type: "stage-start", stage: "prepare" });
    report({ type: "step-start", ...step, database: "a" });
    report({ type: "step-start", ...step, database: "b" });
    report({ type: "step-update", ...step, database: "b", message: "slot is in use" });
    await shown(stream, "1 s");
    const live = stream.lastFrame();
    expect(live).toHaveLength(3);
    expect(live[0]).toMatch(/^\S prepare {2}1 s$/);
    expect(live[1]).toMatch(/^ {2}… slot \(a\) +waiting {4}1 s$/);
    expect(live[2]).toMatch(/^ {2}… slot \(b\) +waiting {4}slot is in use {2}1 s$/);
    report({ type: "step-end", ...step, database: "b", status: "created", ms: 1100 });
    report({ type: "step-end", ...step, database: "a", status: "created", ms: 1200 });
    report({ type: "stage-end", stage: "prepare", status: "changed", ms: 1200 });
    await display.close();
    expect(stream.lastFrame().map((line) => line.replace(/ +/g, " "))).toEqual([
      "✔ prepare 1.2 s",
      " ✔ slot (b) created 1.1 s",
      " ✔ slot (a) created 1.2 s",
    ]);
  });

  it("shows the step that failed, without printing an error of its own", async () => {
    const { stream, display, report } = open();
    report({ type: "stage-start", stage: "prepare" });
    report({ type: "step-end", stage: "prepare", step: "role", status: "failed", detail: "denied", ms: 5 });
    report({ type: "stage-end", stage: "prepare", status: "failed", ms: 6 });
    await display.close();
    expect(stream.lastFrame()).toEqual([
      "✘ prepare  failed after 6 ms",
      "  ✘ role                              failed     denied  5 ms",
    ]);
  });

  it("shows a stage that was interrupted as failed, at the step where it was", async () => {
    const { stream, display, report } = open();
    report({ type: "stage-start", stage: "register" });
    report({ type: "step-start", stage: "register", step: "connector" });
    report({ type: "step-update", stage: "register", step: "connector", message: "UNASSIGNED" });
    await shown(stream, "UNASSIGNED");
    await display.close();
    const [stage, step] = stream.lastFrame();
    expect(stage).toMatch(/^✘ register {2}failed after \d/);
    expect(step).toMatch(/^ {2}✘ connector +failed {5}not finished: UNASSIGNED {2}\d+ ms$/);
  });

  it("keeps notices, at the stage that they belong to or between stages", async () => {
    const { stream, display, report } = open();
    report({ type: "notice", message: "before" });
    report({ type: "stage-start", stage: "deploy" });
    report({ type: "notice", message: "port 5432 is taken" });
    report({ type: "stage-end", stage: "deploy", status: "changed", ms: 6 });
    report({ type: "debug", message: "not asked for" });
    report({ type: "notice", message: "after" });
    await display.close();
    expect(stream.lastFrame()).toEqual([
      "- note: before",
      "✔ deploy  6 ms",
      "  - note: port 5432 is taken",
      "- note: after",
    ]);
  });

  it("shows debug lines when asked, every line of them", async () => {
    const { stream, display, report } = open({ verbose: true });
    report({ type: "stage-start", stage: "deploy" });
    report({ type: "debug", message: "SELECT 1\nFROM x" });
    report({ type: "stage-end", stage: "deploy", status: "changed", ms: 6 });
    await display.close();
    expect(stream.lastFrame()).toEqual(["✔ deploy  6 ms", "  - debug: SELECT 1", "           FROM x"]);
  });
});

describe("the terminal", () => {
  it("gets its cursor back at once and sees nothing of later events", async () => {
    const exitListeners = process.listenerCount("exit");
    const { stream, display, report } = open();
    report({ type: "stage-start", stage: "deploy" });
    await shown(stream, "deploy");
    expect(stream.written).toContain(HIDE_CURSOR);
    expect(process.listenerCount("exit")).toBe(exitListeners + 1);
    const closedAtMs = performance.now();
    await display.close();
    expect(performance.now() - closedAtMs).toBeLessThan(500);
    expect(stream.written.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(stream.written.lastIndexOf(HIDE_CURSOR));

    const written = stream.written;
    report({ type: "stage-end", stage: "deploy", status: "changed", ms: 6 });
    report({ type: "notice", message: "too late" });
    await display.close();
    await sleep(250);
    expect(stream.written).toBe(written);
    expect(process.listenerCount("exit")).toBe(exitListeners);
  });

  it("gets its cursor back even if the process exits without closing the list", async () => {
    const { stream, display, report } = open();
    const others = new Set(process.listeners("exit"));
    report({ type: "stage-start", stage: "deploy" });
    await shown(stream, "deploy");
    const added = process.listeners("exit").filter((listener) => !others.has(listener));
    added.forEach((listener) => listener(1));
    expect(stream.written.endsWith(SHOW_CURSOR)).toBe(true);
    await display.close();
  });

  it("gets its cursor back from whoever shows it when a signal ends the process", async () => {
    const { stream, display, report } = open();
    report({ type: "stage-start", stage: "deploy" });
    await shown(stream, "deploy");
    stream.write(SHOW_CURSOR);
    expect(stream.written.endsWith(SHOW_CURSOR)).toBe(true);
    await display.close();
  });

  it("is not touched by a run that reports nothing", async () => {
    const { stream, display } = open();
    await display.close();
    expect(stream.written).toBe("");
  });

  it("shows a run that is over before the list is loaded", async () => {
    const { stream, display, report } = open();
    report({ type: "stage-end", stage: "deploy", status: "changed", ms: 6 });
    await display.close();
    expect(stream.lastFrame()).toEqual(["✔ deploy  6 ms"]);
  });

  it("is the only stream written to", async () => {
    const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const { stream, display, report } = open();
    report({ type: "stage-start", stage: "deploy" });
    await shown(stream, "deploy");
    await display.close();
    expect(stdout).not.toHaveBeenCalled();
    expect(stderr).not.toHaveBeenCalled();
  });

  it("shows after the list what somebody else wrote to it meanwhile", async () => {
    const { stream, display, report } = open();
    report({ type: "stage-start", stage: "deploy" });
    await shown(stream, "deploy");
    const accepted = vi.fn();
    stream.write("a warning of Node.js\n", accepted);
    expect(accepted).toHaveBeenCalledOnce();
    report({ type: "stage-end", stage: "deploy", status: "changed", ms: 6 });
    await display.close();
    expect(stream.lastFrame()).toEqual(["✔ deploy  6 ms", "a warning of Node.js"]);
  });

  it("gets no colour that is not wanted, and reads the same with it", async () => {
    const frames = [];
    for (const color of [false, true]) {
      const { stream, display, report } = open({ color });
      report({ type: "notice", message: "hello" });
      report({ type: "stage-start", stage: "deploy" });
      report({ type: "step-end", stage: "deploy", step: "Kafka", status: "failed", ms: 3 });
      await shown(stream, "Kafka");
      report({ type: "stage-end", stage: "deploy", status: "failed", ms: 6 });
      report({ type: "stage-end", stage: "prepare", status: "skipped", ms: 0 });
      await display.close();
      expect(stream.written.includes("\u001b[31m")).toBe(color);
      expect(/\u001b\[\d+m/.test(stream.written)).toBe(color); // eslint-disable-line no-control-regex
      frames.push(stream.lastFrame());
    }
    expect(frames[0]).toEqual(frames[1]);
  });

  it.each([
    ["narrow", 30],
    ["of unknown size", 0],
  ])("may be %s: a live line takes one row, the last frame has the whole text", async (_case, columns) => {
    const stream = new MemoryStream({ columns, rows: columns === 0 ? 0 : 40 });
    const { display, report } = open({ stream });
    const message = `${"word ".repeat(30)}end`;
    report({ type: "stage-start", stage: "deploy" });
    report({ type: "step-update", stage: "deploy", step: "Kafka", message });
    await shown(stream, "…");
    const widths = stream.lastFrame().map((line) => line.length);
    expect(widths).toHaveLength(2);
    // A line as wide as the terminal would be wrapped behind its last character but one.
    expect(Math.max(...widths)).toBe((columns === 0 ? 80 : columns) - 1);
    report({ type: "step-end", stage: "deploy", step: "Kafka", status: "started", detail: message, ms: 1 });
    report({ type: "stage-end", stage: "deploy", status: "changed", ms: 6 });
    await display.close();
    expect(stream.lastFrame().join(" ")).toContain("word end  1 ms");
  });
});
