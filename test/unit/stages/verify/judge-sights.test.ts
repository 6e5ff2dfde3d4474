import { describe, expect, it } from "vitest";

import type { Expectation } from "../../../../src/stages/verify/expect-events.js";
import { judgeSights } from "../../../../src/stages/verify/judge-sights.js";
import type { ProbeSight } from "../../../../src/stages/verify/match-event.js";
import type { ProbeOp, ReplicaIdentity } from "../../../../src/stages/verify/probe.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";

const values = new Map([["id", "1"]]);
const written = {
  ...{ txId: 7, sentAtMs: 0, committedAtMs: 1 },
  ...{ columns: new Map([...values, ["name", "x"]]), lastColumns: new Map([...values, ["name", "y"]]) },
  ...{ key: values, marks: [] },
};
const row = { id: 1, name: "x" };
const last = { id: 1, name: "y" };

function sight(offset: number, op: string | null, rest: Partial<ProbeSight> = {}, partition = 0): ProbeSight {
  const record = { topic: "t", partition, offset, timestampMs: 0, key: null, value: null, seenAtMs: 0 };
  return { record, form: "event", op, before: null, after: null, ...rest };
}
const insert = sight(1, "c", { after: row });
const update = sight(2, "u", { after: row });
const remove = sight(3, "d", { before: { id: 1, name: "" } });
const flat = (offset: number, op: string | null = null) =>
  sight(offset, op, { form: "flattened", after: row });
const tombstone = sight(4, null, { form: "tombstone" });

interface Given {
  readonly ops?: readonly ProbeOp[];
  readonly replicaIdentity?: ReplicaIdentity;
  readonly hasOtherValues?: boolean;
}

function judge(sights: readonly ProbeSight[], given: Given = {}) {
  const { ops = ["c", "u", "d"], replicaIdentity = "default", hasOtherValues = false } = given;
  const expectation: Expectation = { ops, leftOut: [], hasOtherValues };
  return judgeSights(sights, { subject: { replicaIdentity }, written, expectation });
}

function proved(sights: readonly ProbeSight[], given: Given = {}) {
  const answer = judge(sights, given);
  if (!answer.ready || !("events" in answer.value)) return answer;
  return [
    answer.value.how,
    ...answer.value.events.map(({ op, sight: { record } }) => `${op}${record.offset}`),
  ];
}

describe("a probe is proved", () => {
  it.each<[string, readonly ProbeSight[], readonly string[], Given]>([
    ["by an event of each change", [insert, update, remove, tombstone], ["events", "c1", "u2", "d3"], {}],
    [
      "by the first of those that come twice",
      [insert, insert, update, sight(9, "c", { after: row }), remove],
      ["events", "c1", "u2", "d3"],
      {},
    ],
    ["by what is expected alone", [insert, remove], ["events", "c1", "d3"], { ops: ["c", "d"] }],
    [
      "beside what a trigger did to the row",
      [insert, sight(2, "u", { after: last }), remove],
      ["events", "c1", "u2", "d3"],
      { ops: ["c", "d"] },
    ],
    [
      "by rows in their order, and a tombstone",
      [flat(1), flat(2), tombstone],
      ["flattened", "c1", "u2", "d4"],
      {},
    ],
    [
      "by rows that tell their change",
      [flat(1, "c"), flat(2, "u"), flat(3, "d")],
      ["flattened", "c1", "u2", "d3"],
      {},
    ],
    [
      "by events of several partitions in any order",
      [sight(9, "c", { after: row }, 1), update, remove],
      ["events", "c9", "u2", "d3"],
      {},
    ],
    [
      "without values where they are masked",
      [sight(1, "c", { after: { id: 1, name: "***" } }), update, remove],
      ["events", "c1", "u2", "d3"],
      { hasOtherValues: true },
    ],
    [
      "without a column that is left out",
      [sight(1, "c", { after: { id: 1 } }), update, remove],
      ["events", "c1", "u2", "d3"],
      {},
    ],
  ])("%s", (_how, sights, expected, given) => {
    expect(proved(sights, given)).toEqual(expected);
  });

  it("by presence alone where nothing can be decoded", () => {
    const present = sight(5, null, { form: "presence" });
    expect(judge([present])).toMatchObject({ ready: true, value: { how: "presence", sight: present } });
    expect(judge([insert, present]).ready).toBe(false);
  });

  it("with what before holds, by the table's replica identity", () => {
    const whole = [insert, sight(2, "u", { before: last, after: row }), sight(3, "d", { before: last })];
    const beforeOf = (sights: readonly ProbeSight[], given: Given) => {
      const answer = judge(sights, given);
      return answer.ready && "events" in answer.value ? answer.value.events.map(({ before }) => before) : [];
    };
    expect(beforeOf([insert, update, remove], {})).toEqual(["nothing", "nothing", "key"]);
    expect(beforeOf([flat(1), flat(2), tombstone], {})).toEqual([null, null, null]);
    expect(beforeOf([insert, whole[2] ?? remove], { replicaIdentity: "full", ops: ["c", "d"] })).toEqual([
      "nothing",
      "row",
    ]);
  });
});

describe("a probe is waited for", () => {
  it("with what is missing as the reason", () => {
    expect(judge([])).toEqual({ ready: false, reason: "no event of the probe yet" });
    expect(judge([insert])).toEqual({ ready: false, reason: "update and delete not seen, insert seen" });
    // The tombstone of an envelope's delete is not the delete.
    expect(judge([insert, update, tombstone]).ready).toBe(false);
    expect(judge([sight(1, "r", { after: row })]).ready).toBe(false);
  });
});

describe("an event is wrong", () => {
  it.each<[string, readonly ProbeSight[], Given]>([
    ["out of order", [insert, sight(5, "u", { after: row }), remove], {}],
    ["with another row", [sight(1, "c", { after: { id: 1, name: "z" } })], {}],
    ["as an insert with a row before it", [sight(1, "c", { before: row, after: row })], {}],
    ["as an insert without a row", [sight(1, "c")], {}],
    ["as a delete with a row after it", [sight(1, "d", { before: { id: 1 }, after: row })], {}],
    ["as a delete of another row", [sight(1, "d", { before: { id: 2 } })], {}],
    [
      "as a delete of a row that it should know whole",
      [sight(1, "d", { before: row })],
      { replicaIdentity: "full" },
    ],
    ["as an update that should know the row before it", [update], { replicaIdentity: "full" }],
    [
      "as a flattened row of other values",
      [sight(1, null, { form: "flattened", after: { id: 1, name: "z" } })],
      {},
    ],
  ])("%s", async (_how, sights, given) => {
    const error = await catchCdcError((async () => Promise.resolve(judge(sights, given)))());
    expect(error).toMatchObject({ code: "EVENT_WRONG" });
  });
});
