import { createHash } from "node:crypto";

import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import type { WorkerPassword } from "../worker-password.js";
import { SECRET, textIn } from "./credentials.js";
import type { K8sSession } from "./k8s-session.js";
import { CONNECT, CREDENTIALS, MANAGED_BY, NAME_LABEL } from "./manifest.js";
import { withCalm } from "./recovery/recovery-scope.js";
import { withLease } from "./recovery/with-restore-lease.js";

const KEY = "debezium-password";
const NEXT_KEY = `${KEY}-next`;
const ALLOWED_PATHS = "CONNECT_CONFIG_PROVIDERS_DIRECTORY_PARAM_ALLOWED_PATHS";
/** Its value is of no meaning: a pod that changes has its volumes looked at, which else takes up to two minutes. */
const NUDGE = "cdc-pipeline/password-changed";
const LOOK_EVERY_MS = 500;

interface WorkerSpec {
  readonly template: {
    readonly spec: {
      readonly containers: readonly {
        readonly env?: readonly { readonly name: string; readonly value?: string }[];
      }[];
    };
  };
}

/** The password in the Secret that our worker mounts; undefined where it was deployed by an older version. */
export async function findWorkerPassword(
  session: K8sSession,
  context: Context,
): Promise<WorkerPassword | undefined> {
  const { cluster } = session;
  const worker = await cluster.read({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: CONNECT },
  });
  const containers = (worker?.spec as WorkerSpec | undefined)?.template.spec.containers ?? [];
  const folder = containers[0]?.env?.find(({ name }) => name === ALLOWED_PATHS)?.value;
  if (folder === undefined) return undefined;

  const readKey = async (key: string) => textIn((await cluster.read(SECRET))?.data, key);
  const putKey = async (key: string, password: string | undefined) => {
    const value = password === undefined ? null : Buffer.from(password).toString("base64");
    if ((await cluster.merge(SECRET, { data: { [key]: value } })) === undefined) throw noSecret(session);
  };
  const arrived = (password: string) => waitUntilMounted(session, `${folder}/${KEY}`, password, context);
  return {
    reference: `\${directory:${folder}:${KEY}}`,
    async read() {
      const password = await readKey(KEY);
      // Where a run was cut off, the pod may not have it yet.
      if (password !== undefined && (await readKey(NEXT_KEY)) !== undefined) await arrived(password);
      return password;
    },
    async write(password) {
      await putKey(KEY, password);
      await arrived(password);
    },
    readNext: () => readKey(NEXT_KEY),
    writeNext: (password) => putKey(NEXT_KEY, password),
    exclusively: (given, work) =>
      withCalm(session, given, (scope) => withLease("rotate", scope, given, work)),
  };
}

/** The kubelet brings a Secret's change into the pods that mount it. What is in a file there is told by its hash alone. */
async function waitUntilMounted(
  { cluster }: K8sSession,
  file: string,
  password: string,
  { deadline, signal }: Context,
): Promise<void> {
  const hash = createHash("sha256").update(password).digest("hex");
  const labels = `${NAME_LABEL}=${CONNECT},${MANAGED_BY.join("=")}`;
  const found = await cluster.list({ apiVersion: "v1", kind: "Pod" }, { labels });
  const pods = found.filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined &&
      (status as { phase?: string } | undefined)?.phase === "Running",
  );
  for (const { metadata } of pods) {
    const { name } = metadata;
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name } };
    const isThere = async () => {
      const { stdout } = await cluster.exec({ pod: name }, ["sha256sum", file]);
      return stdout.startsWith(hash);
    };
    if (await isThere()) continue;
    await cluster.merge(pod, { metadata: { annotations: { [NUDGE]: new Date().toISOString() } } });
    await waitUntil({
      intervalMs: LOOK_EVERY_MS,
      deadline,
      signal,
      probe: async () => ((await isThere()) ? ready(undefined) : notYet(`pod ${name} has the old one still`)),
      onTimeout: (reason) =>
        new CdcError(
          "SERVER_NOT_READY",
          `the password of Secret ${CREDENTIALS} did not arrive in time: ${reason}`,
          {
            hint: "run it again: it goes on; more time: --timeout SECONDS",
          },
        ),
    });
  }
}

function noSecret({ cluster }: K8sSession): CdcError {
  return new CdcError(
    "NOT_DEPLOYED",
    `there is no Secret ${CREDENTIALS} in namespace ${cluster.namespace} to keep the password in`,
    { hint: "cdc-pipeline deploy --target k8s" },
  );
}
