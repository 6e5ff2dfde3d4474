import { randomBytes } from "node:crypto";

import { execa } from "execa";

import { freePort } from "./free-port.js";
import { Workspace } from "./workspace.js";

export interface ComposeWorkspace {
  readonly workspace: Workspace;
  /** A name that nobody else has. */
  readonly project: string;
  readonly ports: { readonly postgres: number; readonly kafka: number; readonly connect: number };
}

/** A working directory whose target is a compose project of its own, with ports of its own. */
export async function createComposeWorkspace(
  env: Readonly<Record<string, string>> = {},
): Promise<ComposeWorkspace> {
  const project = `cdc-test-${randomBytes(5).toString("hex")}`;
  const ports = { postgres: await freePort(), kafka: await freePort(), connect: await freePort() };
  const workspace = await Workspace.create({
    CDC_PIPELINE_TARGET: "compose",
    CDC_PIPELINE_COMPOSE_PROJECT: project,
    CDC_PIPELINE_COMPOSE_POSTGRES_PORT: String(ports.postgres),
    CDC_PIPELINE_COMPOSE_KAFKA_PORT: String(ports.kafka),
    CDC_PIPELINE_COMPOSE_CONNECT_PORT: String(ports.connect),
    ...env,
  });
  return { workspace, project, ports };
}

/** Runs docker and answers what it printed; fails where docker fails. */
export async function docker(...args: string[]): Promise<string> {
  return (await execa("docker", args)).stdout.trim();
}

/** What docker knows of a project, each with its kind; empty where nothing is left of it. */
export async function whatIsLeftOf(project: string): Promise<string[]> {
  const filter = ["--filter", `label=com.docker.compose.project=${project}`];
  const [containers, volumes, networks] = await Promise.all([
    docker("ps", "--all", ...filter, "--format", "container {{.Names}}"),
    docker("volume", "ls", ...filter, "--format", "volume {{.Name}}"),
    docker("network", "ls", ...filter, "--format", "network {{.Name}}"),
  ]);
  return [containers, volumes, networks].flatMap((lines) => lines.split("\n")).filter(Boolean);
}

/** The ids of a project's containers by service. */
export async function containersOf(project: string): Promise<Record<string, string>> {
  const lines = await docker(
    "ps",
    "--all",
    "--filter",
    `label=com.docker.compose.project=${project}`,
    "--format",
    '{{.Label "com.docker.compose.service"}} {{.ID}}',
  );
  return Object.fromEntries(
    lines
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" ") as [string, string]),
  );
}
