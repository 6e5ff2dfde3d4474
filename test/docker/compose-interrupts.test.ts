import { join } from "node:path";

import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { CLI } from "../support/cli.js";
import {
  type ComposeWorkspace,
  containersOf,
  createComposeWorkspace,
  docker,
  whatIsLeftOf,
} from "../support/compose-project.js";
import { noCompose } from "../support/docker.js";
import { seeEvent } from "../support/docker-events.js";
import { writeIdleComposeFile } from "../support/idle-compose-file.js";
import { openSlowDocker } from "../support/slow-docker.js";

const IMAGE = "postgres:15";

/** What docker tells of a project while it is made, in this order. */
const MOMENTS = [
  ["a volume is made", /^volume create /],
  ["a container is made", /^container create /],
  ["a container runs", /^container start .*kafka/],
] as const;

const title =
  noCompose === undefined
    ? "up --target compose, interrupted"
    : `up --target compose, interrupted (skipped: ${noCompose})`;

describe.skipIf(noCompose !== undefined)(title, () => {
  let own: ComposeWorkspace;
  let env: Record<string, string>;

  beforeEach(async () => {
    own = await createComposeWorkspace();
    env = { CDC_PIPELINE_COMPOSE_FILE: await writeIdleComposeFile(own.workspace.folder, IMAGE) };
  });

  afterEach(async () => {
    expect(await own.workspace.remove()).toEqual([]);
    expect(await whatIsLeftOf(own.project)).toEqual([]);
  });

  const start = (more: Readonly<Record<string, string>> = {}) =>
    execa(process.execPath, [CLI, "up", "mykart", "--json"], {
      cwd: own.workspace.folder,
      env: { ...own.workspace.env, ...env, ...more },
      reject: false,
      stdin: "ignore",
      // As a shell does: a key pressed at the terminal then reaches all that the program has started.
      detached: true,
    });

  it.each(MOMENTS)("from the terminal when %s, leaves nothing behind", async (_moment, event) => {
    const seen = seeEvent(own.project, event);
    const run = start();
    await seen;
    process.kill(-(run.pid ?? 0), "SIGINT");
    expect((await run).exitCode).toBe(130);
    expect(await whatIsLeftOf(own.project)).toEqual([]);
  });

  it.each([
    ["the program is asked to end", (pid: number) => pid],
    ["a key is pressed at the terminal", (pid: number) => -pid],
  ])("while a slow daemon still makes containers, when %s, leaves nothing behind", async (_how, whom) => {
    const slow = await openSlowDocker(join(own.workspace.folder, "slow.sock"), 1_500);
    try {
      const run = start({ DOCKER_HOST: slow.host });
      await expect.poll(slow.creating, { timeout: 60_000, interval: 10 }).toBeGreaterThan(0);
      process.kill(whom(run.pid ?? 0), "SIGINT");
      const { exitCode, stdout } = await run;
      expect(exitCode).toBe(130);
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "INTERRUPTED" } });
    } finally {
      await slow.close();
    }
    expect(await whatIsLeftOf(own.project)).toEqual([]);
  });

  it("over containers that were stopped keeps them, stopped, and their data", async () => {
    const compose = ["compose", "--project-name", own.project, "--file", env.CDC_PIPELINE_COMPOSE_FILE ?? ""];
    const options = { env: own.workspace.env };
    await execa("docker", [...compose, "up", "--detach"], options);
    await docker("exec", `${own.project}-postgres-1`, "touch", "/var/lib/postgresql/data/kept");
    await execa("docker", [...compose, "stop"], options);
    const before = await containersOf(own.project);
    const everything = await whatIsLeftOf(own.project);
    for (const event of [/^container start .*kafka/, /^container start .*connect/]) {
      const seen = seeEvent(own.project, event);
      const run = start();
      await seen;
      process.kill(-(run.pid ?? 0), "SIGINT");
      expect((await run).exitCode).toBe(130);
      expect(await whatIsLeftOf(own.project)).toEqual(everything);
      expect(await containersOf(own.project)).toEqual(before);
      expect(await docker("ps", "--quiet", "--filter", `name=${own.project}`)).toBe("");
    }
    await docker("start", before.postgres ?? "");
    expect(await docker("exec", before.postgres ?? "", "ls", "/var/lib/postgresql/data")).toContain("kept");
  });
});
