import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createDisplay } from "../../../src/ui/display.js";
import { MemoryStream } from "./memory-stream.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(options: { verbose?: boolean; color?: boolean; databases?: string[] } = {}) {
  const stream = new MemoryStream();
  const display = createDisplay({ mode: "plain", stream, verbose: false, color: false, ...options });
  return { stream, display, report: display.report };
}

describe("the plain display", () => {
  it("writes one aligned line for each finished step and none for a stage that went well", () => {
    const { stream, report } = open();
    report({ type: "stage-start", stage: "deploy" });
    report({ type: "step-start", stage: "deploy", step: "PostgreSQL 15.18" });
    report({ type: "step-update", stage: "deploy", step: "PostgreSQL 15.18", message: "starting" });
    report({
      type: "step-end",
      stage: "deploy",
      step: "PostgreSQL 15.18",
      status: "started",
      detail: "port 5432",
      ms: 1200,
    });
    report({ type: "stage-end", stage: "deploy", status: "changed", ms: 1300 });
    const publication = "publication debezium_publication";
    report({
      type: "step-end",
      stage: "prepare",
      step: publication,
      database: "shop",
      status: "unchanged",
      ms: 3,
    });
    report({ type: "stage-end", stage: "prepare", status: "unchanged", ms: 4 });
    expect(stream.written).toBe(
      [
        "deploy    PostgreSQL 15.18                  started    port 5432  1.2 s\n",
        "prepare   publication debezium_publication  unchanged\n",
      ].join(""),
    );
  });

  it("says which stage failed and which was skipped", () => {
    const { stream, report } = open();
    report({ type: "stage-end", stage: "prepare", status: "failed", ms: 12_000 });
    report({ type: "stage-end", stage: "register", status: "skipped", ms: 0 });
    expect(stream.lines()).toEqual(["prepare   failed after 12.0 s", "register  skipped"]);
  });

  it("mentions a step that waits every ten seconds, with what was last seen", () => {
    const { stream, report } = open();
    const step = { stage: "register", step: "connector" } as const;
    report({ type: "stage-start", stage: "register" });
    report({ type: "step-start", ...step });
    report({ type: "step-update", ...step, message: "UNASSIGNED" });
    vi.advanceTimersByTime(9_500);
    expect(stream.written).toBe("");
    vi.advanceTimersByTime(1_000);
    report({ type: "step-update", ...step, message: "no tasks yet" });
    vi.advanceTimersByTime(10_000);
    report({ type: "step-end", ...step, status: "created", ms: 20_500 });
    vi.advanceTimersByTime(60_000);
    expect(stream.lines()).toEqual([
      "register  connector                         waiting    UNASSIGNED  10 s",
      "register  connector                         waiting    no tasks yet  20 s",
      "register  connector                         created    20.5 s",
    ]);
  });

  it("stops mentioning a step whose stage failed, and keeps no timer", () => {
    const { stream, report } = open();
    report({ type: "stage-start", stage: "deploy" });
    report({ type: "step-start", stage: "deploy", step: "Kafka" });
    report({ type: "stage-end", stage: "deploy", status: "failed", ms: 100 });
    vi.advanceTimersByTime(60_000);
    expect(stream.lines()).toEqual(["deploy    failed after 100 ms"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("names the database as soon as a second one occurs, or from the first line on when told", () => {
    const step = { type: "step-end", stage: "prepare", step: "slot", status: "created", ms: 1 } as const;
    const unaware = open();
    const aware = open({ databases: ["a", "b"] });
    for (const { report } of [unaware, aware]) {
      report({ ...step, database: "a" });
      report({ ...step, database: "b" });
    }
    expect(unaware.stream.lines().map((line) => /\((.)\)/.exec(line)?.[1])).toEqual([undefined, "b"]);
    expect(aware.stream.lines().map((line) => /\((.)\)/.exec(line)?.[1])).toEqual(["a", "b"]);
  });

  it("shows notices always and debug lines only when asked", () => {
    const quiet = open();
    const verbose = open({ verbose: true });
    for (const { report } of [quiet, verbose]) {
      report({ type: "notice", message: "port 5432 is taken, using 5433" });
      report({ type: "debug", message: "SELECT 1\nFROM x" });
    }
    expect(quiet.stream.lines()).toEqual(["note: port 5432 is taken, using 5433"]);
    expect(verbose.stream.lines()).toEqual([
      "note: port 5432 is taken, using 5433",
      "debug: SELECT 1",
      "       FROM x",
    ]);
  });

  it("uses escape sequences only for colour that is wanted", () => {
    const step = { type: "step-end", stage: "deploy", step: "Kafka", status: "started", ms: 1 } as const;
    const plain = open();
    const colored = open({ color: true });
    plain.report(step);
    colored.report(step);
    expect(plain.stream.written).not.toContain("\u001b");
    expect(colored.stream.written).toContain("\u001b[32mstarted");
    expect(colored.stream.lines()).toEqual(plain.stream.lines());
  });

  it("drops what comes after close and leaves no timer running", async () => {
    const { stream, display, report } = open();
    report({ type: "step-start", stage: "deploy", step: "Kafka" });
    await display.close();
    report({ type: "step-start", stage: "deploy", step: "Connect" });
    report({ type: "notice", message: "too late" });
    await display.close();
    expect(stream.written).toBe("");
    expect(vi.getTimerCount()).toBe(0);
  });
});

it("shows nothing at all in silence", async () => {
  const stream = new MemoryStream();
  const display = createDisplay({ mode: "silent", stream, verbose: true, color: true });
  display.report({ type: "notice", message: "hello" });
  display.report({ type: "stage-end", stage: "deploy", status: "failed", ms: 1 });
  await display.close();
  expect(stream.written).toBe("");
});
