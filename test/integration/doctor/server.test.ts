import { afterEach, beforeEach, describe, expect } from "vitest";

import { passes, trips } from "../../support/check-fixtures.js";
import { diagnose, expectPassed, expectTripped } from "../../support/diagnose.js";
import { createPreparation, type Preparation } from "../../support/preparation.js";

let preparation: Preparation;
beforeEach(async () => {
  preparation = await createPreparation();
});
afterEach(() => preparation.dispose());

describe("a server that is away", () => {
  trips("POSTGRES_UNREACHABLE", "tells the address and why", async () => {
    const diagnosis = await diagnose(preparation, [], { endpoint: { port: 1 } });
    expectTripped(diagnosis, "POSTGRES_UNREACHABLE", {
      severity: "error",
      seen: expect.stringContaining("127.0.0.1:1") as string,
    });
  });

  passes("POSTGRES_UNREACHABLE", "a server that answers", async () => {
    expectPassed(await diagnose(preparation, []), "POSTGRES_UNREACHABLE");
  });
});
