import { createHash } from "node:crypto";

const MAX_LENGTH = 100;
/** Windows takes no file of these names, whatever follows the point. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * A file's name for each connector. A plain name is used as it is; any other is spelled with letters, digits, `_`, `.`
 * and `-`, and gets a hash of the whole name. Names that differ in capitals alone are one file on some systems.
 */
export function fileNames(connectors: readonly string[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  for (const name of connectors) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  return new Map(
    connectors.map((name) => {
      const isAlone = counts.get(name.toLowerCase()) === 1;
      const isPlain = /^[A-Za-z0-9_][\w.-]*$/.test(name) && name.length <= MAX_LENGTH && !RESERVED.test(name);
      return [name, `${isPlain && isAlone ? name : hashed(name)}.json`];
    }),
  );
}

function hashed(name: string): string {
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 10);
  const readable = name
    .replace(/[^\w.-]+/g, "_")
    .replace(/^[.-]+/, "")
    .slice(0, MAX_LENGTH);
  return readable === "" ? hash : `${readable}-${hash}`;
}
