import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";

import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { notYet, ready } from "../../src/wait/wait-until.js";
import type { JsonDocument } from "../support/cli.js";
import { until } from "../support/until.js";
import { Workspace } from "../support/workspace.js";

describe("a restore over the server that is captured", () => {
  let workspace: Workspace;
  let first: JsonDocument;
  let between = "";

  beforeAll(async () => {
    workspace = await Workspace.create();
    first = (await workspace.json("up", "mykart")).document;
    await query("CREATE TABLE visits (id int PRIMARY KEY)");
    const { document } = await workspace.json("backup");
    expect(document.ok).toBe(true);
    // The end of a backup is known to the second: what can be restored begins with the next one.
    const begin = String(
      (await query(`SELECT (date_trunc('second', clock_timestamp()) + '1 s')::text AS at`))[0]?.at,
    );
    await until("the second after the backup", async () => {
      const [row] = await query(`SELECT clock_timestamp() >= '${begin}'::timestamptz AS "isPast"`);
      return row?.isPast === true ? ready(undefined) : notYet("it has not begun");
    });
    await query("INSERT INTO visits VALUES (1)");
    await query("INSERT INTO visits VALUES (2)");
    between = String((await query("SELECT clock_timestamp()::text AS at"))[0]?.at);
    await query("INSERT INTO visits VALUES (3)");
    // All three are events before the server goes back behind the third.
    expect(await opsOf(3)).toEqual(["c", "c", "c"]);
  });

  afterAll(async () => {
    expect(await workspace.remove()).toEqual([]);
  });

  /** The first operations of the table's topic; waits until there are as many. */
  async function opsOf(count: number): Promise<string[]> {
    const words = ["public.visits", "--from", "beginning", "--max", String(count), "--json"];
    const stdout = await until("the topic of visits", async () => {
      const result = await workspace.run("events", "mykart", ...words);
      return result.exitCode === 0 ? ready(result.stdout) : notYet(result.stderr);
    });
    return stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { op: string }).op);
  }

  async function query(sql: string): Promise<Record<string, unknown>[]> {
    const { host, port, adminUser: user } = first.endpoints.postgres;
    const client = new Client({ host, port, user, password: "password123", database: "mykart" });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it("is refused without --yes where nobody can be asked, and changes nothing", async () => {
    const { exitCode, stderr } = await workspace.run("restore", "--in-place", "--to", between);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--yes");
    expect(await query("SELECT id FROM visits")).toHaveLength(3);
  });

  it("lists the backup and what can be restored", async () => {
    const { stdout, exitCode } = await workspace.run("backup", "list");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("can be restored");
  });

  it("has exactly the rows from before that moment, and the capture begun anew", async () => {
    const { exitCode, stdout, stderr } = await workspace.run(
      ...["restore", "--in-place", "--yes", "--recapture", "--to", between],
    );
    expect(stderr).not.toContain("✘");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("The replication slots are gone");
    expect(await query("SELECT id FROM visits ORDER BY id")).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it("is undone by up where it was killed while it put the new data in place", async () => {
    await workspace.run("down");
    const data = join(workspace.stateDir, "postgres", "data");
    await mkdir(`${data}.new`);
    await rename(data, `${data}.before-${new Date().toISOString().replaceAll(/[-:]/g, "")}`);
    const { document } = await workspace.json("up", "mykart");
    expect(document.error).toBeUndefined();
    expect(await query("SELECT id FROM visits ORDER BY id")).toEqual([{ id: 1 }, { id: 2 }]);
    expect((await workspace.json("up", "mykart")).document.stages[0]?.status).toBe("unchanged");
  });

  it("streams again, through the same connector", async () => {
    const { document } = await workspace.json("verify", "mykart");
    expect(document).toMatchObject({
      ok: true,
      databases: [{ connector: "mykart-connector", event: { op: "c" } }],
    });
    // Three inserts as they were streamed, then the two that are left as snapshot reads.
    expect(await opsOf(5)).toEqual(["c", "c", "c", "r", "r"]);
  });
});
