import { setTimeout as delay } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { JsonDocument } from "../support/cli.js";
import {
  type ComposeWorkspace,
  containersOf,
  createComposeWorkspace,
  docker,
  whatIsLeftOf,
} from "../support/compose-project.js";
import { noCompose } from "../support/docker.js";

const title =
  noCompose === undefined
    ? "a restore over captured PostgreSQL in a compose project"
    : `a restore over captured PostgreSQL in a compose project (skipped: ${noCompose})`;

describe.skipIf(noCompose !== undefined)(title, () => {
  let own: ComposeWorkspace;
  let first: JsonDocument;
  let containers: Record<string, string>;
  let between = "";

  beforeAll(async () => {
    own = await createComposeWorkspace();
    first = (await own.workspace.json("up", "mykart")).document;
    expect(first.ok).toBe(true);
    containers = await containersOf(own.project);
    await psql("CREATE TABLE visits (id int PRIMARY KEY)");
    expect((await own.workspace.json("backup")).document.ok).toBe(true);
    // A backup's end is written in whole seconds: what can be restored by time begins with the next one.
    await delay(1_050);
    await psql("INSERT INTO visits VALUES (1)");
    await psql("INSERT INTO visits VALUES (2)");
    between = await psql("SELECT clock_timestamp()");
    await psql("INSERT INTO visits VALUES (3)");
  });

  afterAll(async () => {
    expect(await own.workspace.remove()).toEqual([]);
    expect(await whatIsLeftOf(own.project)).toEqual([]);
  });

  const psql = (sql: string) =>
    docker("exec", containers.postgres ?? "", "psql", "-XqAt", "-U", "admin", "-d", "mykart", "-c", sql);

  it("is refused without --yes where nobody can be asked", async () => {
    const { exitCode, stderr } = await own.workspace.run("restore", "--in-place", "--to", between);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("--yes")]);
  });

  it("has exactly the rows from before that moment, and the capture begun anew", async () => {
    const words = ["restore", "--in-place", "--yes", "--recapture", "--to", between];
    const { exitCode, stdout, stderr } = await own.workspace.run(...words);
    expect(stderr).not.toContain("✘");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("The replication slots are gone");
    expect(stdout).toContain("consumers see every row again");
    expect(await psql("SELECT string_agg(id::text, ',' ORDER BY id) FROM visits")).toBe("1,2");
  });

  it("streams again through the same connector, and up has nothing to change", async () => {
    const { document } = await own.workspace.json("up", "mykart");
    expect(document).toMatchObject({
      ok: true,
      databases: [{ connector: "mykart-connector", event: { op: "c" } }],
    });
    expect(document.stages.map(({ stage, status }) => `${stage} ${status}`)).toEqual([
      "deploy unchanged",
      "prepare unchanged",
      "register unchanged",
      "verify unchanged",
    ]);
    expect(await containersOf(own.project)).toEqual(containers);
  });
});
