import { describe, expect, it } from "vitest";

import { describeProgress } from "../../../../src/stages/verify/snapshot-progress.js";

describe("the progress of a snapshot", () => {
  it("stands beside PostgreSQL's estimate", () => {
    expect(describeProgress(12_000, 1_204_567)).toEqual({
      rowsInKafka: 12_000,
      rowsExpected: 1_204_567,
      text: "snapshot: 12,000 of about 1,204,567 rows in Kafka",
    });
  });

  it("stands alone where PostgreSQL has no estimate", () => {
    expect(describeProgress(0, undefined).text).toBe("snapshot: 0 rows in Kafka");
  });

  it("may be more than was estimated", () => {
    expect(describeProgress(11, 10).text).toBe("snapshot: 11 of about 10 rows in Kafka");
  });
});
