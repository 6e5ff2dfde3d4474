import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { readState } from "../../../src/targets/local/state.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import { useSandbox } from "../../support/leaks.js";
import { RecoveryProject } from "../../support/recovery-project.js";

const sandbox = useSandbox();
const started: RecoveryProject[] = [];

let project: RecoveryProject;
beforeEach(async () => {
  project = await RecoveryProject.start(join(sandbox.folder, "state"));
  started.push(project);
});
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});

/** Restores into a folder of its own. */
async function restoreInto(name: string, to: string, timeline?: number): Promise<RecoveryProject> {
  const into = join(sandbox.folder, name);
  await project.restore(to, { kind: "new", into }, timeline);
  const restored = await RecoveryProject.at(into);
  started.push(restored);
  return restored;
}

/** A backup's end is written in whole seconds: what can be restored by time begins with the next one. */
const untilBackupIsOver = () => delay(1_050);

describe("a restore to a point in time", () => {
  it("brings back exactly what was committed until then, into an instance of its own", async () => {
    await project.note("0 s");
    await project.backup();
    await untilBackupIsOver();
    await project.note("1 s");
    const { time } = await project.note("2 s");
    await project.note("3 s");
    const restored = await restoreInto("restored", time);
    expect(await restored.notes()).toEqual(["0 s", "1 s", "2 s"]);
    expect(await project.notes()).toEqual(["0 s", "1 s", "2 s", "3 s"]);
    expect(restored.port).not.toBe(project.port);
  });
});
