import { randomBytes } from "node:crypto";

import { measure } from "./measure.mjs";

/** What the program may make. What Kubernetes writes of its own accord (leases, endpoints) is not among them. */
const KINDS =
  "statefulset,deployment,pod,service,configmap,secret,poddisruptionbudget,persistentvolumeclaim,networkpolicy";
const VERSIONS =
  "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.uid} {.metadata.resourceVersion}{'\\n'}{end}";

/** A namespace of its own, on the cluster that kubectl has. */
export async function createNamespace() {
  const name = `cdc-pipeline-bench-${randomBytes(4).toString("hex")}`;
  const here = (args, options) => measure("kubectl", ["--namespace", name, ...args], options);
  await measure("kubectl", ["create", "namespace", name]);
  return {
    name,
    /** One line an object, which is another when the object was written to. */
    versions: async () => (await here(["get", KINDS, "-o", VERSIONS])).stdout,
    /** Removes it with its data, which is thrown away: no server need end well. */
    async remove() {
      const options = { isCleanUp: true };
      await here(["delete", "statefulset,deployment", "--all", "--cascade=orphan"], options);
      await here(["delete", "pod", "--all", "--force", "--grace-period=0"], options);
      await measure("kubectl", ["delete", "namespace", name, "--timeout=120s"], options);
    },
  };
}
