import { AxiosHeaders, type AxiosResponse } from "axios";
import { describe, expect, it } from "vitest";

import { judgeAttempt, patienceMs, pauseMs } from "../../../../src/clients/connect/judge-attempt.js";

const url = "http://127.0.0.1:8083";
const headers = new AxiosHeaders();

function answer(status: number, data: unknown) {
  const response: AxiosResponse<unknown> = { status, data, statusText: "", headers, config: { headers } };
  return { url, answer: response };
}

const says = (status: number, message: string) => answer(status, { error_code: status, message });
const HTML = "<html>a page</html>";

describe("the answer of a worker", () => {
  it.each([
    "Cannot complete request because of a conflicting operation (e.g. worker rebalance)",
    "Cannot complete request momentarily due to stale configuration (typically caused by a concurrent config change)",
    "Cannot complete request momentarily due to no known leader URL, likely because a rebalance was underway.",
  ])("asks for patience: 409 %s", (message) => {
    const verdict = judgeAttempt(says(409, message), true);
    expect(verdict).toMatchObject({ kind: "again", patience: "deadline", elsewhere: false, isUnsure: false });
  });

  it.each([
    says(409, "Connector shop already exists"),
    says(400, "Connector configuration is invalid"),
    says(404, "Connector shop not found"),
    answer(404, { error_code: 404, message: "HTTP 404 Not Found" }),
    answer(401, HTML),
    answer(403, HTML),
    answer(407, ""),
    answer(302, HTML),
    answer(200, {}),
    answer(204, ""),
  ])("is final: %#", (attempt) => {
    expect(judgeAttempt(attempt, true)).toEqual({ kind: "take" });
  });

  it("is no answer of Kafka Connect where there is nothing in it: Jetty is there before it, and after", () => {
    for (const isWrite of [true, false]) {
      expect(judgeAttempt(answer(404, ""), isWrite)).toMatchObject({ kind: "again", isStarting: true });
    }
  });

  it("asks for patience too where another worker has passed a 409 on as a 500", () => {
    const passedOn = "IO Error trying to forward REST request: conflicting operation (e.g. worker rebalance)";
    const verdict = judgeAttempt(says(500, passedOn), true);
    expect(verdict).toMatchObject({ kind: "again", patience: "deadline", isUnsure: true });
  });

  it.each([
    [answer(502, HTML), "return", true],
    [answer(504, HTML), "return", true],
    [answer(503, HTML), "return", false],
    [answer(200, HTML), "return", true],
    [answer(404, HTML), "return", true],
    [says(500, "Request timed out. The worker is currently X"), "few", true],
    [says(500, "anything"), "few", true],
    [says(500, "IO Error trying to forward REST request: Connection refused"), "return", true],
  ] as const)("lets a request be made again: %#", (attempt, patience, isUnsure) => {
    expect(judgeAttempt(attempt, true)).toMatchObject({ kind: "again", patience, elsewhere: true, isUnsure });
    expect(judgeAttempt(attempt, false)).toMatchObject({ kind: "again", patience, isUnsure: false });
  });

  it.each([
    { url: "/connectors", status: "404", message: "Not Found" },
    "",
    '<html><hr/><a href="https://jetty.org/">Powered by Jetty:// 12</a></html>',
  ])("comes from an empty server while the worker starts: %j", (data) => {
    expect(judgeAttempt(answer(404, data), true)).toMatchObject({ isStarting: true, patience: "return" });
  });
});

describe("patience", () => {
  const first = { isExpected: false, isAnswered: false, attempts: 1, elapsedMs: 0 };

  it("has none with a worker that was never seen, and some with a proxy that answers", () => {
    expect(patienceMs("return", first)).toBe(0);
    expect(patienceMs("return", { ...first, isAnswered: true })).toBe(3_000);
    expect(patienceMs("return", { ...first, isAnswered: true, elapsedMs: 4_000 })).toBe(0);
  });

  it("lasts for a restart with a worker that was there", () => {
    expect(patienceMs("return", { ...first, isExpected: true, elapsedMs: 20_000 })).toBe(100_000);
  });

  it("ends after some attempts where to wait may not help, and at once where it cannot", () => {
    expect(patienceMs("few", { ...first, attempts: 3 })).toBe(Infinity);
    expect(patienceMs("few", { ...first, attempts: 4 })).toBe(0);
    expect(patienceMs("none", { ...first, isExpected: true })).toBe(0);
  });

  it("pauses for up to 250 ms, twice as long each time, and never longer than 5 s", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 100].map((attempts) => pauseMs(attempts, 1))).toEqual([
      250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000,
    ]);
    expect(pauseMs(3, 0.5)).toBe(500);
    expect(pauseMs(3, 0)).toBe(0);
  });
});
