import type { Context } from "../../../context.js";
import type { RestorePlan } from "../../../recovery/plan-restore.js";
import { ARCHIVE, waitSeconds } from "../../container-recovery/archive-shell.js";
import { draftArguments, RECOVER_DRAFT, SOURCE_ARCHIVE } from "../../container-recovery/draft-script.js";
import type { Manifest } from "../manifest.js";
import { ARCHIVE_CLAIM, DATA_CLAIM } from "./recovery-source.js";
import { DATA_ROOT, podSpecOf, RECOVERY_NAME, renderRecoveryPod } from "./render-recovery-pod.js";

/** Who may connect to a recovering server: this program, through the pod's own loopback. */
const HBA_FILE = "/tmp/recovery-hba.conf";
const BEGIN_FILE = "/tmp/recovery-may-begin";

/** Until the volume is in order for it, the draft does not begin. */
const WAIT_TO_BEGIN = `trap 'exit 143' TERM INT
until [ -e ${BEGIN_FILE} ]; do sleep 0.1; done
`;

/** Lets the draft of the same pod begin. */
export const BEGIN_DRAFT = `set -euo pipefail
printf 'local all all trust\\nhost all all 127.0.0.1/32 trust\\n' > ${HBA_FILE}
touch ${BEGIN_FILE}
`;

export interface DraftPodRequest {
  /** Whose server it is: as that one is set up, so is the draft. */
  readonly statefulSet: Manifest;
  /** The server that is restored from has a pod. */
  readonly hasPod: boolean;
  readonly plan: RestorePlan;
  /** Undefined in place. */
  readonly claims: { readonly data: string; readonly archive: string } | undefined;
  readonly context: Context;
  readonly endsAfterSeconds: number;
}

/** A pod in which a server recovers from a backup, in a folder beside the place of its data. */
export function renderDraftPod(request: DraftPodRequest): Manifest {
  const { statefulSet, hasPod, plan, claims, context } = request;
  const draft = draftArguments({
    plan,
    archive: claims === undefined ? ARCHIVE : SOURCE_ARCHIVE,
    dataRoot: DATA_ROOT,
    takesUnarchivedWal: claims === undefined,
    command: [
      "postgres",
      ...serverArguments(statefulSet),
      ...["-c", "listen_addresses=127.0.0.1", "-c", `hba_file=${HBA_FILE}`],
    ],
    waitSeconds: waitSeconds(context),
  });
  return renderRecoveryPod(statefulSet, {
    name: RECOVERY_NAME,
    claims: { data: claims?.data ?? DATA_CLAIM, "wal-archive": claims?.archive ?? ARCHIVE_CLAIM },
    ...(claims === undefined ? {} : { sourceArchive: ARCHIVE_CLAIM }),
    draft: ["bash", "-c", WAIT_TO_BEGIN + RECOVER_DRAFT, "bash", ...draft],
    // In place, the server's pod is gone before.
    besideServer: claims !== undefined && hasPod,
    endsAfterSeconds: request.endsAfterSeconds,
  });
}

/** What the server is started with, so that a draft of it runs with the same settings. */
function serverArguments(statefulSet: Manifest): readonly string[] {
  const server = podSpecOf(statefulSet).containers.find(({ name }) => name === "postgres");
  const { args = [] } = (server ?? {}) as { readonly args?: readonly string[] };
  return args[0] === "postgres" ? args.slice(1) : args;
}
