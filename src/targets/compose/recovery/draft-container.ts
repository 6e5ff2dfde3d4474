import { randomBytes } from "node:crypto";

import type { PostgresEndpoint } from "../../../clients/postgres.js";
import type { Context } from "../../../context.js";
import { CdcError } from "../../../errors.js";
import type { RestorePlan } from "../../../recovery/plan-restore.js";
import { type Reached, watchRecovery } from "../../../recovery/watch-recovery.js";
import { outcome, type Stage } from "../../../run-stage.js";
import { notYet, ready, waitUntil } from "../../../wait/wait-until.js";
import {
  ARCHIVE,
  archiveLocked,
  EXIT_LOCKED,
  LIFELINE,
  waitSeconds,
} from "../../container-recovery/archive-shell.js";
import {
  draftArguments,
  readDraftLog,
  RECOVER_DRAFT,
  SOURCE_ARCHIVE,
} from "../../container-recovery/draft-script.js";
import { docker, dockerReason } from "../docker.js";
import { MARK } from "../project.js";
import { INNER_PORTS } from "../wanted.js";
import type { ServerContainer } from "./server-container.js";

export interface DraftWork {
  /** The compose project that the draft is for. */
  readonly project: string;
  readonly container: ServerContainer;
  /** The volume with the archive of another instance; without it, the archive is the server's own. */
  readonly sourceArchive?: string;
  readonly plan: RestorePlan;
  /** The address and the port of this machine that lead to the draft; nobody else is told. */
  readonly postgres: PostgresEndpoint;
}

/** A volume that is new may belong to root. */
const AS_POSTGRES = `chown postgres:postgres "$1" && shift && exec gosu postgres bash -c "$@"`;

/** For as long as a server may take to end that is told to. */
const END_MS = 120_000;

/**
 * Restores the backup beside the server's data, in a container of its own, and lets it recover there. The
 * container ends with this process, however that ends.
 * @throws CdcError RESTORE_FAILED, LOCKED
 */
export async function recoverInContainer(work: DraftWork, stage: Stage, context: Context): Promise<Reached> {
  const draft = startDraft(work, context);
  try {
    await stage.step(`copy of backup ${work.plan.backup.id}`, async (update) => {
      await draft.whenExtracted(update);
      return outcome("created");
    });
    return await stage.step("recovery", async (update) => {
      const { postgres, plan } = work;
      const reached = await watchRecovery({ postgres, ...draft.logs }, plan, context, update);
      await draft.end();
      return outcome("updated", `to ${reached.lsn}, timeline ${reached.timeline}`, reached);
    });
  } finally {
    await draft.end();
  }
}

function startDraft(work: DraftWork, context: Context) {
  const name = `${work.project}-restore-${randomBytes(4).toString("hex")}`;
  const lines: string[] = [];
  let hasEnded = false;
  let exitCode: number | undefined;
  const over = new AbortController();
  const running = docker(runArguments(name, work, context), {
    tiedTo: over.signal,
    onLine: (line) => void lines.push(line),
  }).then((answer) => {
    exitCode = answer.exitCode;
    hasEnded = true;
  });
  running.catch(() => undefined);
  const log = () => lines.join("\n");
  return {
    logs: {
      readLog: () => Promise.resolve(log()),
      logIfEnded: () => Promise.resolve(hasEnded ? log() : undefined),
    },
    whenExtracted: (update: (message: string) => void) =>
      waitUntil({
        intervalMs: 100,
        ...context,
        onReason: update,
        probe: async () => {
          const { isExtracted, said } = readDraftLog(log());
          if (isExtracted) return ready(undefined);
          if (!hasEnded) return notYet(said ?? "the backup is being extracted");
          await running;
          throw exitCode === EXIT_LOCKED ? archiveLocked(context) : failed(said ?? dockerReason(log()));
        },
        onTimeout: (reason) => failed(`it did not end in time; last seen: ${reason}`),
      }),
    /** Also where it has ended. It is gone afterwards. */
    async end() {
      over.abort();
      const late = setTimeout(() => void docker(["rm", "--force", name]).catch(() => undefined), END_MS);
      await running.catch(() => undefined);
      clearTimeout(late);
    },
  };
}

function runArguments(name: string, work: DraftWork, context: Context): string[] {
  const { project, container, sourceArchive, plan, postgres } = work;
  const { dataRoot, dataVolume, archiveVolume, memoryBytes, sharedMemoryBytes } = container;
  const labels = {
    [MARK]: "compose",
    // As one that `docker compose run` makes: nobody takes it for the server.
    "com.docker.compose.project": project,
    "com.docker.compose.service": "postgres",
    "com.docker.compose.oneoff": "True",
  };
  const archive = sourceArchive === undefined ? ARCHIVE : SOURCE_ARCHIVE;
  const mounts = [`${dataVolume}:${dataRoot}`, `${sourceArchive ?? archiveVolume}:${archive}:ro`];
  const script = draftArguments({
    plan,
    archive,
    dataRoot,
    takesUnarchivedWal: sourceArchive === undefined,
    command: container.command,
    waitSeconds: waitSeconds(context),
  });
  return [
    ...["run", "--rm", "--interactive", "--sig-proxy=false", "--pull", "never", "--name", name],
    ...Object.entries(labels).flatMap(([label, value]) => ["--label", `${label}=${value}`]),
    ...mounts.flatMap((mount) => ["--volume", mount]),
    ...["--publish", `${postgres.host}:${postgres.port}:${INNER_PORTS.postgres}`],
    ...(memoryBytes === 0 ? [] : ["--memory", String(memoryBytes)]),
    ...(sharedMemoryBytes === 0 ? [] : ["--shm-size", String(sharedMemoryBytes)]),
    ...["--user", "root", "--entrypoint", "bash", container.imageId],
    ...["-c", AS_POSTGRES, "restore", dataRoot, LIFELINE + RECOVER_DRAFT, "restore", ...script],
  ];
}

function failed(reason: string): CdcError {
  return new CdcError("RESTORE_FAILED", `the backup could not be extracted: ${reason}`, {
    hint: "correct what the message names, and run it again; cdc-pipeline backup list shows what there is",
  });
}
