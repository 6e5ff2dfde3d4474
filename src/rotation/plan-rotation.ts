import { createConnectClient } from "../clients/connect/create-connect-client.js";
import { isMask, isReference } from "../connectors/secret-values.js";
import type { Context } from "../context.js";
import type { Deployment } from "../targets/target.js";
import type { ChosenPassword } from "./choose-password.js";
import { type ConnectorRotation, PASSWORD_KEY, planConnectors, refuseOthers } from "./plan-connectors.js";
import { takesPassword } from "./role-login.js";

export interface RotationOptions {
  readonly deployment: Deployment;
  /** The role that Debezium logs in as. */
  readonly user: string;
  readonly chosen: ChosenPassword;
  /** Change connectors that somebody else made as well. */
  readonly adopt: boolean;
  /** Told of the password before, which is shown nowhere either. */
  readonly hide: (secret: string) => void;
}

/** What a rotation would do; secrets are in it. */
export interface Rotation {
  readonly role: "updated" | "unchanged";
  /** Where the worker looks the password up; null where nothing is kept for it. */
  readonly kept: "created" | "updated" | "unchanged" | null;
  readonly connectors: readonly ConnectorRotation[];
  /** What stands in a configuration from now on. */
  readonly wanted: string;
  /** The password that was in force, to be refused in the end; undefined where it is not known. */
  readonly old: string | undefined;
}

/** @throws CdcError CONNECTOR_NOT_OURS, ROLE_UNSUITABLE, USAGE */
export async function planRotation(
  { deployment, user, chosen: { password }, adopt, hide }: RotationOptions,
  context: Context,
): Promise<Rotation> {
  const { workerPassword, endpoints, postgresFromConnect } = deployment;
  const [isTaken, registered, kept, next] = await Promise.all([
    takesPassword(deployment, user, password),
    createConnectClient(endpoints.connect, context).connectors(),
    workerPassword?.read(),
    workerPassword?.readNext(),
  ]);
  const wanted = workerPassword?.reference ?? password;
  const isDone = isTaken && kept === password && next === undefined;
  const servers = { connectUrl: endpoints.connect.url, postgres: postgresFromConnect };
  // Where nothing is kept, nobody knows what tasks have looked up elsewhere.
  const isStale = workerPassword === undefined || !isDone;
  const connectors = planConnectors(registered, { user, wanted, isStale, servers });
  if (!adopt) refuseOthers(connectors, user);
  const inConfigs = registered
    .filter(({ name }) => connectors.some((connector) => connector.name === name))
    .flatMap(({ config }) => config[PASSWORD_KEY] ?? []);
  const old = [kept, ...inConfigs].find(
    (text) => text !== undefined && text !== password && !isReference(text) && !isMask(text),
  );
  if (old !== undefined) hide(old);
  return {
    role: isTaken ? "unchanged" : "updated",
    kept:
      workerPassword === undefined
        ? null
        : kept === undefined
          ? "created"
          : kept === password
            ? "unchanged"
            : "updated",
    connectors,
    wanted,
    old,
  };
}
