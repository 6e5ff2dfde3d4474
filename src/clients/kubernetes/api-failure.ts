import { CdcError } from "../../errors.js";
import type { ApiStatus } from "./api-status.js";
import { grantCommands } from "./rbac-rule.js";

/** What was asked for when it failed. */
export interface ApiAttempt {
  /** For people: `apply StatefulSet postgres-wal`. */
  readonly what: string;
  readonly context: string;
  readonly namespace: string;
  /** A kind whose values must not be shown. */
  readonly isSecret?: boolean;
}

/** The API server's refusal as an error of ours. */
export function apiFailure(status: ApiStatus, attempt: ApiAttempt): CdcError {
  for (const tell of [unauthorized, namespaceGone, quota, forbidden, conflict, invalid]) {
    const error = tell(status, attempt);
    if (error !== undefined) return error;
  }
  return new CdcError("CLUSTER_FAILED", `could not ${attempt.what}: ${messageOf(status)}`, {
    details: detailsOf(status),
  });
}

type Tell = (status: ApiStatus, attempt: ApiAttempt) => CdcError | undefined;

const unauthorized: Tell = (status, { context }) =>
  status.code === 401
    ? new CdcError(
        "CLUSTER_REFUSED",
        `the API server does not take the login of the context "${context}": a token or certificate is wrong or expired`,
        {
          hint: `log in again, then try: kubectl --context ${context} auth whoami`,
          details: detailsOf(status),
        },
      )
    : undefined;

const namespaceGone: Tell = (status, { what, namespace }) => {
  const { kind, name, causes } = status.details;
  if (status.code === 404 && kind === "namespaces") {
    const missing = name ?? namespace;
    return new CdcError("NAMESPACE_UNSUITABLE", `the namespace "${missing}" does not exist`, {
      hint: `kubectl create namespace ${missing}`,
      details: detailsOf(status),
    });
  }
  const isTerminating =
    causes.some(({ reason }) => reason === "NamespaceTerminating") ||
    status.message.includes("because it is being terminated");
  if (!isTerminating) return undefined;
  return new CdcError(
    "NAMESPACE_UNSUITABLE",
    `could not ${what}: the namespace "${namespace}" is being deleted`,
    {
      hint: `wait for its end: kubectl wait --for=delete namespace/${namespace} --timeout=120s; then: kubectl create namespace ${namespace}`,
      details: detailsOf(status),
    },
  );
};

const quota: Tell = (status, { what, namespace }) => {
  const found =
    /exceeded quota: ([^,]+), (.*)$/s.exec(status.message) ??
    /failed quota: ([^:]+): (.*)$/s.exec(status.message);
  if (status.code !== 403 || found === null) return undefined;
  const [, name = "", amounts = ""] = found;
  return new CdcError("QUOTA_EXCEEDED", `could not ${what}: the quota "${name}" leaves no room: ${amounts}`, {
    hint: `kubectl describe quota ${name} -n ${namespace}; have it raised, or ask for less${amounts.includes("services.loadbalancers") ? ": k8s.loadBalancer: false" : ""}`,
    details: detailsOf(status),
  });
};

const FORBIDDEN =
  /User "(?<user>[^"]*)" cannot (?<verb>\S+) (?:resource "(?<resource>[^"]*)"|path "(?<path>[^"]*)")(?: in API group "(?<group>[^"]*)")?(?: in the namespace "(?<namespace>[^"]*)")?/;

const forbidden: Tell = (status, { what }) => {
  if (status.code !== 403) return undefined;
  const { user, verb, resource, group = "", namespace } = FORBIDDEN.exec(status.message)?.groups ?? {};
  if (user === undefined || verb === undefined || resource === undefined) {
    return new CdcError("OBJECT_REFUSED", `could not ${what}: ${messageOf(status)}`, {
      hint: "a policy of the cluster refuses it; ask its administrator",
      details: detailsOf(status),
    });
  }
  const where = namespace === undefined ? "in the whole cluster" : `in the namespace "${namespace}"`;
  const ofGroup = group === "" ? "" : ` of ${group}`;
  // Who may change an object with server-side apply must also be able to make it.
  const verbs = verb === "patch" ? ["get", "create", "patch"] : [verb];
  return new CdcError(
    "CLUSTER_RIGHT_MISSING",
    `could not ${what}: "${user}" may not ${verb} ${resource}${ofGroup} ${where}`,
    {
      hint: `an administrator of the cluster gives the right:\n${grantCommands(user, { verbs, resource, group, namespace })}`,
      details: { ...detailsOf(status), user, verb, resource, group, namespace: namespace ?? null },
    },
  );
};

const conflict: Tell = (status, { what, isSecret = false }) => {
  const causes = status.details.causes.filter(({ reason }) => reason === "FieldManagerConflict");
  if (causes.length === 0) {
    if (status.code !== 409) return undefined;
    return new CdcError(
      "OBJECT_CONFLICT",
      `could not ${what}: ${isSecret ? status.reason : messageOf(status)}`,
      {
        hint: "it was changed or deleted at the same time; run the same command again",
        details: detailsOf(status),
      },
    );
  }
  const owners = [
    ...new Set(causes.map(({ message }) => /conflict with "([^"]+)"/.exec(message)?.[1] ?? message)),
  ];
  const fields = causes.map(({ field }) => field);
  return new CdcError(
    "OBJECT_CONFLICT",
    `could not ${what}: ${owners.join(", ")} set ${fields.join(", ")} to something else`,
    {
      hint: "have that program give the fields up, or set the same values there; nothing was changed",
      details: { ...detailsOf(status), owners, fields },
    },
  );
};

const invalid: Tell = (status, { what, isSecret = false }) => {
  if (![400, 404, 405, 413, 415, 422].includes(status.code)) return undefined;
  const { causes } = status.details;
  const isImmutable =
    status.code === 422 &&
    /field is immutable|updates to \S+ spec for fields other than|may not change once set/.test(
      status.message,
    );
  const told = causes.map(
    ({ field, message, reason }) => `${field}: ${isSecret ? reason : firstLine(message)}`,
  );
  const why =
    told.length > 0 ? told.join("; ") : isSecret && status.code !== 404 ? status.reason : messageOf(status);
  return new CdcError("OBJECT_REFUSED", `could not ${what}: ${why}`, {
    ...(isImmutable
      ? {
          hint: "the field cannot be changed on an object that exists: set it back, or have the object made anew",
        }
      : {}),
    details: { ...detailsOf(status), fields: causes.map(({ field }) => field), immutable: isImmutable },
  });
};

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

const messageOf = ({ message, code }: ApiStatus): string =>
  message === "" ? `HTTP ${code}` : firstLine(message);

const detailsOf = ({ code, reason }: ApiStatus) => ({ status: code, reason });
