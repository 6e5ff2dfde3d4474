import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse, parseAllDocuments } from "yaml";

import { packagePath } from "../../package-root.js";
import type { Manifest } from "./manifest.js";

/** The objects of a folder with a kustomization, in its order: those that `kubectl apply -k` takes as they are. */
export function readManifests(folder: string): Manifest[] {
  const path = packagePath(join("k8s", folder));
  const { resources } = parse(readFileSync(join(path, "kustomization.yaml"), "utf8")) as {
    readonly resources: readonly string[];
  };
  return resources.flatMap((file) =>
    parseAllDocuments(readFileSync(join(path, file), "utf8")).map((document) => document.toJS() as Manifest),
  );
}
