import { expect, test } from "vitest";

import { renderDownPlan } from "../../../src/ui/render-down-plan.js";

const data = { title: "data and logs", detail: "/srv/shop" };

test("a plan of down names what is stopped, removed and kept", () => {
  expect(
    renderDownPlan([
      { server: "kafka", title: "kafka", status: "stopped", detail: "pid 7" },
      { ...data, status: "removed" },
      { title: "slot warehouse", status: "unchanged" },
    ]),
  ).toBe(
    [
      "down",
      "  - kafka  stopped  pid 7",
      "  - data and logs  removed  /srv/shop",
      "  = slot warehouse  kept",
      "",
      "Nothing was stopped.",
    ].join("\n"),
  );
});
