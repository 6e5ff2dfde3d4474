/** A value as it stands in `postgresql.conf`. */
export const quoteSetting = (value: string): string =>
  /^\w+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`;

/** The settings of every PostgreSQL that this program makes, by name. */
export const OWNED_POSTGRES_SETTINGS: Readonly<Record<string, string>> = {
  wal_level: "logical",
  max_replication_slots: "100",
  max_wal_senders: "100",
  max_connections: "200",
  // A slot that nobody reads may not fill the disk.
  max_slot_wal_keep_size: "4GB",
  password_encryption: "scram-sha-256",
};

/** The folders of a WAL archive: what PostgreSQL gives away, and the base backups. */
export const ARCHIVE_PARTS = { wal: "wal", backups: "backups" } as const;

/**
 * The settings that send WAL to the archive folder `folder`.
 * @param sparse whether `cp` is GNU's: what `archive_timeout` cuts off early is mostly zeros
 */
export function archiveSettings(folder: string, { sparse }: { readonly sparse: boolean }) {
  return {
    archive_mode: "on",
    archive_timeout: "60s",
    archive_command: archiveCommand(`${folder}/${ARCHIVE_PARTS.wal}`, sparse),
  } as const;
}

/**
 * Whole or not at all, and again if need be: what is there and the same is done, what is there and differs is
 * another server's and stays.
 */
function archiveCommand(folder: string, sparse: boolean): string {
  const wal = shellPath(folder);
  const [file, draft] = [`${wal}/"%f"`, `${wal}/".%f.draft"`];
  const copy = sparse ? "cp --sparse=always" : "cp";
  const add = `${copy} "%p" ${draft} && sync ${draft} && mv ${draft} ${file}`;
  return `if test -f ${file}; then cmp -s "%p" ${file}; else ${add}; fi`;
}

/** What fetches WAL from the archive folder; its words when a file is not there are no error. */
export const restoreCommand = (folder: string): string =>
  `cp ${shellPath(`${folder}/${ARCHIVE_PARTS.wal}`)}/"%f" "%p" 2>/dev/null`;

/** A path as one word of the shell, where PostgreSQL reads `%` first. */
const shellPath = (path: string): string => `'${path.replaceAll("'", `'\\''`).replaceAll("%", "%%")}'`;
