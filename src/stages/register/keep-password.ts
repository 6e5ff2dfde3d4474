import { outcome, type Stage } from "../../run-stage.js";
import { otherPassword, tryLogin } from "../role-password.js";
import type { RegisterOptions } from "./register-options.js";

/**
 * Puts the password where the worker looks it up, before any configuration refers to it.
 * @returns whether tasks that run may have started with another one
 * @throws CdcError ROLE_UNSUITABLE where the role has not the password that would replace the kept one
 */
export async function keepPassword(
  { deployment, debezium }: RegisterOptions,
  stage: Stage,
): Promise<boolean> {
  const { workerPassword: kept, endpoints } = deployment;
  if (kept === undefined) return false;
  const { user: role, password } = debezium;
  const before = await kept.read();
  // A run that was cut off has left it there, and not restarted the tasks.
  if (before === password) return (await kept.readNext()) === password;
  return stage.step("password for Kafka Connect", async () => {
    if (before === undefined) {
      await kept.write(password);
      return outcome("created", undefined, false);
    }
    if ((await tryLogin(endpoints.postgres, { role, password })) === "other password")
      throw otherPassword(role);
    await kept.writeNext(password);
    await kept.write(password);
    return outcome("updated", undefined, true);
  });
}
