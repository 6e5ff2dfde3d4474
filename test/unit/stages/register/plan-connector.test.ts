import { describe, expect, it } from "vitest";

import { planConnector } from "../../../../src/stages/register/plan-connector.js";

const MARK = { "cdc.pipeline.managed": "true" };

describe("the plan of a connector", () => {
  it("is to change nothing of an equal one, in whatever order, with the name that Kafka Connect adds", () => {
    const plan = planConnector({ name: "shop-connector", a: "1", b: "2" }, { b: "2", a: "1" });
    expect(plan).toEqual({ status: "unchanged", changes: [], needsAdoption: false });
  });

  it("names every key of a new one", () => {
    expect(planConnector(undefined, { b: "2", a: "1" })).toEqual({
      status: "created",
      changes: [
        { key: "a", to: "1" },
        { key: "b", to: "2" },
      ],
      needsAdoption: false,
    });
  });

  it("names what changed, came and went, sorted", () => {
    const found = { ...MARK, "tasks.max": "1", "slot.name": "old", gone: "x", same: "y" };
    const wanted = { ...MARK, "tasks.max": "1", "slot.name": "new", added: "", same: "y" };
    expect(planConnector(found, wanted)).toEqual({
      status: "updated",
      changes: [
        { key: "added", to: "" },
        { key: "gone", from: "x" },
        { key: "slot.name", from: "old", to: "new" },
      ],
      needsAdoption: false,
    });
  });

  it("compares as text, so that what only looks alike counts", () => {
    expect(planConnector({ ...MARK, port: "5432" }, { ...MARK, port: "05432" }).changes).toHaveLength(1);
  });

  it("asks for adoption where somebody else made what would be changed", () => {
    expect(planConnector({ a: "1" }, { ...MARK, a: "1" }).needsAdoption).toBe(true);
    expect(planConnector(undefined, MARK).needsAdoption).toBe(false);
  });

  it("hides what is secret, and shows what Kafka Connect itself looks up", () => {
    const found = { "database.password": "old one", "database.ssl.key.password": "x" };
    const wanted = { "database.password": "${file:/run/secrets:password}", "sasl.jaas.config": "y" };
    expect(planConnector(found, wanted).changes).toEqual([
      { key: "database.password", from: "[hidden]", to: "${file:/run/secrets:password}" },
      { key: "database.ssl.key.password", from: "[hidden]" },
      { key: "sasl.jaas.config", to: "[hidden]" },
    ]);
  });
});
