import type { AxiosResponse } from "axios";
import { describe, expect, it } from "vitest";

import { judgeAttempt } from "../../../../src/clients/connect/judge-attempt.js";

const answer = (message: string) =>
  ({ status: 500, data: { error_code: 500, message } }) as unknown as AxiosResponse<unknown>;
const judge = (message: string, isWrite: boolean) =>
  judgeAttempt({ url: "http://w", answer: answer(message) }, isWrite);

describe("a fault (500) that is a rebalance", () => {
  it("is waited out as one, where a configuration is read", () => {
    const verdict = judge("Request cannot be completed because a rebalance is expected", false);
    expect(verdict).toMatchObject({ kind: "again", patience: "deadline" });
  });

  it("is waited out while the worker that leads is not known to be gone, and what was sent is unsure", () => {
    const message = "IO Error trying to forward REST request: java.net.ConnectException: Connection refused";
    expect(judge(message, true)).toMatchObject({ kind: "again", patience: "return", isUnsure: true });
  });

  it("is none for another reason", () => {
    expect(judge("out of memory", true)).toMatchObject({ kind: "again", patience: "few" });
  });
});
