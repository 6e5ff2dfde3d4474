import type { Cluster } from "../../../clients/kubernetes/cluster.js";
import { CdcError } from "../../../errors.js";
import { type ArchiveShell, LIFELINE } from "../../container-recovery/archive-shell.js";

/** Runs scripts in a container of a pod. A script ends with this program. */
export function createPodShell(cluster: Cluster, pod: string, container: string): ArchiveShell {
  return {
    async run(script, args, { context: { signal, deadline }, onLine }) {
      const over = new AbortController();
      const timer = setTimeout(() => over.abort(tooLong(pod)), deadline.remainingMs());
      try {
        return await cluster.exec({ pod, container }, ["bash", "-c", LIFELINE + script, "bash", ...args], {
          holdsStdin: true,
          onStderr: lineReader(onLine),
          signal: AbortSignal.any([signal, over.signal]),
        });
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** Tells whole lines; one that shows progress ends with a carriage return. */
function lineReader(onLine: ((line: string) => void) | undefined): (piece: Buffer) => void {
  let rest = "";
  return (piece) => {
    const lines = (rest + piece.toString("utf8")).split(/[\r\n]+/);
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") onLine?.(line.trim());
  };
}

const tooLong = (pod: string): CdcError =>
  new CdcError("POD_COMMAND_FAILED", `a command in pod ${pod} did not end in time`, {
    hint: "more time: --timeout SECONDS",
  });
