import { type Check, defineCheck } from "../check.js";

/* Whether WAL gets away into its archive; what does not stays on the disk. */

const archiverFailing = defineCheck({
  code: "ARCHIVER_FAILING",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "The WAL archive takes what it is given",
  why: "PostgreSQL keeps every WAL file that it could not archive, whatever the slots do, until the disk is full.",
  remedy:
    "Mend what `archive_command` writes to; the server's log has its words. The slots are not the cause.",
  look: ({ server: { archiver } }) =>
    archiver.isFailing
      ? [
          {
            seen: `${archiver.failedCount} failed attempts, the last for ${archiver.lastFailedWal ?? "?"}`,
            fix: {
              kind: "advice",
              text: "mend the target of archive_command; the server's log says why it fails",
            },
          },
        ]
      : [],
});

const archiverIdle = defineCheck({
  code: "ARCHIVER_WITHOUT_COMMAND",
  severity: "error",
  scope: "server",
  needs: ["server"],
  title: "Where WAL is archived, there is a command that does it",
  why: "With archive_mode on and nothing that archives, PostgreSQL keeps all WAL until the disk is full.",
  remedy: "Set `archive_command` (or `archive_library`), or turn `archive_mode` off and restart.",
  look: ({ server: { settings } }) => {
    const isOn = ["on", "always"].includes(settings.archive_mode?.value ?? "off");
    const hasCommand = (settings.archive_command?.value ?? "(disabled)") !== "";
    const hasLibrary = (settings.archive_library?.value ?? "") !== "";
    if (!isOn || hasCommand || hasLibrary) return [];
    const text = "set archive_command (or archive_library), then: SELECT pg_reload_conf();";
    return [
      {
        seen: `archive_mode = ${settings.archive_mode?.value ?? ""}, archive_command is empty`,
        fix: { kind: "advice", text },
      },
    ];
  },
});

export const ARCHIVE_CHECKS: readonly Check[] = [archiverFailing, archiverIdle];
