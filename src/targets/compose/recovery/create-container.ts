import type { Context } from "../../../context.js";
import { readContainers } from "../containers.js";
import { composeFailed } from "../docker.js";
import { compose, type ComposeProject } from "../project.js";
import { readServerContainer, type ServerContainer } from "./server-container.js";

/** Has compose make PostgreSQL's container where it is missing, with its network and volumes. It is not started. */
export async function createContainer(
  project: ComposeProject,
  { signal, deadline }: Context,
): Promise<ServerContainer> {
  const args = ["create", "--no-build", "--no-recreate", "postgres"];
  const { failed, stderr } = await compose(project, args, { signal, timeoutMs: deadline.remainingMs() });
  if (failed) throw composeFailed(["compose create"], stderr);
  const containers = await readContainers(project.name, { signal });
  const made = containers.find(({ service, isOurs }) => service === "postgres" && isOurs);
  if (made === undefined) throw composeFailed(["compose create"], "it made no container of postgres");
  return readServerContainer(made.id, signal);
}
