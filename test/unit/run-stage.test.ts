import { describe, expect, it } from "vitest";

import { outcome } from "../../src/run-stage.js";
import { createStageRecorder } from "../support/stage.js";

const unchanged = () => Promise.resolve(outcome("unchanged"));

describe("a stage", () => {
  it("reports its begin, each step and its end in order", async () => {
    const recorder = createStageRecorder();
    await recorder.run("prepare", async (stage) => {
      await stage.step("role", () => Promise.resolve(outcome("created", "debezium_user")));
      await stage.step("publication", unchanged, { database: "shop" });
    });
    const ms = expect.any(Number) as number;
    expect(recorder.events).toEqual([
      { type: "stage-start", stage: "prepare" },
      { type: "step-start", stage: "prepare", step: "role" },
      { type: "step-end", stage: "prepare", step: "role", status: "created", detail: "debezium_user", ms },
      { type: "step-start", stage: "prepare", step: "publication", database: "shop" },
      { type: "step-end", stage: "prepare", step: "publication", database: "shop", status: "unchanged", ms },
      { type: "stage-end", stage: "prepare", status: "changed", ms },
    ]);
  });

  it("hands on what its steps and it itself come to", async () => {
    const total = await createStageRecorder().run("verify", async (stage) => {
      const one = await stage.step("one", () => Promise.resolve(outcome("proved", undefined, 1)));
      const two = await stage.step("two", () => Promise.resolve(outcome("proved", undefined, 2)));
      return one + two;
    });
    expect(total).toBe(3);
  });

  it.each(["created", "updated", "started", "stopped", "removed"] as const)(
    "is changed when a step %s something",
    async (status) => {
      const recorder = createStageRecorder();
      await recorder.run("deploy", async (stage) => {
        await stage.step("first", () => Promise.resolve(outcome(status)));
        await stage.step("second", unchanged);
      });
      expect(recorder.events.at(-1)).toMatchObject({ type: "stage-end", status: "changed" });
    },
  );

  it.each(["unchanged", "proved"] as const)("is unchanged when its steps are %s", async (status) => {
    const recorder = createStageRecorder();
    await recorder.run("verify", (stage) => stage.step("only", () => Promise.resolve(outcome(status))));
    expect(recorder.events.at(-1)).toMatchObject({ type: "stage-end", status: "unchanged" });
  });

  it("tells what a step waits for", async () => {
    const recorder = createStageRecorder();
    await recorder.run("register", (stage) =>
      stage.step(
        "RUNNING",
        (update) => {
          update("no task yet");
          return unchanged();
        },
        { database: "shop" },
      ),
    );
    const update = { stage: "register", step: "RUNNING", database: "shop", message: "no task yet" };
    expect(recorder.events).toContainEqual({ type: "step-update", ...update });
  });

  it("fails with the step that failed, and runs none after it", async () => {
    const recorder = createStageRecorder();
    const failure = new Error("refused");
    const run = recorder.run("prepare", async (stage) => {
      await stage.step("role", () => Promise.resolve(outcome("created")));
      await stage.step("grants", () => Promise.reject(failure));
      await stage.step("publication", unchanged);
    });
    await expect(run).rejects.toBe(failure);
    expect(recorder.summary()).toEqual(["role: created", "grants: failed"]);
    expect(recorder.events.at(-1)).toMatchObject({ type: "stage-end", stage: "prepare", status: "failed" });
  });

  it("begins no step after an interrupt", async () => {
    const recorder = createStageRecorder();
    const run = recorder.run("prepare", async (stage) => {
      await stage.step("role", () => {
        recorder.abort();
        return unchanged();
      });
      await stage.step("grants", unchanged);
    });
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
    expect(recorder.summary()).toEqual(["role: unchanged"]);
    expect(recorder.events.at(-1)).toMatchObject({ type: "stage-end", status: "failed" });
  });
});
