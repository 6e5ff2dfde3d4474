import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";

import { codeOf, decodeUtf8, readUtf8 } from "../../config/read-utf8.js";
import type { ConnectorFile } from "./connector-entry.js";

export interface FoundFiles {
  readonly files: readonly ConnectorFile[];
  readonly problems: readonly string[];
}

export interface FindOptions {
  readonly cwd: string;
  readonly stdin: Readable;
}

const STDIN = "-";
const EXTENSIONS = [".json", ".yaml", ".yml"];

/** Reads files, folders (what is JSON or YAML by its name, not the folders in them) and `-`, which is stdin. */
export async function findConnectorFiles(
  paths: readonly string[],
  { cwd, stdin }: FindOptions,
): Promise<FoundFiles> {
  const files: ConnectorFile[] = [];
  const problems: string[] = [];
  const readFile = async (name: string) => {
    const path = resolve(cwd, name);
    try {
      const text = await readUtf8(path);
      files.push({ name, text, folder: dirname(path), baseName: basename(path, extname(path)) });
    } catch (error) {
      problems.push(`${name}: cannot be read (${codeOf(error)})`);
    }
  };
  // Twice the same file is one.
  for (const path of new Set(paths)) {
    if (path === STDIN) {
      try {
        files.push({ name: "stdin", text: decodeUtf8(await buffer(stdin)), folder: cwd });
      } catch (error) {
        problems.push(`stdin: cannot be read (${codeOf(error)})`);
      }
      continue;
    }
    const inside = await listFolder(path, cwd);
    if (inside === undefined) await readFile(path);
    else if (inside.length === 0) problems.push(`${path}: the folder holds no .json, .yaml or .yml file`);
    else for (const name of inside) await readFile(join(path, name));
  }
  return { files, problems };
}

/** undefined where it is no folder; what cannot be listed is told when it is read. */
async function listFolder(path: string, cwd: string): Promise<readonly string[] | undefined> {
  const whole = resolve(cwd, path);
  const isFolder = await stat(whole)
    .then((found) => found.isDirectory())
    .catch(() => false);
  if (!isFolder) return undefined;
  const entries = await readdir(whole, { withFileTypes: true }).catch(() => undefined);
  return entries
    ?.filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .filter((name) => EXTENSIONS.includes(extname(name)))
    .sort();
}
