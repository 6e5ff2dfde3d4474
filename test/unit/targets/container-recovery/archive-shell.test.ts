import { describe, expect, it } from "vitest";

import { CdcError } from "../../../../src/errors.js";
import {
  type ArchiveShell,
  runOnArchive,
  type ShellAnswer,
} from "../../../../src/targets/container-recovery/archive-shell.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { createStageRecorder } from "../../../support/stage.js";

const { context } = createStageRecorder({ timeoutMs: 5_000 });
const notMade = (reason: string) => new CdcError("BACKUP_FAILED", reason);

const run = (answer: ShellAnswer) => {
  const shell: ArchiveShell = { run: () => Promise.resolve(answer) };
  return runOnArchive(shell, "", [], { context }, notMade);
};

describe("a script on the archive that fails", () => {
  it.each([
    [
      "in its own words, whatever a tool says after them",
      "cdc-pipeline: no backup\nbash: exit\n",
      "no backup",
    ],
    [
      "in the last words of a tool",
      "progress\rpg_basebackup: error: no space left\n",
      "pg_basebackup: error: no space left",
    ],
    ["that says nothing as such", "", "it gave no reason"],
  ])("is told %s", async (_how, stderr, message) => {
    const error = await catchCdcError(run({ exitCode: 1, stdout: "", stderr }));
    expect(error).toMatchObject({ code: "BACKUP_FAILED", message });
  });

  it("because another run has the archive is told as that", async () => {
    const error = await catchCdcError(run({ exitCode: 75, stdout: "", stderr: "" }));
    expect(error.code).toBe("LOCKED");
    expect(error.message).toContain("did not end in 5 s");
  });
});
