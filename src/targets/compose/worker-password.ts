import type { Config } from "../../config/config.js";
import { CdcError } from "../../errors.js";
import type { Deployment } from "../target.js";
import type { WorkerPassword } from "../worker-password.js";
import type { Container } from "./containers.js";
import { docker, dockerReason } from "./docker.js";
import { withProjectLock } from "./with-project-lock.js";

/** The same name as in a cluster's Secret: it is the key of the reference. */
const FILE = "debezium-password";
const NEXT_FILE = `${FILE}.next`;

const READ = 'cat "$1/$2" 2>/dev/null || [ ! -e "$1/$2" ]';
const REMOVE = 'rm -f "$1/$2"';
/** For the worker's own user alone. What was cut off on its way is shorter than it should be, and replaces nothing. */
const WRITE = `set -eu
umask 077
cat >"$1/.$2.new"
[ "$(wc -c <"$1/.$2.new")" -eq "$3" ]
chown "$(stat -c %u:%g /proc/1)" "$1/.$2.new"
chmod 400 "$1/.$2.new"
mv -f "$1/.$2.new" "$1/$2"`;

/**
 * With the password in the volume of the worker that runs, which outlives its container. One that was made by an older
 * version may have no config provider.
 */
export function withWorkerPassword(
  deployment: Deployment,
  containers: readonly Container[],
  config: Config,
): Deployment {
  const worker = containers.find(({ service, isOurs }) => service === "connect" && isOurs);
  if (worker?.passwordFolder === undefined || worker.status !== "running") return deployment;
  const workerPassword = createWorkerPassword(worker.id, worker.passwordFolder, config);
  return { ...deployment, workerPassword, keptPassword: () => workerPassword.read() };
}

function createWorkerPassword(id: string, folder: string, config: Config): WorkerPassword {
  const read = async (file: string) => (await run(id, READ, [folder, file])) || undefined;
  const write = async (file: string, password: string) => {
    await run(id, WRITE, [folder, file, String(Buffer.byteLength(password))], password);
  };
  return {
    reference: `\${directory:${folder}:${FILE}}`,
    read: () => read(FILE),
    write: (password) => write(FILE, password),
    readNext: () => read(NEXT_FILE),
    async writeNext(password) {
      if (password === undefined) await run(id, REMOVE, [folder, NEXT_FILE]);
      else await write(NEXT_FILE, password);
    },
    exclusively: (context, work) => withProjectLock(config, context, work),
  };
}

/** As root: a new volume belongs to it. The password goes through stdin, never on a command line. */
async function run(id: string, script: string, args: readonly string[], input?: string): Promise<string> {
  const { failed, stdout, stderr } = await docker(
    ["exec", "--interactive", "--user", "0", id, "sh", "-c", script, "sh", ...args],
    { input: input ?? "" },
  );
  if (!failed) return stdout;
  throw new CdcError(
    "COMPOSE_FAILED",
    `the password of Debezium's role in the container of Kafka Connect cannot be reached: ${dockerReason(stderr)}`,
    { hint: "cdc-pipeline status --target compose; then: cdc-pipeline deploy --target compose" },
  );
}
