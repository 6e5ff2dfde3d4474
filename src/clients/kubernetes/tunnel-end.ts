import * as z from "zod";

import { CdcError } from "../../errors.js";
import type { Cluster, TunnelTarget } from "./cluster.js";

/** The pod and the port that a connection goes to now. */
export interface TunnelEnd {
  readonly pod: string;
  readonly namespace: string;
  readonly port: number;
}

const portName = z.union([z.number(), z.string()]);

const service = z.object({
  spec: z.object({
    selector: z.record(z.string(), z.string()).optional(),
    ports: z
      .array(z.object({ name: z.string().optional(), port: z.number(), targetPort: portName.optional() }))
      .default([]),
  }),
});

const podShape = z.object({
  metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
  spec: z.object({
    containers: z.array(
      z.object({
        ports: z.array(z.object({ name: z.string().optional(), containerPort: z.number() })).default([]),
      }),
    ),
  }),
  status: z.object({
    phase: z.string().default("Unknown"),
    conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
  }),
});

type Pod = z.infer<typeof podShape>;

/**
 * Looks for the pod that a tunnel leads to; a text says why there is none at the moment.
 * @throws CdcError TUNNEL_FAILED where waiting would not help
 */
export async function findTunnelEnd(
  cluster: Pick<Cluster, "read" | "list">,
  target: TunnelTarget,
  namespace: string,
): Promise<TunnelEnd | string> {
  if (target.kind === "Pod") {
    const found = await cluster.read({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: target.name, namespace },
    });
    if (found === undefined) return `there is no pod ${target.name}`;
    const pod = podShape.parse(found);
    if (!isRunning(pod)) return `pod ${target.name} is ${stateOf(pod)}`;
    return { pod: target.name, namespace, port: portOf(pod, target.port) };
  }
  const found = await cluster.read({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: target.name, namespace },
  });
  if (found === undefined) throw failed(`there is no service ${target.name} in the namespace "${namespace}"`);
  const { selector = {}, ports } = service.parse(found).spec;
  const port = ports.find((candidate) => candidate.port === target.port || candidate.name === target.port);
  if (port === undefined) throw failed(`the service ${target.name} has no port ${target.port}`);
  const labels = Object.entries(selector).map(([name, value]) => `${name}=${value}`);
  if (labels.length === 0) throw failed(`the service ${target.name} selects no pods`);
  const items = await cluster.list(
    { apiVersion: "v1", kind: "Pod" },
    { namespace, labels: labels.join(",") },
  );
  const pods = items.map((item) => podShape.parse(item));
  const ready = pods.find((pod) => isRunning(pod) && isReady(pod));
  if (ready !== undefined) {
    return { pod: ready.metadata.name, namespace, port: portOf(ready, port.targetPort ?? port.port) };
  }
  const states = pods.map((pod) => `${pod.metadata.name} is ${stateOf(pod)}`);
  return `no pod behind the service ${target.name} is ready${states.length === 0 ? "" : `: ${states.join(", ")}`}`;
}

const isRunning = ({ metadata, status }: Pod): boolean =>
  status.phase === "Running" && metadata.deletionTimestamp === undefined;

const isReady = ({ status }: Pod): boolean =>
  status.conditions.some((condition) => condition.type === "Ready" && condition.status === "True");

function stateOf(pod: Pod): string {
  if (pod.metadata.deletionTimestamp !== undefined) return "ending";
  return pod.status.phase === "Running" ? "not ready" : pod.status.phase.toLowerCase();
}

function portOf({ spec, metadata }: Pod, port: number | string): number {
  if (typeof port === "number") return port;
  const named = spec.containers.flatMap(({ ports }) => ports).find(({ name }) => name === port);
  if (named === undefined) throw failed(`pod ${metadata.name} has no port named "${port}"`);
  return named.containerPort;
}

const failed = (message: string): CdcError =>
  new CdcError("TUNNEL_FAILED", message, { hint: "kubectl get services,pods --show-labels" });
