import type { ArchiveShell } from "../../container-recovery/archive-shell.js";
import { LIFELINE } from "../../container-recovery/archive-shell.js";
import { docker } from "../docker.js";

/** A shell in a container that runs. */
export const shellInContainer = (id: string): ArchiveShell =>
  shellBy(["exec", "--interactive", "--user", "postgres", id, "bash"]);

export interface OwnContainer {
  readonly image: string;
  readonly user: "postgres" | "root";
  /** Paths in the container by the names of their volumes, which must exist: docker would make them. */
  readonly mounts: Readonly<Record<string, string>>;
}

/** A shell in a container of its own, which goes with it. */
export function shellInOwnContainer({ image, user, mounts }: OwnContainer): ArchiveShell {
  const volumes = Object.entries(mounts).flatMap(([volume, path]) => ["--volume", `${volume}:${path}`]);
  return shellBy([
    ...["run", "--rm", "--interactive", "--sig-proxy=false", "--pull", "never", "--network", "none"],
    ...["--user", user, ...volumes, "--entrypoint", "bash", image],
  ]);
}

/** The script ends with docker's command, which ends with this process. */
function shellBy(words: readonly string[]): ArchiveShell {
  return {
    async run(script, args, { context: { signal, deadline }, onLine }) {
      const { exitCode, stdout, stderr } = await docker(
        [...words, "-c", LIFELINE + script, "archive", ...args],
        {
          signal,
          timeoutMs: deadline.remainingMs(),
          tiedTo: signal,
          ...(onLine === undefined ? {} : { onLine }),
        },
      );
      return { exitCode: exitCode ?? 1, stdout, stderr };
    },
  };
}
