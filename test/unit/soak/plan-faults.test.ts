import { describe, expect, it } from "vitest";

import { planFaults } from "../../soak/plan-faults.js";

const DATABASES = ["shop", "books"];

describe("the plan of a soak", () => {
  it("is the same for the same seed, and another one for another", () => {
    expect(planFaults(7, 40, DATABASES)).toEqual(planFaults(7, 40, DATABASES));
    expect(planFaults(7, 40, DATABASES)).not.toEqual(planFaults(8, 40, DATABASES));
  });

  it("is the beginning of a longer one", () => {
    expect(planFaults(7, 100, DATABASES).slice(0, 15)).toEqual(planFaults(7, 15, DATABASES));
  });

  it.each([1, 2, 3, 4, 5])("meets every kind in its first round (seed %i)", (seed) => {
    const kinds = new Set(planFaults(seed, 12, DATABASES).map(({ kind }) => kind));
    expect(kinds.size).toBe(10);
  });

  it("stays within its bounds", () => {
    for (const fault of planFaults(3, 2_000, DATABASES)) {
      expect(fault.afterMs).toBeLessThan(3_000);
      if (fault.kind === "stands still") {
        expect(fault.seconds).toBeGreaterThanOrEqual(5);
        expect(fault.seconds).toBeLessThanOrEqual(30);
      }
      if ("database" in fault) expect(DATABASES).toContain(fault.database);
    }
  });
});
