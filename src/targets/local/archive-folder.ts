import { chown } from "node:fs/promises";
import { join } from "node:path";

import { ARCHIVE_PARTS } from "./archive-settings.js";
import { makeFolder } from "./cache.js";
import { type Layout, serverDir } from "./layout.js";

/** Where the local PostgreSQL's WAL and base backups are kept. */
export const archiveDir = (layout: Layout): string => join(serverDir(layout, "postgres"), "archive");

/** Makes the archive's folders, for the servers' user alone. @throws CdcError PATH_NOT_WRITABLE */
export async function makeArchive(layout: Layout): Promise<void> {
  const folder = archiveDir(layout);
  const parts = Object.values(ARCHIVE_PARTS).map((part) => join(folder, part));
  for (const path of [serverDir(layout, "postgres"), folder, ...parts]) {
    await makeFolder(path, path.startsWith(folder) ? 0o700 : 0o755);
    if (layout.user !== undefined) await chown(path, layout.user.uid, layout.user.gid);
  }
}
