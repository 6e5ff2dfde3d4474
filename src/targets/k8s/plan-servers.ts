import type { Context } from "../../context.js";
import type { KafkaChoice } from "./choose-kafka.js";
import { withSettledCredentials } from "./credentials.js";
import { chooseServers, type K8sSession } from "./k8s-session.js";
import { planApply } from "./plan-apply.js";
import type { ObjectPlan } from "./plan-object.js";
import { type ServerObjects, wantedServers } from "./wanted-servers.js";

export interface PlannedServers {
  readonly choice: KafkaChoice;
  readonly servers: readonly ServerObjects[];
  /** What an apply of all their objects would do; secrets are in it. */
  readonly plans: readonly ObjectPlan[];
}

/** The servers as they should be. Writes nothing. @throws CdcError as `planApply`, KAFKA_NOT_CHOSEN */
export async function planServers(session: K8sSession, context: Context): Promise<PlannedServers> {
  const { choice } = await chooseServers(session);
  const isOwn = choice.kind === "own";
  const settings = await withSettledCredentials(session, context, isOwn);
  const servers = wantedServers(settings, isOwn);
  const plans = await planApply(
    session.cluster,
    servers.flatMap(({ objects }) => objects),
  );
  return { choice, servers, plans };
}
