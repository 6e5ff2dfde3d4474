import { expect, it } from "vitest";

import { describeFault, describeSoak } from "../../soak/describe-soak.js";
import type { PlannedFault } from "../../soak/planned-fault.js";

const KILLED: PlannedFault = {
  kind: "killed",
  afterMs: 5,
  servers: ["postgres", "kafka"],
  signal: "SIGKILL",
};

it("tells a fault in one line", () => {
  expect(describeFault(KILLED)).toBe("killed: servers=postgres,kafka signal=SIGKILL");
});

it("tells a soak in one line", () => {
  expect(
    describeSoak({
      seed: 7,
      seconds: 60,
      faults: [KILLED, { kind: "password rotated", afterMs: 1 }, KILLED],
      said: ["all well", "CONNECTOR_NOT_RUNNING", "all well", "all well"],
      transactions: 100,
      checks: 2,
      rows: 150,
      events: 180,
      repeated: 4,
    }),
  ).toBe(
    "soak: seed 7, 60 s; 3 faults (2 killed, 1 password rotated); up afterwards: 1 CONNECTOR_NOT_RUNNING, 3 all well; " +
      "100 transactions, 150 rows, 180 events, 4 of them repeated; 2 checks: nothing lost, extra or different",
  );
});
