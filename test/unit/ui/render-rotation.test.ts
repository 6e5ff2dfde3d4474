import { describe, expect, it } from "vitest";

import { describeRotation, renderRotation } from "../../../src/ui/render-rotation.js";

const rotation = {
  role: "updated",
  kept: "updated",
  connectors: [
    { name: "shop-connector", database: "shop", status: "started", isOurs: true, state: "RUNNING" },
  ],
  wanted: "planted-new",
  old: "planted-old",
} as const;
const result = {
  rotation,
  connectors: [{ name: "shop-connector", status: "started", detail: null }],
  proved: ["shop"],
  oldPassword: "refused",
} as const;

describe("a rotation", () => {
  const done = describeRotation("debezium_user", "generated", result);

  it("is told without a password", () => {
    expect(renderRotation(done, { isPlan: false })).toBe(
      [
        "role debezium_user          updated  a generated one",
        "password for Kafka Connect  updated",
        "connector shop-connector    started  of shop",
        "",
        "debezium_user has its new password.",
        "Proved to stream: shop.",
        "PostgreSQL refuses the old one.",
      ].join("\n"),
    );
    expect(JSON.stringify(done)).not.toContain("planted");
  });

  it("that found everything done says so", () => {
    const text = renderRotation(
      { ...done, role: "unchanged", kept: null, connectors: [], proved: [], oldPassword: null },
      { isPlan: false },
    );
    expect(text.split("\n").slice(-1)).toEqual(["debezium_user has that password already."]);
  });

  it("that is only planned changes nothing", () => {
    expect(renderRotation(done, { isPlan: true }).split("\n").slice(-1)).toEqual(["Nothing was changed."]);
  });

  it("tells where the old one is taken all the same", () => {
    expect(renderRotation({ ...done, oldPassword: "accepted" }, { isPlan: false })).toContain("pg_hba.conf");
  });
});
