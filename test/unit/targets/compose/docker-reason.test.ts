import { describe, expect, it } from "vitest";

import { dockerReason } from "../../../../src/targets/compose/docker.js";

describe("what docker says of a failure", () => {
  it("is told without its progress and without who said it", () => {
    const stderr = [
      " Network shop_default  Creating",
      " Network shop_default  Created",
      " Container shop-kafka-1  Starting",
      "Error response from daemon: driver failed: no space left on device",
      " Container shop-postgres-1  Started",
    ].join("\n");
    expect(dockerReason(stderr)).toBe("driver failed: no space left on device");
  });

  it("is said to be missing where docker said nothing", () => {
    expect(dockerReason("\n")).toBe("it gave no reason");
  });
});
