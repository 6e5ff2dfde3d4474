import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import { CdcError } from "../errors.js";

export type ReportKind = "junit" | "html";
/** An example of each, for hints. */
const EXAMPLES: Readonly<Record<ReportKind, string>> = {
  junit: "junit=report.xml",
  html: "html=report.html",
};

/** A report that was asked for, at a path that can be written. */
export interface ReportFile {
  readonly kind: ReportKind;
  readonly path: string;
}

/**
 * Reads `kind=FILE` of each `--report`, makes missing folders and tries whether each file can be written,
 * so that a long run does not end in a report that cannot.
 * @param kinds those that the command has
 * @throws CdcError USAGE, PATH_NOT_WRITABLE
 */
export async function openReports(
  texts: readonly string[],
  cwd: string,
  kinds: readonly ReportKind[] = ["junit"],
): Promise<ReportFile[]> {
  const files = texts.map((text) => parseReport(text, cwd, kinds));
  const twice = files.find(({ path }, index) => files.findIndex((file) => file.path === path) !== index);
  if (twice !== undefined) throw usageError(`--report names ${twice.path} twice`, kinds);
  for (const { path } of files) await tryWriting(path);
  return files;
}

/** Writes a report beside its place and renames it, so that nobody reads half of one. @throws CdcError PATH_NOT_WRITABLE */
export async function writeReport({ path }: ReportFile, text: string): Promise<void> {
  await withDraft(path, async (draft) => {
    await writeFile(draft, text);
    await rename(draft, path);
  });
}

function parseReport(text: string, cwd: string, kinds: readonly ReportKind[]): ReportFile {
  const [, word = "", file = ""] = /^([^=]*)=?(.*)$/s.exec(text) ?? [];
  const kind = kinds.find((known) => known === word);
  if (kind === undefined) {
    throw usageError(`--report ${text}: there is no report of the kind ${JSON.stringify(word)}`, kinds);
  }
  if (file.trim() === "" || file.includes("\0")) throw usageError(`--report ${text} names no file`, kinds);
  return { kind, path: resolve(cwd, file) };
}

function usageError(message: string, kinds: readonly ReportKind[]): CdcError {
  return new CdcError("USAGE", message, {
    hint: kinds.map((kind) => `--report ${EXAMPLES[kind]}`).join(" or "),
  });
}

async function tryWriting(path: string): Promise<void> {
  await withDraft(path, async (draft) => {
    await makeFolder(dirname(path));
    // A folder, a device or a pipe would not survive that a file is put in its place.
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && !found.isFile()) throw new Error("something that is no file is there");
    await writeFile(draft, "");
  });
}

/**
 * As mkdir's `recursive` does, which in Node 20 never ends where the parent is there but takes no folder:
 * below /proc, behind a link that leads nowhere.
 */
async function makeFolder(folder: string): Promise<void> {
  if ((await stat(folder).catch(() => undefined)) !== undefined) return;
  await makeFolder(dirname(folder));
  await mkdir(folder).catch((error: unknown) => {
    // Somebody else may have made it meanwhile; a link that leads nowhere is found by the file's test.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  });
}

/** Gives `work` the name of a file beside `path`, which is gone afterwards. */
async function withDraft(path: string, work: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${path}.${randomUUID().slice(0, 8)}.new`;
  try {
    await work(draft);
  } catch (error) {
    throw new CdcError("PATH_NOT_WRITABLE", `cannot write the report ${path}: ${(error as Error).message}`, {
      hint: "name a file in a folder that you may write to",
      cause: error,
    });
  } finally {
    // Where there was no way to the draft, there is none to remove it by.
    await rm(draft, { force: true }).catch(() => undefined);
  }
}
