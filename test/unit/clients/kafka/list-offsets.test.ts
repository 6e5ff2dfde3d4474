import { describe, expect, it } from "vitest";

import { decodeAnswer, encodeRequest, NEWEST_TIME } from "../../../../src/clients/kafka/list-offsets.js";
import { summarize } from "../../../../src/clients/kafka/survey-topics.js";

describe("ListOffsets, version 7", () => {
  it("asks for each partition, as the protocol has it", () => {
    const request = encodeRequest(new Map([["ab", [0, 1]]]), NEWEST_TIME);
    expect(request.toString("hex")).toBe(
      [
        ...["00", "ffffffff", "00", "02"], // tags of the header, consumer, isolation, one topic
        ...["03", "6162", "03"], // the name, two partitions
        ...["00000000", "ffffffff", "fffffffffffffffd", "00"],
        ...["00000001", "ffffffff", "fffffffffffffffd", "00"],
        ...["00", "00"],
      ].join(""),
    );
  });

  it("reads what a broker answers, with names longer than a byte can count", () => {
    const name = "t".repeat(200);
    const answer = Buffer.concat([
      Buffer.from("00" + "00000000" + "02", "hex"),
      Buffer.from("c901", "hex"), // 201 as a varint: the length and one
      Buffer.from(name),
      Buffer.from(
        "02" +
          "00000003" +
          "0000" +
          "00000000000003e8" +
          "0000000000000007" +
          "00000001" +
          "00" +
          "00" +
          "00",
        "hex",
      ),
    ]);
    expect(decodeAnswer(answer)).toEqual([
      { topic: name, partition: 3, errorCode: 0, timestampMs: 1_000, offset: 7 },
    ]);
  });

  it("refuses an answer that ends too early", () => {
    expect(() => decodeAnswer(Buffer.from("0000000000" + "02" + "03", "hex"))).toThrow(RangeError);
  });

  it("is summed up by topic: partitions that failed or are empty tell nothing", () => {
    const one = { topic: "a", errorCode: 0, timestampMs: -1 };
    const ends = [
      { ...one, partition: 0, offset: 5 },
      { ...one, partition: 1, offset: 7 },
      { ...one, partition: 2, offset: -1, errorCode: 6 },
    ];
    const times = [
      { ...one, partition: 0, offset: 4, timestampMs: 1_000 },
      { ...one, partition: 1, offset: 6, timestampMs: 3_000 },
      { ...one, topic: "b", partition: 0, offset: -1 },
    ];
    expect([...summarize(["a", "b"], ends, times)]).toEqual([
      ["a", { records: 12, newestAtMs: 3_000 }],
      ["b", { records: 0, newestAtMs: null }],
    ]);
  });
});
