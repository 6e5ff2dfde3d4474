import { readFileSync } from "node:fs";

import { parse } from "yaml";

import type { Access } from "../../clients/kubernetes/review-access.js";
import { packagePath } from "../../package-root.js";

/** The role that an administrator of the cluster gives to who uses the target. */
export const ROLE_FILE = "k8s/rbac/role.yaml";

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Every right of the role, one by one. */
export function neededAccess(): Omit<Access, "namespace">[] {
  const { rules } = parse(readFileSync(packagePath(ROLE_FILE), "utf8")) as {
    readonly rules: readonly Rule[];
  };
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => ({ verb, resource, group }))),
    ),
  );
}
