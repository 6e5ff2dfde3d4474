import { randomUUID } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { codeOf } from "../../config/read-utf8.js";
import { CdcError } from "../../errors.js";

/** For the owner alone. */
const PRIVATE = 0o600;

export interface FileToWrite {
  readonly name: string;
  readonly text: string;
  /** Only its owner may read it. */
  readonly isPrivate: boolean;
}

export interface WrittenFile {
  readonly name: string;
  readonly status: "created" | "updated" | "unchanged";
}

/**
 * Writes files into a folder, each at once or not at all.
 * @throws CdcError FILE_EXISTS before anything is written, PATH_NOT_WRITABLE
 */
export async function writeFiles(
  folder: string,
  files: readonly FileToWrite[],
  { overwrite }: { readonly overwrite: boolean },
): Promise<readonly WrittenFile[]> {
  const planned = await Promise.all(
    files.map(async (file) => {
      const before = await readFile(join(folder, file.name), "utf8").catch(() => undefined);
      const status = before === undefined ? "created" : before === file.text ? "unchanged" : "updated";
      return { file, status } as const;
    }),
  );
  const others = planned.filter(({ status }) => status === "updated").map(({ file }) => file.name);
  if (others.length > 0 && !overwrite) {
    throw new CdcError("FILE_EXISTS", `${folder} has other content in: ${others.join(", ")}`, {
      hint: "--overwrite replaces these files; nothing was written",
      details: { folder, files: others },
    });
  }
  try {
    await mkdir(folder, { recursive: true });
    for (const { file, status } of planned) {
      if (status !== "unchanged") await writeOne(folder, file);
      else if (file.isPrivate) await chmod(join(folder, file.name), PRIVATE);
    }
  } catch (error) {
    throw new CdcError("PATH_NOT_WRITABLE", `cannot write into ${folder}: ${codeOf(error)}`, {
      hint: "choose another folder with --out, or correct its rights",
      cause: error,
    });
  }
  return planned.map(({ file, status }) => ({ name: file.name, status }));
}

async function writeOne(folder: string, { name, text, isPrivate }: FileToWrite): Promise<void> {
  const draft = join(folder, `.${name}.${randomUUID()}`);
  try {
    await writeFile(draft, text, { flag: "wx", ...(isPrivate ? { mode: PRIVATE } : {}) });
    await rename(draft, join(folder, name));
  } finally {
    await rm(draft, { force: true });
  }
}
