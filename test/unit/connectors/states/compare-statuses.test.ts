import { describe, expect, it } from "vitest";

import type { ConnectorStatus } from "../../../../src/clients/connect/connect-client.js";
import { compareStatuses } from "../../../../src/connectors/states/compare-statuses.js";

const status = (name: string, connector: string, ...tasks: readonly string[]): ConnectorStatus => ({
  name,
  connector: { state: connector, worker_id: "a:8083" },
  tasks: tasks.map((state, id) => ({ id, state, worker_id: "a:8083" })),
});

/** Each change in one line: `shop/0 RUNNING>FAILED`. */
const told = (before: readonly ConnectorStatus[], after: readonly ConnectorStatus[]): string[] =>
  compareStatuses(before, after).map(
    ({ connector, task, before: was, after: is }) =>
      `${connector}${task === undefined ? "" : `/${task}`} ${was?.state ?? "-"}>${is?.state ?? "-"}`,
  );

describe("two looks at the connectors", () => {
  const shop = status("shop", "RUNNING", "RUNNING", "RUNNING");

  it("differ in nothing when the states are the same, whichever worker has them", () => {
    const moved = { ...shop, connector: { state: "RUNNING", worker_id: "b:8083" } };
    expect(told([shop], [moved])).toEqual([]);
  });

  it("tell each task whose state is another one", () => {
    expect(told([shop], [status("shop", "RUNNING", "RUNNING", "FAILED")])).toEqual(["shop/1 RUNNING>FAILED"]);
  });

  it("tell a connector that is paused, and each of its tasks", () => {
    expect(told([shop], [status("shop", "PAUSED", "PAUSED", "PAUSED")])).toEqual([
      "shop RUNNING>PAUSED",
      "shop/0 RUNNING>PAUSED",
      "shop/1 RUNNING>PAUSED",
    ]);
  });

  it("tell what is new and what is gone", () => {
    expect(told([shop], [status("till", "RUNNING", "UNASSIGNED")])).toEqual([
      "till ->RUNNING",
      "till/0 ->UNASSIGNED",
      "shop RUNNING>-",
      "shop/0 RUNNING>-",
      "shop/1 RUNNING>-",
    ]);
  });

  it("tell a task that failed again for another reason", () => {
    const failed = (trace: string): ConnectorStatus => ({
      ...shop,
      tasks: [{ id: 0, state: "FAILED", worker_id: "a:8083", trace }],
    });
    expect(told([failed("broker away")], [failed("no such slot")])).toEqual(["shop/0 FAILED>FAILED"]);
    expect(told([failed("broker away")], [failed("broker away")])).toEqual([]);
  });

  it("do not mix up connectors whose names look like a task's", () => {
    const others = [status("a", "RUNNING", "RUNNING"), status("a/0", "RUNNING")];
    expect(told([], others)).toEqual(["a ->RUNNING", "a/0 ->RUNNING", "a/0 ->RUNNING"]);
  });
});
