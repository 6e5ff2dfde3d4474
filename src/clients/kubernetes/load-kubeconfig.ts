import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

import { KubeConfig } from "@kubernetes/client-node";

import { CdcError } from "../../errors.js";

const SERVICE_ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** What the program takes from the kubeconfig. */
export interface ClusterAccess {
  /** Only the chosen context is of interest. */
  readonly config: KubeConfig;
  readonly context: string;
  /** URL of the API server. */
  readonly server: string;
  /** The context's, else `default`. */
  readonly namespace: string;
}

interface Choice {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** Reads the kubeconfig as kubectl does and chooses a context. @throws CdcError KUBECONFIG_INVALID */
export function loadKubeconfig(choice: Choice, env: NodeJS.ProcessEnv = process.env): ClusterAccess {
  const { config, files } = readConfig(choice.kubeconfig, env);
  const where = files.join(", ");
  const context = choice.context ?? config.getCurrentContext();
  const names = config.getContexts().map(({ name }) => name);
  const hint =
    names.length === 0
      ? `${where} has no contexts; does KUBECONFIG name the right file?`
      : `there are: ${names.join(", ")}; choose one with --context, or kubectl config use-context NAME`;
  if (!context) throw invalid(`no context is chosen in ${where}`, hint);
  if (!names.includes(context)) throw invalid(`${where} has no context named "${context}"`, hint);
  config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  const chosen = config.getContextObject(context);
  if (!cluster || !chosen) {
    throw invalid(
      `the context "${context}" names a cluster that is not in ${where}`,
      "kubectl config view shows what is there",
    );
  }
  // A context without a user is one for `kubectl proxy`; one whose user is missing would fail as anybody.
  if (chosen.user && config.getCurrentUser() === null) {
    throw invalid(
      `the context "${context}" names the user "${chosen.user}", who is not in ${where}`,
      "kubectl config view shows what is there",
    );
  }
  return { config, context, server: cluster.server, namespace: chosen.namespace ?? "default" };
}

function readConfig(
  kubeconfig: string | undefined,
  env: NodeJS.ProcessEnv,
): { readonly config: KubeConfig; readonly files: readonly string[] } {
  if (kubeconfig !== undefined) return { config: readFiles([kubeconfig]), files: [kubeconfig] };
  const named = (env.KUBECONFIG ?? "").split(delimiter).filter((file) => file !== "");
  const candidates = named.length > 0 ? named : [join(env.HOME ?? homedir(), ".kube", "config")];
  // As with kubectl, a file of the list may be missing.
  const files = candidates.filter((file) => existsSync(file));
  if (files.length > 0) return { config: readFiles(files), files };
  if (named.length === 0 && existsSync(SERVICE_ACCOUNT_TOKEN)) {
    const config = new KubeConfig();
    config.loadFromCluster();
    return { config, files: [SERVICE_ACCOUNT_TOKEN] };
  }
  throw invalid(
    `there is no kubeconfig: ${candidates.join(", ")} ${candidates.length === 1 ? "does" : "do"} not exist`,
    "set KUBECONFIG to a file that kubectl works with, or use another target: --target local",
  );
}

/**
 * The first file that names something wins. The client's own merge fails where two files have a cluster of the same
 * name, and takes the current context of the last: https://github.com/kubernetes-client/javascript/issues/1306,
 * https://github.com/kubernetes-client/javascript/issues/579
 */
function readFiles(files: readonly string[]): KubeConfig {
  const configs = files.map((file) => readFile(file));
  const merged = new KubeConfig();
  merged.loadFromOptions({
    clusters: firstOfEachName(configs.flatMap((config) => config.getClusters())),
    contexts: firstOfEachName(configs.flatMap((config) => config.getContexts())),
    users: firstOfEachName(configs.flatMap((config) => config.getUsers())),
    currentContext: configs.map((config) => config.getCurrentContext()).find(Boolean) ?? "",
  });
  return merged;
}

function readFile(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    // The client takes no empty file, which kubectl takes for one without contexts.
    if (readFileSync(file, "utf8").trim() === "") return config;
    config.loadFromFile(file);
  } catch (error) {
    // The parser's message quotes the text below its first line, and the file holds credentials.
    const why = error instanceof Error ? error.message.split("\n", 1).join("") : String(error);
    throw invalid(
      `the kubeconfig ${file} cannot be read: ${why}`,
      `kubectl config view --kubeconfig ${file}`,
    );
  }
  return config;
}

function firstOfEachName<T extends { readonly name: string }>(items: readonly T[]): T[] {
  const byName = new Map<string, T>();
  for (const item of items) if (!byName.has(item.name)) byName.set(item.name, item);
  return [...byName.values()];
}

const invalid = (message: string, hint: string): CdcError =>
  new CdcError("KUBECONFIG_INVALID", message, { hint });
