import type { CommandResult, Handler } from "../../cli/command.js";
import { CdcError } from "../../errors.js";
import { formatBytes, formatCount } from "../../format.js";
import { formatLsn } from "../../lsn.js";
import { type Backup, readBackups } from "../../recovery/backups.js";
import { formatTime } from "../../recovery/format-time.js";
import { planPrune, type Retention } from "../../recovery/plan-prune.js";
import { describeWindow, windowDocument } from "../../recovery/plan-restore.js";
import { restoreWindows } from "../../recovery/reach.js";
import { recoveryOf } from "../../recovery/recovery-of.js";
import { takeBackup } from "../../recovery/take-backup.js";
import { outcome, runStage } from "../../run-stage.js";
import { withTarget } from "../../targets/index.js";
import type { Recovery } from "../../targets/recovery.js";

interface BackupArguments {
  readonly action?: string | undefined;
  readonly keep?: string | undefined;
  readonly "older-than"?: string | undefined;
  readonly "dry-run"?: boolean | undefined;
}

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `backup`, `backup list` and `backup prune`. */
export const backUp: Handler<BackupArguments> = (args, { config, context }) => {
  const retention = retentionOf(args);
  return withTarget(config, async (target) => {
    const recovery = await recoveryOf(target);
    if (args.action === "list") return listBackups(recovery, await recovery.readArchive(context));
    if (args.action === "prune") {
      const plan = planPrune(await recovery.readArchive(context), retention, Date.now());
      const { backups, kept, wal, freedBytes } = plan;
      const what = `${count(backups.length, "backup")} and ${count(wal.length, "WAL file")}, ${formatBytes(freedBytes)}`;
      const pruned = { backups, kept, walFiles: wal.length, freedBytes };
      if (args["dry-run"] === true) return { fields: { plan: pruned }, text: `Would remove ${what}.` };
      await runStage("prune", context, (stage) =>
        stage.step("old backups", async () => {
          await recovery.prune(plan, context);
          return outcome(backups.length + wal.length === 0 ? "unchanged" : "removed", what);
        }),
      );
      return { fields: { pruned }, text: `Removed ${what}. Kept: ${kept.join(", ") || "none"}` };
    }
    const backup = await runStage("backup", context, (stage) => takeBackup(recovery, stage, context));
    const document = describeBackup(backup);
    return { fields: { backup: document }, text: `Backup ${backup.id} is in ${recovery.archive}` };
  });
};

function listBackups(recovery: Recovery, facts: Awaited<ReturnType<Recovery["readArchive"]>>): CommandResult {
  const { usable, unusable } = readBackups(facts);
  const windows = restoreWindows(facts);
  const walBytes = facts.wal.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const lines = usable.map(
    (one) =>
      `  ${one.id}  ${formatBytes(one.sizeBytes)}  ${formatTime(one.startedAtMs)} to ${formatTime(one.stoppedAtMs)}  WAL ${formatLsn(one.startLsn)} to ${formatLsn(one.stopLsn)}  timeline ${one.timeline}`,
  );
  const broken = unusable.map(({ id, problem }) => `  ${id}  cannot be restored: ${problem}`);
  const reach = windows.map((window) => `  ${describeWindow(window)}`);
  return {
    fields: {
      backups: usable.map(describeBackup),
      unusable,
      windows: windows.map(windowDocument),
      wal: { files: facts.wal.length, bytes: walBytes },
    },
    text: [
      `backups (${recovery.archive})`,
      ...(lines.length + broken.length === 0 ? ["  none"] : [...lines, ...broken]),
      "",
      "can be restored, and what a running server has written since",
      ...(reach.length === 0 ? ["  nothing"] : reach),
      "",
      `archived WAL: ${count(facts.wal.length, "file")}, ${formatBytes(walBytes)}`,
    ].join("\n"),
  };
}

const count = (number: number, what: string): string =>
  `${formatCount(number)} ${what}${number === 1 ? "" : "s"}`;

const describeBackup = (backup: Backup) => ({
  id: backup.id,
  sizeBytes: backup.sizeBytes,
  timeline: backup.timeline,
  startLsn: formatLsn(backup.startLsn),
  stopLsn: formatLsn(backup.stopLsn),
  startedAt: formatTime(backup.startedAtMs),
  stoppedAt: formatTime(backup.stoppedAtMs),
});

/** @throws CdcError USAGE */
function retentionOf({ action, keep, "older-than": olderThan }: BackupArguments): Retention {
  const isPrune = action === "prune";
  if (!isPrune && (keep !== undefined || olderThan !== undefined)) {
    throw new CdcError("USAGE", "--keep and --older-than belong to backup prune", {
      hint: "cdc-pipeline backup prune --keep 3",
    });
  }
  if (isPrune && keep === undefined && olderThan === undefined) {
    throw new CdcError("USAGE", "backup prune needs --keep or --older-than", {
      hint: "cdc-pipeline backup prune --keep 3, or --older-than 7d",
    });
  }
  const [, count, unit = ""] = /^(\d+)([mhd])$/.exec(olderThan ?? "") ?? [];
  const unitMs = UNITS_MS[unit];
  if (olderThan !== undefined && unitMs === undefined) {
    throw new CdcError("USAGE", `--older-than takes a number of m, h or d, and not ${olderThan}`, {
      hint: "--older-than 7d",
    });
  }
  if (keep !== undefined && !/^[1-9]\d*$/.test(keep)) {
    throw new CdcError("USAGE", `--keep takes a number of backups, at least 1, and not ${keep}`, {
      hint: "--keep 3",
    });
  }
  return {
    keep: keep === undefined ? undefined : Number(keep),
    olderThanMs: unitMs === undefined ? undefined : Number(count) * unitMs,
  };
}
