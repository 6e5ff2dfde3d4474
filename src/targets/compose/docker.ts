import { execa } from "execa";

import { CdcError } from "../../errors.js";
import { endGroupInOrder } from "./end-group-in-order.js";

export interface DockerOptions {
  /** Ends the command when it is aborted. */
  readonly signal?: AbortSignal;
  /** Added to this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told each line of what docker says about its progress, as it comes. */
  readonly onLine?: (line: string) => void;
  readonly timeoutMs?: number;
  /**
   * Lets the command come to its end, for so long, when it is aborted or its time is up. One that is cut off
   * leaves the daemon at work: what it then still makes appears when nobody looks any more.
   */
  readonly letEndMs?: number;
  /** The command's stdin is open for as long as this process lives, and ends with it or with this signal. */
  readonly tiedTo?: AbortSignal;
  /** What the command reads: the place for what nobody may see on its command line. */
  readonly input?: string;
}

export interface DockerAnswer {
  readonly failed: boolean;
  /** Of the command; undefined where it was ended. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `docker` with a list of arguments, without a shell. What docker refuses is in the answer; whether it
 * matters, the caller knows.
 * @throws CdcError DOCKER_MISSING, DOCKER_UNREACHABLE, COMPOSE_MISSING
 */
export async function docker(
  args: readonly string[],
  { signal, env = {}, onLine, timeoutMs, letEndMs, tiedTo, input }: DockerOptions = {},
): Promise<DockerAnswer> {
  signal?.throwIfAborted();
  const timeUp = timeoutMs === undefined ? undefined : AbortSignal.timeout(Math.ceil(timeoutMs));
  const end = AbortSignal.any([signal, timeUp].filter((one) => one !== undefined));
  const command = execa("docker", args, {
    env: { ...ownEnvironment(), ...env },
    extendEnv: false,
    reject: false,
    stdin: tiedTo === undefined && input === undefined ? "ignore" : "pipe",
    ...(input === undefined ? {} : { input }),
    ...(letEndMs === undefined ? { cancelSignal: end } : { detached: true }),
  });
  const untie = () => command.stdin?.end();
  if (tiedTo?.aborted === true) untie();
  tiedTo?.addEventListener("abort", untie, { once: true });
  const lines = onLine === undefined ? undefined : tellLines(command.iterable({ from: "stderr" }), onLine);
  const release = letEndMs === undefined ? undefined : endGroupInOrder(command.pid, end, letEndMs);
  const { failed, code, exitCode, stdout, stderr, shortMessage = "" } = await command;
  release?.();
  await lines;
  signal?.throwIfAborted();
  if (failed && timeUp?.aborted === true) throw composeFailed(args, "it did not end in time");
  if (code === "ENOENT") throw dockerMissing();
  const said = stderr === "" && failed ? shortMessage : stderr;
  if (failed) throwIfUnusable(said);
  return { failed, exitCode, stdout, stderr: said };
}

/** As `docker`, where a refusal is an error: COMPOSE_FAILED with docker's own words. */
export async function dockerOutput(args: readonly string[], options?: DockerOptions): Promise<string> {
  const { failed, stdout, stderr } = await docker(args, options);
  if (failed) throw composeFailed(args, stderr);
  return stdout;
}

export function composeFailed(args: readonly string[], stderr: string): CdcError {
  const what = args.find((word) => !word.startsWith("-")) ?? "";
  return new CdcError("COMPOSE_FAILED", `docker ${what} failed: ${dockerReason(stderr)}`, {
    hint: "docker info",
  });
}

/** What docker says of a failure, without its progress. */
export function dockerReason(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(Container|Network|Volume|Image) \S+ +\w+$/.test(line));
  return (lines.at(-1) ?? "it gave no reason").replace(/^Error response from daemon: /, "");
}

const UNREACHABLE =
  /cannot connect to the docker daemon|failed to connect to the docker api|error during connect|permission denied while trying to connect|unable to resolve docker endpoint|error response from daemon: client version/i;
/** Without the plugin, docker takes `compose` for an unknown command, or its first option for one of its own. */
const NO_COMPOSE =
  /'compose' is not a docker command|unknown command: docker compose|unknown (shorthand )?flag: (--project-name|'p' in -p)|unknown flag: --project-name/i;

function throwIfUnusable(stderr: string): void {
  if (NO_COMPOSE.test(stderr)) {
    throw new CdcError("COMPOSE_MISSING", "this docker has no `docker compose`, version 2", {
      hint: "install the plugin (Debian, Ubuntu: apt-get install docker-compose-plugin), then: docker compose version",
    });
  }
  if (!UNREACHABLE.test(stderr)) return;
  throw new CdcError("DOCKER_UNREACHABLE", `no Docker daemon can be used: ${dockerReason(stderr)}`, {
    hint: "start Docker, or set DOCKER_HOST; then: docker version",
  });
}

function dockerMissing(): CdcError {
  return new CdcError("DOCKER_MISSING", "there is no docker on the PATH", {
    hint: "install Docker with its plugin `docker compose`, or do without: --target local",
  });
}

/** Without what would make `docker compose` work on another project, other files, or more than is asked. */
function ownEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith("COMPOSE_"),
  );
  return {
    ...Object.fromEntries(kept),
    COMPOSE_IGNORE_ORPHANS: "true",
    COMPOSE_ANSI: "never",
    DOCKER_CLI_HINTS: "false",
  };
}

async function tellLines(lines: AsyncIterable<unknown>, onLine: (line: string) => void): Promise<void> {
  try {
    for await (const line of lines) {
      const text = String(line).trim();
      if (text !== "") onLine(text);
    }
  } catch {
    // The command itself tells how it ended.
  }
}
