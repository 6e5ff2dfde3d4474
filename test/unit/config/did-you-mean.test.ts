import { describe, expect, test } from "vitest";

import { didYouMean } from "../../../src/config/did-you-mean.js";

describe("did you mean", () => {
  test.each([
    ["kafkaPrt", "kafkaPort"],
    ["kafka_port", "kafkaPort"],
    ["KAFKAPORT", "kafkaPort"],
    ["kafkaPorts", "kafkaPort"],
    ["connectPrt", "connectPort"],
  ])("a user who writes %s is told of %s", (written, meant) => {
    expect(didYouMean(written, ["connectPort", "kafkaPort"])).toBe(meant);
  });

  test("the nearest of several is named, not the first", () => {
    expect(didYouMean("hosts", ["ports", "host"])).toBe("host");
  });

  test("nothing is proposed for a word that is like none", () => {
    expect(didYouMean("colour", ["kafkaPort", "host"])).toBeUndefined();
  });

  test("nothing is proposed for an empty word among long ones", () => {
    expect(didYouMean("", ["host"])).toBeUndefined();
  });
});
