import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** A jar ends with the directory of what is in it, which begins with these bytes; a comment may follow. */
const END_OF_DIRECTORY = Buffer.from("PK\x05\x06", "latin1");
const END_BYTES = 22;
const LONGEST_COMMENT_BYTES = 65_535;

/** The jars below a folder that do not go on to their end: a disk was full, or a machine went down, when they were written. */
export async function findCutOffJars(folder: string): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".jar")).sort();
  const isWhole = await Promise.all(files.map((file) => endsWithDirectory(join(folder, file))));
  return files.filter((_file, index) => isWhole[index] === false);
}

async function endsWithDirectory(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    for (const length of [END_BYTES, END_BYTES + LONGEST_COMMENT_BYTES]) {
      const from = Math.max(0, size - length);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
      if (buffer.subarray(0, bytesRead).includes(END_OF_DIRECTORY)) return true;
    }
    return false;
  } finally {
    await file.close();
  }
}
