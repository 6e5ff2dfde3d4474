import type { KafkaMessage } from "kafkajs";
import { beforeEach, describe, expect, it } from "vitest";

import { RecordGrouper } from "../../../../src/clients/kafka/record-grouper.js";
import { RECORD, RECORD_FIELDS } from "../../../../src/reconcile/engine/record-index.js";

interface Read {
  readonly offset: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly timestampMs: number;
}
interface Group {
  readonly records: readonly Read[];
  readonly connectorRun: number | undefined;
}

let groups: Group[];
beforeEach(() => (groups = []));

const grouper = () =>
  new RecordGrouper(({ bytes, index, count, connectorRun }) => {
    const text = (start: number, end: number) =>
      end === -1 ? null : Buffer.from(bytes.subarray(start, end)).toString();
    const records = Array.from({ length: count }, (_, record) => {
      const field = (name: keyof typeof RECORD) => index[record * RECORD_FIELDS + RECORD[name]] ?? NaN;
      return {
        offset: field("offset"),
        key: text(field("keyStart"), field("keyEnd")),
        value: text(field("valueStart"), field("valueEnd")),
        timestampMs: field("timestampMs"),
      };
    });
    groups.push({ records, connectorRun });
    return Promise.resolve();
  });

type Part = string | null;

/** Messages as kafkajs cuts them out of one batch: keys and values in one piece of memory, with something in between. */
function batchOf(parts: readonly (readonly [key: Part, value: Part])[], run?: string): KafkaMessage[] {
  const memory = Buffer.alloc(parts.flat().reduce((sum, part) => sum + Buffer.byteLength(part ?? "") + 3, 0));
  let at = 0;
  const place = (part: Part) => {
    if (part === null) return null;
    at += 3;
    const start = at;
    at += memory.write(part, at);
    return memory.subarray(start, at);
  };
  return parts.map(([key, value]) => ({
    key: place(key),
    value: place(value),
    offset: "0",
    timestamp: "1767268740000",
    attributes: 0,
    headers: run === undefined ? {} : { "__debezium.context.runId": Buffer.from(run) },
  }));
}

async function group(messages: readonly KafkaMessage[]): Promise<readonly Group[]> {
  const into = grouper();
  for (const [offset, message] of messages.entries()) {
    if (into.add(message, offset)) continue;
    await into.flush(0, 0);
    expect(into.add(message, offset)).toBe(true);
  }
  await into.flush(0, 0);
  return groups;
}

const partsOf = (found: readonly Group[]) =>
  found.map(({ records }) => records.map(({ key, value }) => [key, value]));

describe("records of one batch", () => {
  it("are one group, with offsets and times", async () => {
    const [found] = await group(
      batchOf([
        ["1", "one"],
        ["2", "two"],
        ["3", ""],
      ]),
    );
    expect(groups).toHaveLength(1);
    expect(found?.records).toEqual([
      { offset: 0, key: "1", value: "one", timestampMs: 1_767_268_740_000 },
      { offset: 1, key: "2", value: "two", timestampMs: 1_767_268_740_000 },
      { offset: 2, key: "3", value: "", timestampMs: 1_767_268_740_000 },
    ]);
  });

  it("may lack a key, a value, or both", async () => {
    const parts: [Part, Part][] = [
      [null, "a"],
      ["k", null],
      [null, null],
      ["", "b"],
      [null, null],
    ];
    expect(partsOf(await group(batchOf(parts)))).toEqual([parts]);
  });

  it("that has neither key nor value in the first of them are read all the same", async () => {
    const parts: [Part, Part][] = [
      [null, null],
      ["k", "v"],
    ];
    expect(partsOf(await group(batchOf(parts))).flat()).toEqual(parts);
  });

  it("are cut where they grow too long, or too many", async () => {
    const long = "x".repeat(900_000);
    expect(
      partsOf(
        await group(
          batchOf([
            ["1", long],
            ["2", long],
            ["3", long],
          ]),
        ),
      ).map((of) => of.length),
    ).toEqual([2, 1]);
    groups = [];
    const many = Array.from({ length: 9_000 }, (_, at): [Part, Part] => [String(at), "v"]);
    const found = await group(batchOf(many));
    expect(found.map(({ records }) => records.length)).toEqual([8192, 808]);
    expect(partsOf(found).flat()).toEqual(many);
  });

  it("longer than a group is to be are groups by themselves", async () => {
    const longer = "x".repeat(3_000_000);
    expect(
      partsOf(
        await group(
          batchOf([
            ["1", longer],
            ["2", "b"],
          ]),
        ),
      ),
    ).toEqual([[["1", longer]], [["2", "b"]]]);
  });
});

describe("records of several batches", () => {
  it("are groups of their own, since their memory is", async () => {
    const messages = [
      ...batchOf([["1", "a"]]),
      ...batchOf([
        ["2", "b"],
        ["3", "c"],
      ]),
    ];
    expect(partsOf(await group(messages))).toEqual([
      [["1", "a"]],
      [
        ["2", "b"],
        ["3", "c"],
      ],
    ]);
  });

  it("whose memory stands in the wrong order are read in theirs", async () => {
    const [first, second] = batchOf([
      ["1", "a"],
      ["2", "b"],
    ]);
    const messages = [second, first].flatMap((message) => message ?? []);
    expect(partsOf(await group(messages))).toEqual([[["2", "b"]], [["1", "a"]]]);
  });

  it("of several runs of the connector are told apart, with the same number for the same run", async () => {
    const found = await group(
      ["a", "b", "a"].flatMap((run) =>
        batchOf(
          [
            ["1", run],
            ["2", run],
          ],
          run,
        ),
      ),
    );
    const runs = found.map(({ connectorRun }) => connectorRun);
    expect(runs[0]).toBe(runs[2]);
    expect(new Set([...runs, 0]).size).toBe(3);
  });
});
