import type { Config } from "../../config/config.js";
import { environmentNameOf } from "../../config/setting-names.js";
import { packagePath } from "../../package-root.js";
import { docker, type DockerAnswer, type DockerOptions } from "./docker.js";

/** The mark of our own containers, volumes and network, as `docker-compose.yml` sets it. */
export const MARK = "cdc.pipeline.managed";

/** One compose project: its name, its file, and the variables that the file is filled in with. */
export interface ComposeProject {
  readonly name: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

export function projectOf(config: Config): ComposeProject {
  const { project, file = packagePath("docker-compose.yml"), ...compose } = config.compose;
  const { adminUser, adminPassword, adminDatabase } = config.postgres;
  const values = {
    ...under("compose", { project, ...compose }),
    ...under("postgres", { adminUser, adminPassword, adminDatabase }),
  };
  return { name: project, file, env: values };
}

/** Runs a subcommand of `docker compose` on the project. */
export function compose(
  { name, file, env }: ComposeProject,
  args: readonly string[],
  options: Omit<DockerOptions, "env"> = {},
): Promise<DockerAnswer> {
  return docker(["compose", "--project-name", name, "--file", file, ...args], { ...options, env });
}

/** The file's variables have the names of the settings' own. */
function under(section: string, values: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [environmentNameOf(`${section}.${key}`), String(value)]),
  );
}
