import { readFileSync } from "node:fs";

import { packagePath } from "./package-root.js";

/** This package's version, from its package.json. */
export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(packagePath("package.json"), "utf8")) as { version: string };
  return version;
}
