import { dirname, resolve } from "node:path";

import { CdcError } from "../errors.js";
import { parseConfigFile } from "./parse-config-file.js";
import type { Layer } from "./raw-setting.js";
import { codeOf, readUtf8 } from "./read-utf8.js";

export const DEFAULT_FILE = "cdc-pipeline.yaml";

/**
 * What the configuration file gives. A file that was asked for must exist; without one,
 * `cdc-pipeline.yaml` in `cwd` is read if it is there. Throws CONFIG_UNREADABLE.
 */
export async function readConfigFile(cwd: string, askedFor: string | undefined): Promise<Layer> {
  const name = askedFor ?? DEFAULT_FILE;
  const path = resolve(cwd, name);
  const text = await readUtf8(path).catch((error: unknown) => {
    const code = codeOf(error);
    if (code === "ENOENT" && askedFor === undefined) return undefined;
    throw new CdcError("CONFIG_UNREADABLE", `the configuration file ${name} cannot be read (${code})`, {
      hint: hintFor(name, code),
      cause: error,
    });
  });
  if (text === undefined) return { settings: [], problems: [] };
  return parseConfigFile(text, { name, folder: dirname(path) });
}

function hintFor(name: string, code: string): string {
  if (name.startsWith("~")) return `"~" is not expanded: write the whole path`;
  if (code === "not UTF-8") return "save the file as UTF-8";
  if (code === "ENOENT") return "give the path of a file that exists with --config or CDC_PIPELINE_CONFIG";
  return "check that it is a file and that its permissions let you read it";
}
