import type { Context } from "../../context.js";
import type { CdcError } from "../../errors.js";
import { SERVERS } from "../target.js";
import { portTaken } from "./check-ports.js";
import { type Container, readContainers } from "./containers.js";
import { composeFailed, dockerReason } from "./docker.js";
import { imageUnavailable } from "./ensure-images.js";
import { compose, type ComposeProject } from "./project.js";
import type { Wanted } from "./wanted.js";

/** Compose is done in two seconds where docker is not very slow; who does not want to wait interrupts again. */
const LET_END_MS = 30_000;

/** Lets compose make and start what is missing or different. @returns the containers of the servers */
export async function startContainers(
  project: ComposeProject,
  wanted: Wanted,
  { signal, deadline }: Context,
  onLine: (line: string) => void,
): Promise<readonly Container[]> {
  const onAbort = () => onLine("interrupted: docker ends what it has begun, then all of it is taken away");
  signal.addEventListener("abort", onAbort, { once: true });
  const args = ["up", "--detach", "--no-build", ...SERVERS];
  const { failed, stderr } = await compose(project, args, {
    signal,
    onLine,
    timeoutMs: deadline.remainingMs(),
    letEndMs: LET_END_MS,
  });
  if (failed) throw await upFailed(stderr, wanted, signal);
  return readContainers(project.name, { signal });
}

async function upFailed(stderr: string, wanted: Wanted, signal: AbortSignal): Promise<CdcError> {
  if (/port is already allocated|address already in use|ports are not available/i.test(stderr)) {
    const port = Number(
      /:(\d+)(?::| failed|\b(?=.*(?:allocated|in use)))/.exec(dockerReason(stderr))?.[1] ?? 0,
    );
    const service = wanted.services.find((one) => one.port === port);
    if (service !== undefined) return portTaken(service.server, port, signal);
  }
  if (
    /no such image|pull access denied|manifest .*(unknown|not found)|failed to resolve reference/i.test(
      stderr,
    )
  ) {
    const image = wanted.services.find((one) => stderr.includes(one.image))?.image;
    if (image !== undefined) return imageUnavailable([image], dockerReason(stderr));
  }
  return composeFailed(["compose up"], stderr);
}
