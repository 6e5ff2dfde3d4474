import type { KubeObject } from "../../clients/kubernetes/kube-object.js";

/** A Kubernetes object of ours, as it should be or as it is. */
export type Manifest = KubeObject;

/** The label by which the program knows its objects again, and its value. */
export const MANAGED_BY = ["app.kubernetes.io/managed-by", "cdc-pipeline"] as const;

export const NAME_LABEL = "app.kubernetes.io/name";

/** The objects' names, and the values of their name label. */
export const POSTGRES = "postgres-wal";
export const KAFKA = "cdc-kafka";
export const CONNECT = "cdc-connect";
export const CREDENTIALS = "postgres-wal-credentials";
export const EXTERNAL_SERVICE = "postgres-wal-external";
