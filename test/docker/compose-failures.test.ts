import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import {
  type ComposeWorkspace,
  containersOf,
  createComposeWorkspace,
  docker,
  whatIsLeftOf,
} from "../support/compose-project.js";
import { noCompose } from "../support/docker.js";

const IMAGE = "postgres:15";

const title = noCompose === undefined ? "up --target compose" : `up --target compose (skipped: ${noCompose})`;

describe.skipIf(noCompose !== undefined)(title, () => {
  let own: ComposeWorkspace;
  /** Containers and volumes that a test made itself. */
  let foreign: { containers: string[]; volumes: string[] };

  beforeEach(async () => {
    own = await createComposeWorkspace();
    foreign = { containers: [], volumes: [] };
  });

  afterEach(async () => {
    for (const container of foreign.containers) await docker("rm", "--force", "--volumes", container);
    for (const volume of foreign.volumes) await docker("volume", "rm", "--force", volume);
    expect(await own.workspace.remove()).toEqual([]);
    expect(await whatIsLeftOf(own.project)).toEqual([]);
  });

  const up = (env: Record<string, string> = {}, ...args: string[]) =>
    own.workspace.with(env).json("up", "mykart", ...args);

  it("without docker says so, and how to do without", async () => {
    const { document, exitCode } = await up({ PATH: own.workspace.folder });
    expect(exitCode).toBe(2);
    expect(document.error?.code).toBe("DOCKER_MISSING");
    expect(document.error?.hint).toContain("--target local");
  });

  it("without a daemon says what docker says, and nothing of a stack", async () => {
    const { document, exitCode } = await up({ DOCKER_HOST: `unix://${own.workspace.folder}/dead.sock` });
    expect(exitCode).toBe(2);
    expect(document.error).toMatchObject({ code: "DOCKER_UNREACHABLE" });
    expect(document.error?.message).toContain("dead.sock");
    expect(document.error?.hint).toContain("docker version");
  });

  it.each([
    ["now", "docker: unknown command: docker compose\n\nRun 'docker --help' for more information"],
    ["before", "unknown flag: --project-name\nSee 'docker --help'."],
    ["long ago", "docker: 'compose' is not a docker command.\nSee 'docker --help'"],
  ])(
    "with a docker that has no compose, which says so as it does %s, names the package",
    async (_when, text) => {
      const folder = join(own.workspace.folder, "bin");
      await mkdir(folder);
      await writeFile(join(folder, "docker"), `#!/bin/sh\nprintf '%s\\n' "${text}" >&2\nexit 1\n`);
      await chmod(join(folder, "docker"), 0o755);
      const { document, exitCode } = await up({ PATH: `${folder}:/usr/bin:/bin` });
      expect(exitCode).toBe(2);
      expect(document.error?.code).toBe("COMPOSE_MISSING");
      expect(document.error?.hint).toContain("docker-compose-plugin");
    },
  );

  it("with an image that is nowhere names it before anything is made", async () => {
    const image = "localhost:9/nobody/kafka:0";
    const { document, exitCode } = await up({ CDC_PIPELINE_COMPOSE_KAFKA_IMAGE: image });
    expect(exitCode).toBe(1);
    expect(document.error).toMatchObject({ code: "IMAGE_UNAVAILABLE", hint: `docker pull ${image}` });
    expect(document.error?.message).toContain(image);
    expect(document.error?.message).not.toContain(IMAGE);
    expect(await whatIsLeftOf(own.project)).toEqual([]);
  });

  it("with a compose file that is none says what is wrong with it", async () => {
    const file = join(own.workspace.folder, "compose.yml");
    await writeFile(file, "services:\n  postgres:\n    image: [1]\n");
    const broken = await up({ CDC_PIPELINE_COMPOSE_FILE: file });
    expect(broken.exitCode).toBe(2);
    expect(broken.document.error?.code).toBe("COMPOSE_FILE_INVALID");
    await writeFile(file, "services:\n  postgres:\n    image: postgres:15\n    ports: [1234:5432]\n");
    const unmarked = await up({ CDC_PIPELINE_COMPOSE_FILE: file });
    expect(unmarked.document.error?.message).toContain(
      "its service postgres has no label cdc.pipeline.managed",
    );
  });

  it("with a port that another container has names port, holder and setting before anything is made", async () => {
    const holder = `${own.project}-holder`;
    foreign.containers.push(holder);
    const publish = `127.0.0.1:${own.ports.kafka}:5432`;
    await docker("run", "-d", "--name", holder, "-p", publish, "--entrypoint", "sleep", IMAGE, "600");
    const { document, exitCode } = await up();
    expect(exitCode).toBe(1);
    expect(document.error?.code).toBe("PORT_TAKEN");
    expect(document.error?.message).toContain(
      `port ${own.ports.kafka}, which kafka must have, belongs to the container ${holder}`,
    );
    expect(document.error?.hint).toContain("CDC_PIPELINE_COMPOSE_KAFKA_PORT=");
    expect(await whatIsLeftOf(own.project)).toEqual([]);
  });

  it("with a port that a program has says so", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(own.ports.connect, "127.0.0.1", resolve));
    try {
      const { document } = await up();
      expect(document.error?.code).toBe("PORT_TAKEN");
      expect(document.error?.message).toContain("another program of this machine");
      expect(document.error?.hint).toContain("compose.connectPort");
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("leaves a project of somebody else alone, and down does too", async () => {
    const container = `${own.project}-postgres-1`;
    foreign.containers.push(container);
    const labels = ["com.docker.compose.project", "com.docker.compose.service"];
    const values = [own.project, "postgres"];
    const flags = labels.flatMap((label, index) => ["--label", `${label}=${values[index] ?? ""}`]);
    await docker("run", "-d", "--name", container, ...flags, "--entrypoint", "sleep", IMAGE, "600");
    for (const args of [["up", "mykart"], ["down"], ["down", "--purge", "--yes"], ["plan", "mykart"]]) {
      const { document, exitCode } = await own.workspace.json(...args);
      expect(exitCode).toBe(1);
      expect(document.error?.code).toBe("COMPOSE_NOT_OURS");
      expect(document.error?.message).toContain(`container ${container}`);
      expect(document.error?.hint).toContain("CDC_PIPELINE_COMPOSE_PROJECT=");
    }
    expect(await docker("inspect", "--format", "{{.State.Running}}", container)).toBe("true");
    expect(await whatIsLeftOf(own.project)).toEqual([`container ${container}`]);
    expect((await own.workspace.run("status")).stdout).toMatch(/postgres +foreign/);
    await docker("rm", "--force", "--volumes", foreign.containers.pop() ?? "");
  });

  it("leaves a volume of somebody else alone", async () => {
    const volume = `${own.project}_postgres-data`;
    foreign.volumes.push(volume);
    await docker("volume", "create", volume);
    const { document } = await up();
    expect(document.error?.code).toBe("COMPOSE_NOT_OURS");
    expect(document.error?.message).toContain(`volume ${volume}`);
    await docker("volume", "rm", foreign.volumes.pop() ?? "");
  });

  it("on data of PostgreSQL 14 says so, leaves the data and takes away what it made", async () => {
    const volume = `${own.project}_postgres-data`;
    const labels = [
      `com.docker.compose.project=${own.project}`,
      "com.docker.compose.volume=postgres-data",
      "cdc.pipeline.managed=compose",
    ].flatMap((label) => ["--label", label]);
    await docker("volume", "create", ...labels, volume);
    const inVolume = (script: string) =>
      docker("run", "--rm", "-v", `${volume}:/data`, "--entrypoint", "bash", IMAGE, "-c", script);
    await inVolume(
      "cd /data; mkdir -m 700 pgdata; echo 14 > pgdata/PG_VERSION; touch pgdata/postgresql.conf; chown -R postgres .",
    );
    const { document, exitCode } = await up();
    expect(exitCode).toBe(1);
    expect(document.error?.code).toBe("DATA_OF_OTHER_VERSION");
    expect(document.error?.message).toContain("PostgreSQL 14, and postgres:15 is PostgreSQL 15");
    expect(document.error?.hint).toContain("CDC_PIPELINE_COMPOSE_POSTGRES_IMAGE=postgres:14");
    expect(await whatIsLeftOf(own.project)).toEqual([`volume ${volume}`]);
    expect(await inVolume("cat /data/pgdata/PG_VERSION")).toBe("14");
  });

  it("tells of a container that is killed meanwhile, with its log, and takes all away", async () => {
    const run = own.workspace.start("up", "mykart", "--json");
    await expect.poll(() => isRunning("kafka"), { timeout: 60_000, interval: 50 }).toBe(true);
    await docker("kill", (await containersOf(own.project)).kafka ?? "");
    const { exitCode, stdout } = await run;
    expect(exitCode).toBe(1);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
    expect(error.code).toBe("SERVER_DIED");
    expect(error.message).toContain("Kafka 4.3.1 ended while it was starting (its container was killed)");
    expect(await whatIsLeftOf(own.project)).toEqual([]);
  });

  it("that is interrupted ends with 130 and leaves nothing behind", async () => {
    const run = own.workspace.start("up", "mykart", "--json");
    await expect.poll(() => isRunning("connect"), { timeout: 60_000, interval: 50 }).toBe(true);
    run.kill("SIGINT");
    const { exitCode, stdout } = await run;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "INTERRUPTED" } });
    expect(await whatIsLeftOf(own.project)).toEqual([]);
  });

  it("that is interrupted while compose works leaves nothing behind", async () => {
    const run = own.workspace.start("up", "mykart", "--json");
    await expect.poll(() => whatIsLeftOf(own.project), { timeout: 60_000, interval: 20 }).not.toEqual([]);
    run.kill("SIGINT");
    expect((await run).exitCode).toBe(130);
    expect(await whatIsLeftOf(own.project)).toEqual([]);
  });

  async function isRunning(service: string): Promise<boolean> {
    const id = (await containersOf(own.project))[service];
    return id !== undefined && (await docker("inspect", "--format", "{{.State.Running}}", id)) === "true";
  }
});
