import { join } from "node:path";

import { ARCHIVE_PARTS } from "./archive-settings.js";
import { type Layout, serverDir } from "./layout.js";
import { makePrivateFolder } from "./private-files.js";

/** Where the local PostgreSQL's WAL and base backups are kept. */
export const archiveDir = (layout: Layout): string => join(serverDir(layout, "postgres"), "archive");

/** Makes the archive's folders, for the servers' user alone. @throws CdcError PATH_NOT_WRITABLE */
export async function makeArchive(layout: Layout): Promise<void> {
  const folder = archiveDir(layout);
  const parts = Object.values(ARCHIVE_PARTS).map((part) => join(folder, part));
  for (const path of [serverDir(layout, "postgres"), folder, ...parts]) {
    await makePrivateFolder(path, layout.user);
  }
}
