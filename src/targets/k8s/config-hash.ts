import { createHash } from "node:crypto";

/** The annotation of the pod that holds it: a pod with another configuration is another pod. */
export const CONFIG_HASH = "cdc-pipeline/config-hash";

/** A short hash of a ConfigMap's data. */
export function configHash(data: unknown): string {
  return createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, 16);
}
