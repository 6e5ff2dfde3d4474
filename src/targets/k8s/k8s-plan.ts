import { titleOf } from "../../clients/kubernetes/kube-object.js";
import type { Context } from "../../context.js";
import type { PlannedServer } from "../target.js";
import type { K8sSession } from "./k8s-session.js";
import type { ObjectPlan } from "./plan-object.js";
import { planServers } from "./plan-servers.js";
import type { ServerObjects } from "./wanted-servers.js";

/** What `up` would apply: each server, and each further object that would be made or changed. */
export async function planK8sUp(session: K8sSession, context: Context): Promise<readonly PlannedServer[]> {
  const { servers, plans } = await planServers(session, context);
  return plans.flatMap((plan) => describe(plan, servers));
}

function describe(
  { manifest, status, changes }: ObjectPlan,
  servers: readonly ServerObjects[],
): PlannedServer[] {
  const server = servers.find(
    ({ workload }) => workload.kind === manifest.kind && workload.metadata.name === manifest.metadata.name,
  );
  const title = titleOf(manifest);
  const shown = changes.length === 0 ? {} : { changes };
  if (server === undefined) return status === "unchanged" ? [] : [{ title, status, ...shown }];
  const common = { server: server.server, title, detail: server.title, ...shown };
  return [{ ...common, status: status === "created" ? "started" : status }];
}
