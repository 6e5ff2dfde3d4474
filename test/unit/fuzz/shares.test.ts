import { expect, it } from "vitest";

import { SHARES } from "../../support/fuzz.js";

it("all parts together get 100,000 cases", () => {
  expect(Object.values(SHARES).reduce((sum, share) => sum + share, 0)).toBe(100_000);
});
