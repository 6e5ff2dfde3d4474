import { fileURLToPath } from "node:url";

/** A file or folder that the package ships: `connectors/postgres.json`, `servers/pom.xml`. */
export function packagePath(relative: string): string {
  return fileURLToPath(new URL(`../${relative}`, import.meta.url));
}
