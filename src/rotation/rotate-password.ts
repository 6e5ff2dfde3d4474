import { createConnectClient } from "../clients/connect/create-connect-client.js";
import { type Acted, actOnEach } from "../connectors/act-on-each.js";
import { shareLooks } from "../connectors/states/share-looks.js";
import type { Context } from "../context.js";
import { namesOf } from "../names.js";
import { outcome, runStage, type Stage } from "../run-stage.js";
import { shareCounts } from "../stages/register/count-tasks.js";
import { tryLogin } from "../stages/role-password.js";
import { verify } from "../stages/verify/verify.js";
import { planRotation, type Rotation, type RotationOptions } from "./plan-rotation.js";
import { changePassword } from "./role-login.js";
import { rotateConnector } from "./rotate-connector.js";

export interface RotationResult {
  readonly rotation: Rotation;
  readonly connectors: readonly Acted[];
  /** The databases whose stream was proved afterwards. */
  readonly proved: readonly string[];
  /** What PostgreSQL says of the password before; null where nobody here knows it. */
  readonly oldPassword: "refused" | "accepted" | null;
}

/** Each makes a worker stop and start a task. */
const AT_ONCE = 4;

/**
 * Gives the role another password, and all that log in with it: first what is to come is noted, then the role, where
 * the worker looks it up, and each connector. A sender that is connected goes on meanwhile. Whenever it is cut off,
 * the next run goes on with the same password: the note goes last.
 * @throws CdcError ROLE_UNSUITABLE, CONNECTOR_NOT_OURS, and what restarts and proofs throw
 */
export async function rotatePassword(
  options: RotationOptions & { readonly publication: string },
  context: Context,
): Promise<RotationResult> {
  const { workerPassword } = options.deployment;
  const work = () => rotate(options, context);
  return workerPassword === undefined ? work() : workerPassword.exclusively(context, work);
}

async function rotate(
  options: RotationOptions & { readonly publication: string },
  context: Context,
): Promise<RotationResult> {
  const { deployment, user: role, publication } = options;
  const { workerPassword, endpoints } = deployment;
  const rotation = await runStage("rotate", context, (stage) => rotateRole(options, stage, context));
  const connectors = await restartAll(options, rotation, context);
  const running = rotation.connectors.filter(({ state }) => state === "RUNNING" || state === "FAILED");
  const proved = running
    .filter(({ name, database, isOurs }) => isOurs && namesOf(database).connector === name)
    .map(({ database }) => database);
  await runStage("verify", context, (stage) =>
    verify({ deployment, databases: proved, publication }, stage, context),
  );
  const { old } = rotation;
  const login = old === undefined ? undefined : await tryLogin(endpoints.postgres, { role, password: old });
  await workerPassword?.writeNext(undefined);
  const oldPassword = login === "done" ? "accepted" : login === "other password" ? "refused" : null;
  return { rotation, connectors, proved, oldPassword };
}

async function rotateRole(options: RotationOptions, stage: Stage, context: Context): Promise<Rotation> {
  const { deployment, user, chosen } = options;
  const { workerPassword } = deployment;
  const rotation = await stage.step("what logs in as the role", async () => {
    const planned = await planRotation(options, context);
    return outcome("unchanged", `connectors: ${planned.connectors.length}`, planned);
  });
  const { role, kept } = rotation;
  if (role !== "unchanged" || (kept !== null && kept !== "unchanged")) {
    await workerPassword?.writeNext(chosen.password);
  }
  await stage.step(`role ${user}`, async () => {
    if (role === "updated") await changePassword(deployment, user, chosen.password);
    return outcome(role);
  });
  if (workerPassword !== undefined && kept !== null) {
    await stage.step("password for Kafka Connect", async () => {
      if (kept !== "unchanged") await workerPassword.write(chosen.password);
      return outcome(kept);
    });
  }
  return rotation;
}

function restartAll(
  { deployment }: RotationOptions,
  { connectors, wanted }: Rotation,
  context: Context,
): Promise<readonly Acted[]> {
  const byName = new Map(connectors.map((connector) => [connector.name, connector]));
  const client = createConnectClient(deployment.endpoints.connect, context);
  const shared = { client, look: shareLooks(client, connectors.length), countTasks: shareCounts(client) };
  return actOnEach(
    [...byName.keys()],
    { stage: "connectors", atOnce: AT_ONCE },
    context,
    async (name, update) => {
      const connector = byName.get(name);
      if (connector === undefined || connector.status === "unchanged") return outcome("unchanged");
      return rotateConnector(connector, wanted, shared, context, update);
    },
  );
}
