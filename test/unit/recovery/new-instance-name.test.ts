import { expect, it } from "vitest";

import { newInstanceName } from "../../../src/recovery/new-instance-name.js";

it("an instance that nobody named is called after where it comes from, and the time", () => {
  expect(newInstanceName("shop", new Date("2026-11-25T10:00:00.123Z"))).toBe("shop-restored-20261125100000");
});
