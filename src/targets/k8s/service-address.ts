/** A service inside the cluster, or one pod behind it. */
export interface ServiceAddress {
  readonly kind: "Service" | "Pod";
  readonly name: string;
  readonly namespace: string;
}

/**
 * What a host name of the cluster's own DNS stands for: `connect.kafka.svc`, `broker-0.brokers.kafka.svc`, each
 * with or without the cluster's domain. Undefined for every other name, which is reached without a tunnel.
 */
export function parseServiceAddress(host: string): ServiceAddress | undefined {
  const [names] = /^(.+?)\.svc(?:\..+)?$/.exec(host)?.slice(1) ?? [];
  const parts = names?.split(".") ?? [];
  const [first, second, third, ...rest] = parts;
  if (first === undefined || second === undefined || rest.length > 0) return undefined;
  if (third === undefined) return { kind: "Service", name: first, namespace: second };
  return { kind: "Pod", name: first, namespace: third };
}
