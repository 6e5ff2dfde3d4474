import { describe, expect, it } from "vitest";

import type { ConnectorView } from "../../../src/connectors/connector-view.js";
import { describeChange } from "../../../src/ui/describe-change.js";
import { fitFrame } from "../../../src/ui/fit-frame.js";
import { createPaint } from "../../../src/ui/paint.js";
import { renderChange } from "../../../src/ui/render-change.js";
import { renderConnectors } from "../../../src/ui/render-connectors.js";

const view = (name: string, more: Partial<ConnectorView> = {}): ConnectorView => ({
  name,
  class: "org.acme.SomeSource",
  type: "source",
  condition: "running",
  state: "RUNNING",
  worker: "w1:8083",
  tasks: [{ id: 0, state: "RUNNING", worker: "w1:8083" }],
  isOurs: false,
  ...more,
});
const plain = createPaint(false);

describe("the list of connectors", () => {
  it("is a table with the causes of failures and counts below it", () => {
    const broken = view("broken", {
      condition: "failed",
      tasks: [
        { id: 0, state: "FAILED", worker: "w2:8083", reason: "no disk" },
        { id: 1, state: "RUNNING", worker: "w1:8083" },
      ],
      reason: "task 0 FAILED: no disk",
    });
    expect(renderConnectors([broken, view("größe", { isOurs: true })], plain)).toBe(
      [
        "name    class       state    tasks                  worker",
        "broken  SomeSource  RUNNING  1/2 RUNNING, 1 FAILED  w1:8083 +1",
        "größe   SomeSource  RUNNING  1/1 RUNNING            w1:8083     ours",
        "",
        "  broken: task 0 FAILED: no disk",
        "",
        "2 connectors: 1 failed, 1 running",
      ].join("\n"),
    );
  });

  it("lets no name move the cursor", () => {
    expect(renderConnectors([view("a\u001b[2Jb\nc")], plain)).toContain("\nab c ");
  });

  it("paints what is not well", () => {
    const text = renderConnectors([view("a", { condition: "failed" }), view("b")], createPaint(true));
    const [, first = "", second = ""] = text.split("\n");
    expect(first.startsWith("\u001b[31ma ")).toBe(true);
    expect(second.startsWith("b ")).toBe(true);
  });

  it("is a sentence where there are none", () => {
    expect(renderConnectors([], plain)).toBe("no connectors");
  });
});

describe("a change of a state", () => {
  const time = new Date("2026-11-25T05:14:54.104Z");
  const state = (name: string, trace = "") => ({ state: name, worker_id: "w", trace });

  it("is one line for a person", () => {
    const changes = [
      { connector: "a", task: undefined, before: undefined, after: state("RUNNING") },
      { connector: "a", task: 0, before: state("RUNNING"), after: state("FAILED", "a.BException: no disk") },
      { connector: "a", task: 1, before: state("RUNNING"), after: undefined },
    ];
    expect(describeChange({ kind: "changes", time, changes, statuses: [] }).map(renderChange)).toEqual([
      "2026-11-25T05:14:54.104Z a: new -> RUNNING",
      "2026-11-25T05:14:54.104Z a task 0: RUNNING -> FAILED: no disk",
      "2026-11-25T05:14:54.104Z a task 1: RUNNING -> gone",
    ]);
  });

  it("is also told of Kafka Connect itself", () => {
    const told = [{ kind: "away", time, reason: "ECONNREFUSED" } as const, { kind: "back", time } as const];
    expect(told.flatMap(describeChange).map(renderChange)).toEqual([
      "2026-11-25T05:14:54.104Z Kafka Connect does not answer: ECONNREFUSED",
      "2026-11-25T05:14:54.104Z Kafka Connect answers again",
    ]);
    expect(describeChange({ kind: "snapshot", time, statuses: [] })).toEqual([]);
  });
});

describe("a frame of the whole screen", () => {
  it("wipes what was there, and cuts what does not fit", () => {
    const text = ["a long line", "b", "c", "d", "e"].join("\n");
    const frame = fitFrame(text, { columns: 6, rows: 4 });
    expect(frame).toBe("\u001b[2J\u001b[Ha lon…\nb\n… and…\n");
    expect(fitFrame("a\nb", { columns: 6, rows: 4 })).toBe("\u001b[2J\u001b[Ha\nb\n");
  });
});
