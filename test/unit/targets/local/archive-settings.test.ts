import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { archiveSettings, restoreCommand } from "../../../../src/targets/local/archive-settings.js";

let folder: string;
let archive: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cdc-pipeline-archive-"));
  // A name as a user may have it: PostgreSQL reads %, the shell the quotes.
  archive = join(folder, "it's 100%f $HOME");
  await mkdir(join(archive, "wal"), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs a command as PostgreSQL does. */
function run(command: string, file: string, path: string) {
  const words: Readonly<Record<string, string>> = { "%%": "%", "%f": file, "%p": path };
  return execa("sh", ["-c", command.replaceAll(/%[%fp]/g, (word) => words[word] ?? word)], {
    cwd: folder,
    reject: false,
  });
}

describe("the command that fetches WAL", () => {
  it("copies the file that it is asked for", async () => {
    await writeFile(join(archive, "wal", "0001"), "wal");
    expect((await run(restoreCommand(archive), "0001", "here")).exitCode).toBe(0);
    expect(await readFile(join(folder, "here"), "utf8")).toBe("wal");
  });

  it("tells a file that is not there, the end of the WAL, from one that cannot be copied", async () => {
    expect((await run(restoreCommand(archive), "0002", "here")).exitCode).toBe(1);
    await writeFile(join(archive, "wal", "0001"), "wal");
    const full = await run(restoreCommand(archive), "0001", "/dev/full");
    // PostgreSQL gives up at statuses above 125.
    expect(full.exitCode).toBe(200);
    expect(full.stderr).toContain("No space left on device");
  });
});

describe("the command that archives WAL", () => {
  const command = () => archiveSettings(archive).archive_command ?? "";

  it("copies a file, takes the same one again, and refuses another one by its name", async () => {
    await writeFile(join(folder, "one"), "one");
    await writeFile(join(folder, "other"), "other");
    expect((await run(command(), "0001", "one")).exitCode).toBe(0);
    expect((await run(command(), "0001", "one")).exitCode).toBe(0);
    expect((await run(command(), "0001", "other")).exitCode).not.toBe(0);
    expect(await readFile(join(archive, "wal", "0001"), "utf8")).toBe("one");
  });
});
