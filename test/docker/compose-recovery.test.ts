import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { whatIsLeftOf } from "../support/compose-project.js";
import { ComposeRecoveryProject } from "../support/compose-recovery.js";
import { noCompose } from "../support/docker.js";
import { createStageRecorder } from "../support/stage.js";

const title =
  noCompose === undefined
    ? "recovery on the target compose"
    : `recovery on the target compose (skipped: ${noCompose})`;

describe.skipIf(noCompose !== undefined)(title, () => {
  let project: ComposeRecoveryProject;
  /** Instances that tests have restored into. */
  const restored: ComposeRecoveryProject[] = [];

  beforeAll(async () => {
    project = await ComposeRecoveryProject.start();
  });
  beforeEach(() => {
    project.recorder = createStageRecorder();
  });
  afterEach(async () => {
    for (const one of restored.splice(0)) {
      await one.remove();
      expect(await whatIsLeftOf(one.name)).toEqual([]);
    }
  });
  afterAll(async () => {
    await project.remove();
    expect(await whatIsLeftOf(project.name)).toEqual([]);
  });

  async function restoreInto(name: string, to: string): Promise<ComposeRecoveryProject> {
    const { postgres, instance } = await project.restore(to, { kind: "new", into: name });
    const one = await ComposeRecoveryProject.at(instance, postgres.port);
    restored.push(one);
    return one;
  }

  it("restores exactly what was committed until then, into an instance of its own and in place", async () => {
    await project.note("0 s");
    await project.backup();
    await project.note("1 s");
    const { time } = await project.note("2 s");
    await project.note("3 s");
    const one = await restoreInto(`${project.name}-restored`, time);
    expect(await one.notes()).toEqual(["0 s", "1 s", "2 s"]);
    expect(await project.notes()).toEqual(["0 s", "1 s", "2 s", "3 s"]);
    const before = await project.container();
    const inPlace = await project.restore(time);
    expect(inPlace.reached.timeline).toBe(2);
    expect(await project.notes()).toEqual(["0 s", "1 s", "2 s"]);
    expect(await project.container()).toBe(before);
  });
});
