import { PassThrough } from "node:stream";

import { describe, expect, it } from "vitest";

import { ask } from "../../../src/ui/ask.js";

function sit(signal = new AbortController().signal) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = "";
  output.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  return { input, answer: ask("Apply?", { input, output, signal }), shown: () => shown };
}

describe("a question at the terminal", () => {
  it.each([
    ["y\n", true],
    ["Y\n", true],
    [" yes \n", true],
    ["n\n", false],
    ["\n", false],
    ["yeah, no\n", false],
  ])("is answered by %j: %s", async (typed, expected) => {
    const { input, answer, shown } = sit();
    input.write(typed);
    expect(await answer).toBe(expected);
    expect(shown()).toBe("Apply? [y/N] ");
  });

  it("is answered no by the end of the input", async () => {
    const { input, answer } = sit();
    input.end();
    expect(await answer).toBe(false);
  });

  it("ends with the run's interrupt", async () => {
    const controller = new AbortController();
    const { answer } = sit(controller.signal);
    controller.abort();
    await expect(answer).rejects.toMatchObject({ name: "AbortError" });
  });
});
