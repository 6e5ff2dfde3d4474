/** An object of the API, as JSON: times are text, as the server writes them. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [part: string]: unknown;
}

/** A kind of objects: `{ apiVersion: "apps/v1", kind: "StatefulSet" }`. */
export interface ObjectKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Names one object. Without a namespace it is the cluster's own namespace, see `Cluster`. */
export interface ObjectReference extends ObjectKind {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** For people: `StatefulSet postgres-wal`. */
export const titleOf = ({ kind, metadata }: ObjectReference): string => `${kind} ${metadata.name}`;
