import { statfs } from "node:fs/promises";
import { join } from "node:path";

import { isLoopback } from "../is-loopback.js";

/**
 * Finds the bytes that are free where a server keeps its WAL: for a server on this machine, whose folder
 * this process can see. For any other it is null: PostgreSQL itself does not tell.
 */
export function freeBytes(host: string): (dataDirectory: string) => Promise<number | null> {
  return async (dataDirectory) => {
    if (!isLoopback(host)) return null;
    try {
      const { bavail, bsize } = await statfs(join(dataDirectory, "pg_wal"));
      return bavail * bsize;
    } catch {
      return null;
    }
  };
}
