import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";

import { packagePath } from "../../package-root.js";

/** The SHA-256 of each jar, in hexadecimal, by its path below the folder of jars with `/` in it. */
export type JarChecksums = ReadonlyMap<string, string>;

export interface JarDifference {
  readonly path: string;
  /** Undefined: there should be no such jar. */
  readonly expected: string | undefined;
  /** Undefined: the jar is not there. */
  readonly seen: string | undefined;
}

interface ChecksumFile {
  readonly jars: readonly { readonly path: string; readonly sha256: string }[];
}

/** Of all jars of the pinned versions, those included that Kafka and Debezium bring. */
export async function readChecksums(): Promise<JarChecksums> {
  const { jars } = JSON.parse(await readFile(packagePath("servers/checksums.json"), "utf8")) as ChecksumFile;
  return new Map(jars.map(({ path, sha256 }) => [path, sha256]));
}

/** What is there. */
export async function hashJars(folder: string): Promise<JarChecksums> {
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(".jar"));
  const entries = paths.map(async (path) => {
    const content = await readFile(join(folder, path));
    return [path.split(sep).join("/"), createHash("sha256").update(content).digest("hex")] as const;
  });
  return new Map(await Promise.all(entries));
}

/** The jars that are another, too many or missing, by path. */
export function compareChecksums(expected: JarChecksums, seen: JarChecksums): JarDifference[] {
  return [...new Set([...expected.keys(), ...seen.keys()])]
    .sort()
    .map((path) => ({ path, expected: expected.get(path), seen: seen.get(path) }))
    .filter((jar) => jar.expected !== jar.seen);
}
