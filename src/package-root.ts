import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A file or folder that the package ships: `connectors/postgres.json`, `servers/pom.xml`. */
export function packagePath(relative: string): string {
  return join(packageRoot, relative);
}

/** The folder of package.json: this code runs from `src`, from `dist` and bundled from `dist/bin`. */
const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : findRoot(dirname(folder));
}
