import { ARCHIVE_SETTINGS } from "../postgres-settings.js";

/** The folders of a WAL archive: what PostgreSQL gives away, and the base backups. */
export const ARCHIVE_PARTS = { wal: "wal", backups: "backups" } as const;

/** What `archive_timeout` cuts off early is mostly zeros, which GNU's `cp` need not write. */
const COPY = process.platform === "linux" ? "cp --sparse=always" : "cp";

/** The settings that send WAL to an archive folder of any name. */
export const archiveSettings = (folder: string): Readonly<Record<string, string>> => ({
  ...ARCHIVE_SETTINGS,
  archive_command: archiveCommand(folder),
});

/**
 * Whole or not at all, and again if need be: what is there and the same is done, what is there and differs is
 * another server's and stays.
 */
function archiveCommand(folder: string): string {
  const wal = shellPath(`${folder}/${ARCHIVE_PARTS.wal}`);
  const [file, draft] = [`${wal}/"%f"`, `${wal}/".%f.tmp"`];
  const add = `${COPY} "%p" ${draft} && sync ${draft} && mv ${draft} ${file} && sync ${wal}`;
  return `if [ -e ${file} ]; then cmp -s "%p" ${file}; else ${add}; fi`;
}

/**
 * What fetches WAL from an archive folder. That a file is not there is the end of the WAL; that it cannot be
 * copied must not look like it: PostgreSQL gives up at statuses above 125.
 */
export function restoreCommand(folder: string): string {
  const file = `${shellPath(`${folder}/${ARCHIVE_PARTS.wal}`)}/"%f"`;
  return `if [ -e ${file} ]; then cp ${file} "%p" || exit 200; else exit 1; fi`;
}

/** A value as it stands in `postgresql.conf`. */
export const quoteSetting = (value: string): string =>
  /^\w+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`;

/** A path as one word of the shell, where PostgreSQL reads `%` first. */
const shellPath = (path: string): string => `'${path.replaceAll("'", `'\\''`).replaceAll("%", "%%")}'`;
