import { beforeEach, describe, expect, it, vi } from "vitest";

import { main } from "../../../src/cli/main.js";

let stdout: string;
let stderr: string;
beforeEach(() => {
  vi.stubEnv("npm_command", undefined);
  stdout = "";
  stderr = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
});

describe("a usage error", () => {
  it("is told on stderr, with exit code 2", async () => {
    expect(await main(["deploy", "--adpot"])).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^✘ .*adpot.* USAGE\n {2}fix: {2}cdc-pipeline .*--help\n$/);
  });

  it("names the program as it was called", async () => {
    vi.stubEnv("npm_command", "exec");
    await main(["deploy", "--adpot"]);
    expect(stderr).toContain("fix:  npx cdc-pipeline deploy --help");
  });

  it.each([[["up", "--json"]], [["--json", "regster"]], [["deploy", "--json", "--timeout"]]])(
    "is one JSON document on stdout with %j",
    async (argv) => {
      expect(await main(argv)).toBe(2);
      const document = JSON.parse(stdout) as Record<string, unknown>;
      expect(document).toMatchObject({
        ok: false,
        stages: [],
        error: { code: "USAGE", message: expect.any(String) as string, hint: expect.any(String) as string },
      });
      expect(stderr).toContain("USAGE");
    },
  );

  it("leaves no listeners for signals behind", async () => {
    const count = () => process.listenerCount("SIGINT") + process.listenerCount("SIGTERM");
    const before = count();
    await main(["logs", "--follow", "--target", "external"]);
    expect(stderr).toContain("USAGE");
    expect(count()).toBe(before);
  });
});
