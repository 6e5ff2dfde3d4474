import { DEFAULT_SEGMENT_BYTES } from "./wal-segment.js";

/** A file in the WAL archive: a segment, or what PostgreSQL writes beside them. */
export interface ArchivedFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** When it came into the archive, in milliseconds since 1970: no commit in it is later. */
  readonly archivedAtMs: number;
}

/** A base backup that is whole. */
export interface BackupFolder {
  readonly id: string;
  readonly sizeBytes: number;
  /** Of the server that it was taken from. */
  readonly postgresMajor: number;
}

/** What lies in an archive, as it was read; nothing is concluded yet. */
export interface ArchiveFacts {
  readonly wal: readonly ArchivedFile[];
  readonly backups: readonly BackupFolder[];
  /** The contents of the `.backup` and `.history` files, by name. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Of what size the archive's segments are. */
export function segmentBytesOf({ wal }: Pick<ArchiveFacts, "wal">): number {
  return wal.find(({ name }) => /^[0-9A-F]{24}$/.test(name))?.sizeBytes ?? DEFAULT_SEGMENT_BYTES;
}
