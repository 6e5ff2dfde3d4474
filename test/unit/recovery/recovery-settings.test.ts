import { describe, expect, it } from "vitest";

import type { RestorePlan } from "../../../src/recovery/plan-restore.js";
import { recoverySettings } from "../../../src/recovery/recovery-settings.js";
import type { RestoreTarget } from "../../../src/recovery/restore-target.js";

const settings = (target: RestoreTarget) =>
  recoverySettings({ target, timeline: 2 } as RestorePlan, "fetch %f %p");
const common = { restore_command: "fetch %f %p", recovery_target_timeline: "2", hot_standby: "on" };

describe("the settings of a recovery", () => {
  it("have one target, to the microsecond, and take writes when it is reached", () => {
    const text = "2026-11-23 10:00:00.123456+00";
    expect(settings({ kind: "time", ms: 0, text })).toEqual({
      ...common,
      recovery_target_time: text,
      recovery_target_action: "promote",
    });
    expect(settings({ kind: "lsn", lsn: 1n, text: "0/1" })).toEqual({
      ...common,
      recovery_target_lsn: "0/1",
      recovery_target_action: "promote",
    });
  });

  it("have no target for the latest change: the end of the WAL is the end", () => {
    expect(settings({ kind: "latest" })).toEqual(common);
  });
});
