import { execa } from "execa";

/** What of a kind is there on the daemon. */
export interface DockerThings {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  /** Volumes without a name of their own: those of a container that was removed without them. */
  readonly anonymousVolumes: readonly string[];
}

/** All there is now, whoever made it: two answers before and after show what was left behind. */
export async function dockerThings(): Promise<DockerThings> {
  const [containers, networks, volumes] = await Promise.all([
    list("ps", "--all", "--quiet"),
    list("network", "ls", "--quiet"),
    list("volume", "ls", "--quiet"),
  ]);
  return { containers, networks, anonymousVolumes: volumes.filter((name) => /^[0-9a-f]{64}$/.test(name)) };
}

async function list(...args: string[]): Promise<string[]> {
  const { stdout } = await execa("docker", args);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .sort();
}
