import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Fault, FaultResult } from "./fault.js";
import { recordResult } from "./results.js";
import { reconcile, Scene } from "./scene.js";
import { Stack } from "./stack.js";
import { FAULTS } from "./table/index.js";

/* Every fault of the table, one after the other, on the same servers. What each showed is recorded for docs/reliability.md. */

let stack: Stack;

beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(async () => {
  expect(await stack.stop()).toEqual([]);
});

describe.each(Object.entries(FAULTS))("%s", (_topic, faults) => {
  test.each(faults)("$id", async (fault) => {
    await recordResult(fault.id, await meet(fault));
  });

  test("has cost an application that wrote all the while nothing", async () => {
    expect(await reconcile(stack, "shop")).toMatchObject({ lost: 0 });
  });
});

async function meet(fault: Fault): Promise<FaultResult> {
  const scene = new Scene(stack, fault.id);
  const startMs = performance.now();
  const show = (...what: readonly unknown[]) => {
    if (process.env.FAULTS_SHOW === "1")
      console.log(fault.id, Math.round(performance.now() - startMs), ...what);
  };
  const { sight, text } = await fault.strike(scene);
  show("ms struck", sight, text);
  expect.soft(fault.sees, text.slice(-3000)).toContain(sight);
  expect(text).not.toMatch(/^\s+at \w/m);
  if (fault.ends.by === "command") expect(text).toContain(fault.ends.told);
  await fault.remedy?.(scene);
  show("ms remedied");
  const after =
    fault.ends.by === "itself"
      ? await scene.run("verify", scene.database)
      : await scene.up({ timeoutS: 120 });
  expect(after.sight, after.text).toBe("nothing");
  show("ms healed");
  const proof = await scene.prove();
  show("ms proved");
  await stack.drop(scene.database);
  show("ms dropped");
  return { sight, ...proof };
}
