import type { Cluster } from "../../clients/kubernetes/cluster.js";
import type { Config } from "../../config/config.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { generatePassword } from "../../generate-password.js";
import type { K8sSession } from "./k8s-session.js";
import { CREDENTIALS, POSTGRES } from "./manifest.js";
import { isOurs } from "./plan-object.js";

/** The passwords of the Secret. */
interface KeptCredentials {
  readonly adminPassword?: string;
  readonly debeziumPassword?: string;
}

export const SECRET = { apiVersion: "v1", kind: "Secret", metadata: { name: CREDENTIALS } } as const;
const CLAIM = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: `data-${POSTGRES}-0` } };

/** The session with the passwords that the Secret has for where the configuration sets none. */
export async function withKeptCredentials(
  session: K8sSession,
  { hide }: Context,
): Promise<K8sSession & { readonly kept: KeptCredentials }> {
  const { config } = session;
  const kept = await readCredentials(session.cluster);
  for (const password of [kept.adminPassword, kept.debeziumPassword])
    if (password !== undefined) hide?.(password);
  const { adminPassword = config.postgres.adminPassword } = config.given.has("postgres.adminPassword")
    ? {}
    : kept;
  return { ...session, config: { ...config, postgres: { ...config.postgres, adminPassword } }, kept };
}

/**
 * The settings with the passwords that a deployment has or is to get: what the configuration sets, else what the Secret
 * has, else new ones.
 * @param isOwn whether Kafka Connect looks Debezium's password up in the Secret: then `register` replaces it, when it has
 *   seen that the role takes the other
 * @throws CdcError KUBERNETES_CREDENTIALS_DIFFER where the Secret of a database is gone
 */
export async function withSettledCredentials(
  { cluster, config }: K8sSession,
  { hide }: Context,
  isOwn: boolean,
): Promise<Config> {
  const { given, postgres, debezium } = config;
  const kept = await readCredentials(cluster);
  const isMissing = !given.has("postgres.adminPassword") && kept.adminPassword === undefined;
  if (isMissing && (await hasData(cluster))) throw credentialsLost(cluster.namespace);
  const adminPassword = given.has("postgres.adminPassword")
    ? postgres.adminPassword
    : (kept.adminPassword ?? generatePassword());
  const isFixed = given.has("debezium.password") && (!isOwn || kept.debeziumPassword === undefined);
  const password = isFixed ? debezium.password : (kept.debeziumPassword ?? generatePassword());
  for (const secret of [adminPassword, password]) hide?.(secret);
  return { ...config, postgres: { ...postgres, adminPassword }, debezium: { ...debezium, password } };
}

/** For a person: a whole command that prints the administrator's password. */
export const passwordCommand = (kubectl: string, user: string): string =>
  `${kubectl} get secret ${CREDENTIALS} -o jsonpath='{.data.admin-password}' | base64 -d   (of ${user})`;

async function readCredentials(cluster: Cluster): Promise<KeptCredentials> {
  const found = await cluster.read(SECRET);
  const adminPassword = textIn(found?.data, "admin-password");
  const debeziumPassword = textIn(found?.data, "debezium-password");
  return {
    ...(adminPassword === undefined ? {} : { adminPassword }),
    ...(debeziumPassword === undefined ? {} : { debeziumPassword }),
  };
}

/** One value of a Secret's data; undefined where it is missing or empty. */
export function textIn(data: unknown, key: string): string | undefined {
  const value = (data as Readonly<Record<string, string>> | undefined)?.[key];
  return value === undefined || value === "" ? undefined : Buffer.from(value, "base64").toString();
}

async function hasData(cluster: Cluster): Promise<boolean> {
  const claim = await cluster.read(CLAIM);
  if (claim === undefined || !isOurs(claim)) return false;
  return (claim.status as { readonly phase?: string } | undefined)?.phase === "Bound";
}

function credentialsLost(namespace: string): CdcError {
  return new CdcError(
    "KUBERNETES_CREDENTIALS_DIFFER",
    `the volumes in namespace ${namespace} hold a database, but Secret ${CREDENTIALS} with its passwords is gone`,
    {
      hint: "set postgres.adminPassword (CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD) to what the database was made with, and debezium.password",
      details: { namespace, settings: ["postgres.adminPassword"] },
    },
  );
}
