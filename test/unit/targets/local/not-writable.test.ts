import { describe, expect, it } from "vitest";

import { isFileError, notWritable } from "../../../../src/targets/local/not-writable.js";

const systemError = (code: string, more: object = { path: "/data/state.json" }) =>
  Object.assign(new Error(`${code}: it failed`), { code, ...more });

describe("a file that cannot be written", () => {
  it.each([
    ["ENOSPC", "free some space there"],
    ["EDQUOT", "free some space there"],
    ["EFBIG", "free some space there"],
    ["EACCES", "a folder you may write to"],
  ])("is told with what helps: %s", (code, hint) => {
    const error = notWritable("write /data/state.json", systemError(code));
    expect(error).toMatchObject({
      code: "PATH_NOT_WRITABLE",
      message: `cannot write /data/state.json: ${code}: it failed`,
    });
    expect(error.hint).toContain(hint);
  });

  it("is told apart from what a program or a connection fails of", () => {
    expect(isFileError(systemError("ENOSPC"))).toBe(true);
    expect(isFileError(systemError("ECONNREFUSED", { port: 1 }))).toBe(false);
    expect(isFileError(systemError("ERR_INVALID_ARG_TYPE"))).toBe(false);
    expect(isFileError(new Error("EACCES"))).toBe(false);
    expect(isFileError(undefined)).toBe(false);
  });
});
