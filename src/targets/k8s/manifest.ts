/** A Kubernetes object, as far as the target looks into it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [part: string]: unknown;
}

/** The label by which the program knows its objects again, and its value. */
export const MANAGED_BY = ["app.kubernetes.io/managed-by", "cdc-pipeline"] as const;

export const NAME_LABEL = "app.kubernetes.io/name";

/** The objects' names, and the values of their name label. */
export const POSTGRES = "postgres-wal";
export const KAFKA = "cdc-kafka";
export const CONNECT = "cdc-connect";
export const CREDENTIALS = "postgres-wal-credentials";
export const EXTERNAL_SERVICE = "postgres-wal-external";

/** For people: `StatefulSet postgres-wal`. */
export const titleOf = ({ kind, metadata }: Pick<Manifest, "kind" | "metadata">): string =>
  `${kind} ${metadata.name}`;
