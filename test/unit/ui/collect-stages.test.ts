import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { collectStages } from "../../../src/ui/collect-stages.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the stages of the JSON document", () => {
  it("come in order with their steps", () => {
    const { report, stages } = collectStages(["deploy", "prepare"]);
    report({ type: "stage-start", stage: "deploy" });
    report({ type: "step-start", stage: "deploy", step: "PostgreSQL 15.18" });
    report({
      type: "step-end",
      stage: "deploy",
      step: "PostgreSQL 15.18",
      status: "started",
      detail: "port 5432",
      ms: 900,
    });
    report({ type: "stage-end", stage: "deploy", status: "changed", ms: 901 });
    report({ type: "stage-start", stage: "prepare" });
    report({
      type: "step-end",
      stage: "prepare",
      step: "slot",
      database: "shop",
      status: "unchanged",
      ms: 2,
    });
    report({ type: "notice", message: "not part of it" });
    report({ type: "stage-end", stage: "prepare", status: "unchanged", ms: 3 });

    expect(stages()).toEqual([
      {
        stage: "deploy",
        status: "changed",
        ms: 901,
        steps: [{ step: "PostgreSQL 15.18", status: "started", detail: "port 5432", ms: 900 }],
      },
      {
        stage: "prepare",
        status: "unchanged",
        ms: 3,
        steps: [{ step: "slot", database: "shop", status: "unchanged", ms: 2 }],
      },
    ]);
  });

  it("keep the steps of several databases apart that ran at the same time", () => {
    const { report, stages } = collectStages([]);
    const step = { stage: "prepare", step: "slot" } as const;
    report({ type: "stage-start", stage: "prepare" });
    report({ type: "step-start", ...step, database: "a" });
    report({ type: "step-start", ...step, database: "b" });
    report({ type: "step-end", ...step, database: "b", status: "created", ms: 1 });
    report({ type: "step-end", ...step, database: "a", status: "failed", ms: 2 });
    report({ type: "stage-end", stage: "prepare", status: "failed", ms: 3 });
    expect(stages()[0]?.steps).toEqual([
      { step: "slot", database: "b", status: "created", ms: 1 },
      { step: "slot", database: "a", status: "failed", ms: 2 },
    ]);
  });

  it("count a stage that has not ended as failed, at the step where it was", () => {
    const { report, stages } = collectStages(["register"]);
    report({ type: "stage-start", stage: "register" });
    vi.advanceTimersByTime(500);
    report({ type: "step-start", stage: "register", step: "connector", database: "shop" });
    report({
      type: "step-update",
      stage: "register",
      step: "connector",
      database: "shop",
      message: "UNASSIGNED",
    });
    vi.advanceTimersByTime(1500);
    expect(stages()).toEqual([
      {
        stage: "register",
        status: "failed",
        ms: 2000,
        steps: [
          {
            step: "connector",
            database: "shop",
            status: "failed",
            detail: "not finished: UNASSIGNED",
            ms: 1500,
          },
        ],
      },
    ]);
  });

  it("name the planned stages that were not reached as skipped", () => {
    const { report, stages } = collectStages(["deploy", "prepare", "register"]);
    report({ type: "stage-start", stage: "deploy" });
    report({ type: "stage-end", stage: "deploy", status: "failed", ms: 7 });
    expect(stages().map(({ stage, status, ms }) => ({ stage, status, ms }))).toEqual([
      { stage: "deploy", status: "failed", ms: 7 },
      { stage: "prepare", status: "skipped", ms: 0 },
      { stage: "register", status: "skipped", ms: 0 },
    ]);
  });

  it("do not blame steps that a successful stage left open", () => {
    const { report, stages } = collectStages([]);
    report({ type: "stage-start", stage: "deploy" });
    report({ type: "step-start", stage: "deploy", step: "PostgreSQL" });
    report({ type: "stage-end", stage: "deploy", status: "changed", ms: 5 });
    expect(stages()[0]?.steps).toEqual([]);
  });

  it("make the best of events in an unexpected order", () => {
    const { report, stages } = collectStages(["deploy", "verify"]);
    report({ type: "step-end", stage: "deploy", step: "Kafka", status: "started", ms: 1 });
    report({ type: "stage-end", stage: "deploy", status: "changed", ms: 2 });
    report({ type: "step-end", stage: "deploy", step: "late", status: "started", ms: 3 });
    report({ type: "stage-end", stage: "verify", status: "skipped", ms: 0 });
    expect(stages().map(({ stage, status, steps }) => [stage, status, steps.length])).toEqual([
      ["deploy", "changed", 2],
      ["verify", "skipped", 0],
    ]);
  });
});
