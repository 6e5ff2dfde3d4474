import { describe, expect, it } from "vitest";

import { describeUnread, judgeUnread } from "../../../src/teardown/judge-unread.js";
import type { Unread } from "../../../src/teardown/unread-changes.js";

const nothing: Unread = { bytes: 4_096, changes: { count: 0, isAtLeast: false } };
const some: Unread = { bytes: 2 * 1024 ** 2, changes: { count: 12, isAtLeast: false } };
const unknown: Unread = { bytes: 1_024, changes: { unknown: "statement timeout" } };

describe("what a slot still holds", () => {
  it.each([
    [nothing, "4.0 KiB unread, no change of a published table in it"],
    [some, "2.0 MiB unread, 12 changes of published tables in it"],
    [{ bytes: 0, changes: { count: 1, isAtLeast: false } }, "0 B unread, 1 change of published tables in it"],
    [
      { bytes: 0, changes: { count: 20_004, isAtLeast: true } },
      "0 B unread, at least 20,004 changes of published tables in it",
    ],
    [unknown, "1.0 KiB unread; whether changes are in it is not known: statement timeout"],
  ] as const)("reads calmly: %j", (unread, text) => {
    expect(describeUnread(unread)).toBe(text);
  });
});

describe("a slot is dropped without --force", () => {
  const measure = (unread: Unread) => ({ slot: "debezium_shop_slot", database: "shop", unread });

  it("where no change is in it, however much WAL", () => {
    expect(
      judgeUnread([measure({ ...nothing, bytes: 10 ** 9 })], "cdc-pipeline forget shop"),
    ).toBeUndefined();
  });

  it("never where changes are in it, or may be", () => {
    for (const unread of [some, unknown]) {
      const error = judgeUnread([measure(nothing), measure(unread)], "cdc-pipeline forget shop");
      expect(error?.code).toBe("UNREAD_CHANGES");
      expect(error?.message.split("\n")).toHaveLength(2);
      expect(error?.details?.slots).toHaveLength(1);
    }
  });
});
