/** What makes a PostgreSQL of our own fit for capture: settings by name, as they stand in its configuration. */
export const CAPTURE_SETTINGS = {
  wal_level: "logical",
  max_replication_slots: "100",
  max_wal_senders: "100",
  max_connections: "200",
  // A slot that nobody reads may not fill the disk.
  max_slot_wal_keep_size: "4GB",
} as const;

/** What makes it keep each segment of WAL, for a recovery to any moment. */
export const ARCHIVE_SETTINGS = { archive_mode: "on", archive_timeout: "60" } as const;

/**
 * The `archive_command` for a folder whose name needs no quotes. A segment that is there already is a success
 * where it is the same one, else a failure; a new one gets its name when all of it is on the disk.
 */
export function archiveCommand(folder: string): string {
  const segment = `${folder}/%f`;
  const draft = `${folder}/.%f.tmp`;
  const copy = [`cp %p ${draft}`, `sync ${draft}`, `mv ${draft} ${segment}`, `sync ${folder}`].join(" && ");
  return `if [ -e ${segment} ]; then cmp -s %p ${segment}; else ${copy}; fi`;
}
