import { createHash } from "node:crypto";

/** A short hash of what a server is started with: its version, folders, heap and settings. */
export function fingerprintOf(...parts: readonly (string | number)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
