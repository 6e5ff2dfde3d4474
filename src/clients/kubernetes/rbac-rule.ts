/** One right in a cluster. */
export interface Right {
  readonly verbs: readonly string[];
  /** With its subresource: `pods/exec`. */
  readonly resource: string;
  /** Empty for the core group. */
  readonly group: string;
  /** Missing for a right in the whole cluster. */
  readonly namespace?: string | undefined;
}

/** The commands with which an administrator gives a user a right. */
export function grantCommands(user: string, { verbs, resource, group, namespace }: Right): string {
  const [kind = resource, subresource] = resource.split("/");
  const qualified = `${kind}${group === "" ? "" : `.${group}`}${subresource === undefined ? "" : `/${subresource}`}`;
  const name = `cdc-pipeline-${resource.replace("/", "-")}-${verbs.join("-")}`;
  const scope = namespace === undefined ? "" : ` -n ${namespace}`;
  const role = namespace === undefined ? "clusterrole" : "role";
  return [
    `kubectl create ${role} ${name}${scope} --verb=${verbs.join(",")} --resource=${qualified}`,
    `kubectl create ${role}binding ${name}${scope} --${role}=${name} ${subject(user)}`,
  ].join("\n");
}

/** How `kubectl create rolebinding` names who gets a role. */
export function subject(user: string): string {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  if (account !== null) return `--serviceaccount=${account[1] ?? ""}:${account[2] ?? ""}`;
  return /^[\w@.:/-]+$/.test(user) ? `--user=${user}` : `--user='${user.replaceAll("'", `'\\''`)}'`;
}
