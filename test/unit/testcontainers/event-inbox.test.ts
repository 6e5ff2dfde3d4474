import { expect, test } from "vitest";

import type { ChangeEvent } from "../../../src/testcontainers/change-event.js";
import { EventInbox } from "../../../src/testcontainers/event-inbox.js";

const event = (offset: number, op: ChangeEvent["op"] = "c", partition = 0): ChangeEvent => ({
  op,
  before: null,
  after: null,
  key: null,
  source: {},
  timestampMs: 0,
  topic: "topic",
  partition,
  offset,
});

const all = () => true;

test("events are handed out in order, each once", () => {
  const inbox = new EventInbox();
  for (const offset of [0, 1]) inbox.add(event(offset));
  const request = inbox.request(all);
  expect(
    [inbox.take(request), inbox.take(request), inbox.take(request)].map((found) => found?.offset),
  ).toEqual([0, 1, undefined]);
});

test("what a reader brings again is not handed out again, in any partition", () => {
  const inbox = new EventInbox();
  for (const partition of [0, 1]) {
    for (const offset of [0, 2, 0, 1, 2, 3]) inbox.add(event(offset, "c", partition));
  }
  const request = inbox.request(all);
  const offsets = Array.from({ length: 6 }, () => inbox.take(request)?.offset);
  expect(offsets).toEqual([0, 2, 3, 0, 2, 3]);
  expect(inbox.take(request)).toBeUndefined();
});

test("an event goes to the first request that wants it, whoever asks first", () => {
  const inbox = new EventInbox();
  const deletes = inbox.request(({ op }) => op === "d");
  const first = inbox.request(all);
  const second = inbox.request(all);
  for (const [offset, op] of (["c", "d", "c"] as const).entries()) inbox.add(event(offset, op));
  expect(inbox.take(second)).toBeUndefined();
  expect(inbox.take(first)?.offset).toBe(0);
  inbox.withdraw(first);
  expect(inbox.take(second)?.offset).toBe(2);
  expect(inbox.take(deletes)?.offset).toBe(1);
});

test("a request that is withdrawn stands in nobody's way", () => {
  const inbox = new EventInbox();
  const first = inbox.request(all);
  const second = inbox.request(all);
  inbox.add(event(0));
  inbox.withdraw(first);
  expect(inbox.take(second)?.offset).toBe(0);
});

test("a predicate that throws does so for its owner only", () => {
  const inbox = new EventInbox();
  const broken = inbox.request(() => {
    throw new Error("predicate");
  });
  const sound = inbox.request(all);
  inbox.add(event(0));
  expect(() => inbox.take(broken)).toThrow("predicate");
  expect(inbox.take(sound)?.offset).toBe(0);
});

test("what is left is told shortly", () => {
  const inbox = new EventInbox();
  expect(inbox.summary()).toBe("no other event is there");
  inbox.add(event(0));
  expect(inbox.summary()).toBe("1 other event is there: c");
  for (let offset = 1; offset < 12; offset++) inbox.add(event(offset, "u"));
  expect(inbox.summary()).toBe("12 other events are there: c, u, u, u, u, u, u, u, u, u, …");
});
