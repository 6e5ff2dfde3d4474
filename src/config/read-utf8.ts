import { readFile } from "node:fs/promises";
import { types } from "node:util";

/** The text of a file without a byte order mark. Throws what `readFile` throws, or a TypeError if it is not UTF-8. */
export async function readUtf8(file: string): Promise<string> {
  return decodeUtf8(await readFile(file));
}

/** The same of bytes that were read already. */
export const decodeUtf8 = (bytes: Uint8Array): string =>
  new TextDecoder("utf-8", { fatal: true }).decode(bytes);

/** The short reason why a file could not be read: `ENOENT`, `not UTF-8`. */
export function codeOf(error: unknown): string {
  // Not `instanceof`: jest has an Error of its own, and this one is Node's.
  const code = types.isNativeError(error) && "code" in error ? String(error.code) : "unknown";
  return code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "not UTF-8" : code;
}
