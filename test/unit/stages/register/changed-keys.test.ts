import { describe, expect, it } from "vitest";

import { changedKeys } from "../../../../src/stages/register/changed-keys.js";

describe("the keys in which two configurations differ", () => {
  it("are none for equal ones, in whatever order", () => {
    expect(changedKeys({ a: "1", b: "2" }, { b: "2", a: "1" })).toEqual([]);
  });

  it("are those that changed, came and went, sorted", () => {
    const found = { "tasks.max": "1", "slot.name": "old", gone: "x", same: "y" };
    const wanted = { "tasks.max": "1", "slot.name": "new", added: "x", same: "y" };
    expect(changedKeys(found, wanted)).toEqual(["added", "gone", "slot.name"]);
  });

  it("are compared as text, so that what only looks alike counts", () => {
    expect(changedKeys({ port: "5432" }, { port: "05432" })).toEqual(["port"]);
    expect(changedKeys({}, { empty: "" })).toEqual(["empty"]);
  });

  it("do not hold the name that Kafka Connect adds by itself", () => {
    expect(changedKeys({ name: "shop-connector", a: "1" }, { a: "1" })).toEqual([]);
  });
});
