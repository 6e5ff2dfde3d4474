import type { Cluster } from "../../clients/kubernetes/cluster.js";
import { grantCommands, subject } from "../../clients/kubernetes/rbac-rule.js";
import type { Access } from "../../clients/kubernetes/review-access.js";
import { CdcError } from "../../errors.js";
import { packagePath } from "../../package-root.js";
import { shellWord } from "../../shell-words.js";
import { neededAccess, ROLE_FILE } from "./needed-access.js";

/**
 * One right that is missing seldom comes alone, and a run fails at the first. Answers the error with all that are
 * missing: those of one kind of objects as a role of their own, else the role that has every right of the target.
 */
export async function tellMissingAccess(cluster: Cluster, error: CdcError): Promise<CdcError> {
  const { user, namespace } = error.details ?? {};
  if (error.code !== "CLUSTER_RIGHT_MISSING" || namespace !== cluster.namespace) return error;
  const missing = await cluster.missingAccess(neededAccess()).catch(() => []);
  const who = typeof user === "string" ? user : "USER";
  const [first] = missing;
  if (first === undefined) return error;
  if (missing.every(({ resource }) => resource === first.resource)) {
    const right = { ...first, verbs: missing.map(({ verb }) => verb), namespace };
    return new CdcError(error.code, error.message, {
      hint: `an administrator of the cluster gives the right:\n${grantCommands(who, right)}`,
      details: { ...error.details, missing },
    });
  }
  return new CdcError(
    error.code,
    `${error.message}. Of the target's rights in this namespace these are missing: ${listAccess(missing)}`,
    {
      hint:
        "an administrator of the cluster gives the role that has them:\n" +
        `kubectl apply -n ${namespace} -f ${shellWord(packagePath(ROLE_FILE))}\n` +
        `kubectl create rolebinding cdc-pipeline -n ${namespace} --role=cdc-pipeline ${subject(who)}`,
      details: { ...error.details, missing },
    },
  );
}

/** `get, create services, secrets; list pods` */
export function listAccess(missing: readonly Omit<Access, "namespace">[]): string {
  const verbs = new Map<string, string[]>();
  for (const { resource, verb } of missing) verbs.set(resource, [...(verbs.get(resource) ?? []), verb]);
  const resources = new Map<string, string[]>();
  for (const [resource, of] of verbs) {
    const key = of.join(", ");
    resources.set(key, [...(resources.get(key) ?? []), resource]);
  }
  return [...resources].map(([key, of]) => `${key} ${of.join(", ")}`).join("; ");
}
