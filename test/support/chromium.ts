import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

import { execa } from "execa";

import { makeSandbox, removeSandbox } from "./leaks.js";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** A browser on the PATH; undefined where there is none. */
const CHROMIUM = (process.env.PATH ?? "")
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** CI must have one: there the tests fail instead. */
export const noChromium = CHROMIUM === undefined && process.env.CI === undefined;

/**
 * Opens a page, lets its clock run for a while, and ends.
 * @returns the document as it is then, and what the console was told
 */
export async function openInChromium(
  url: string,
  forMs: number,
): Promise<{ readonly html: string; readonly console: readonly string[] }> {
  if (CHROMIUM === undefined) throw new Error("there is no Chromium");
  const profile = await makeSandbox();
  try {
    const { stdout, stderr } = await execa(
      CHROMIUM,
      [
        // Its own sandbox needs rights that a test run as root or in a container has not; the page is ours.
        ...[
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          `--user-data-dir=${profile}`,
          "--enable-logging=stderr",
        ],
        ...[`--virtual-time-budget=${forMs}`, "--dump-dom", url],
      ],
      { timeout: 60_000 },
    );
    return { html: stdout, console: stderr.split("\n").filter((line) => line.includes(":CONSOLE:")) };
  } finally {
    await removeSandbox(profile);
  }
}
