import type { Readable } from "node:stream";

import type { Deadline } from "../../wait/deadline.js";
import type { KubeObject, ObjectKind, ObjectReference } from "./kube-object.js";
import type { Access } from "./review-access.js";

export interface ClusterOptions {
  /** A kubeconfig file; without it KUBECONFIG, `~/.kube/config` or the pod's service account, as kubectl does. */
  readonly kubeconfig?: string | undefined;
  /** A context of the kubeconfig; without it the current one. */
  readonly context?: string | undefined;
  /** Without it the context's, else `default`. */
  readonly namespace?: string | undefined;
  /** Aborts requests, and commands and logs that run. */
  readonly signal: AbortSignal;
  /** Until when a request is repeated that the API server did not take; at most `RETRY_MS`. */
  readonly deadline: Deadline;
  /** Told why a request is repeated. */
  readonly onWait?: ((reason: string) => void) | undefined;
}

/**
 * A cluster and one namespace of it. Every method throws CdcErrors: CLUSTER_UNREACHABLE, CLUSTER_REFUSED (login),
 * CLUSTER_RIGHT_MISSING (with the RBAC rule), NAMESPACE_UNSUITABLE, QUOTA_EXCEEDED, OBJECT_CONFLICT, OBJECT_REFUSED.
 */
export interface Cluster {
  /** Of the kubeconfig. */
  readonly context: string;
  /** URL of the API server. */
  readonly server: string;
  readonly namespace: string;
  /** The API server's, `v1.33.13`. */
  version(): Promise<string>;
  /** Undefined where there is no such object, also where its namespace or its kind is missing. */
  read(reference: ObjectReference): Promise<KubeObject | undefined>;
  /** Those of one namespace; empty where the namespace or the kind is missing. */
  list(kind: ObjectKind, selection?: Selection): Promise<readonly KubeObject[]>;
  /** Makes an object. Undefined, and nothing is changed, where there is one of the name already. */
  create(object: KubeObject): Promise<KubeObject | undefined>;
  /** Server-side apply as field manager `cdc-pipeline`; answers the object as it is afterwards. */
  apply(object: KubeObject, options?: ApplyOptions): Promise<KubeObject>;
  /**
   * Changes some fields of an object and leaves all others alone, whoever owns them; null removes one. Undefined
   * where there is no such object.
   */
  merge(
    reference: ObjectReference,
    changes: Readonly<Record<string, unknown>>,
  ): Promise<KubeObject | undefined>;
  /** Asks for the deletion, and does not wait for its end. `absent` where there was nothing. */
  remove(reference: ObjectReference, options?: RemoveOptions): Promise<"deleted" | "absent">;
  /** Runs a command in a container of a pod, to its end. @throws CdcError POD_COMMAND_FAILED where it cannot be run */
  exec(pod: ContainerReference, command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** The log of a container, in pieces of any length. @throws CdcError OBJECT_REFUSED where there is none yet */
  log(pod: ContainerReference, options: PodLogOptions): AsyncGenerator<string>;
  /**
   * Listens on 127.0.0.1 and leads every connection to a port of a pod, or of a ready pod behind a service. A
   * connection that is made while the pod is replaced waits for the next one.
   */
  openTunnel(target: TunnelTarget, options?: TunnelOptions): Promise<Tunnel>;
  /** How often the API server went away, or a connection through a tunnel broke. */
  cuts(): number;
  /** Those of the given that the login lacks in the cluster's own namespace, as far as it may ask. */
  missingAccess(wanted: readonly Omit<Access, "namespace">[]): Promise<readonly Omit<Access, "namespace">[]>;
  /** Closes all tunnels and connections. */
  close(): Promise<void>;
}

export interface Selection {
  /** `true` for the cluster's own namespace, `false` for all. Without it the cluster's own. */
  readonly allNamespaces?: boolean;
  readonly namespace?: string;
  /** `app.kubernetes.io/name=postgres-wal` */
  readonly labels?: string;
  /** `involvedObject.name=postgres-wal-0` */
  readonly fields?: string;
}

export interface ApplyOptions {
  /** Has the server check and answer all, and write nothing. */
  readonly dryRun?: boolean;
  /** Takes fields over that another manager owns. */
  readonly force?: boolean;
}

export interface RemoveOptions {
  /** `Orphan` leaves what the object owns; `Foreground` keeps the object until that is gone. */
  readonly propagation?: "Background" | "Foreground" | "Orphan";
  readonly gracePeriodSeconds?: number;
  /** Only this very object is deleted: one that was made anew under the name is left alone. */
  readonly uid?: string;
}

export interface ContainerReference {
  readonly pod: string;
  readonly namespace?: string;
  /** Without it the pod's only, else its default one. */
  readonly container?: string;
}

export interface ExecOptions {
  /** What the command reads; its end is the end of the command's input. */
  readonly stdin?: Readable | string;
  /** Keeps the command's input open and empty: its end tells the command that this program is gone. */
  readonly holdsStdin?: boolean;
  /** Told each piece of the error output, as it comes. */
  readonly onStderr?: (piece: Buffer) => void;
  /** Aborts it instead of the cluster's own signal. */
  readonly signal?: AbortSignal;
  /** Takes each piece of the output instead of keeping it; the command waits while a promise is open. */
  readonly onStdout?: (piece: Buffer) => void | Promise<void>;
}

export interface ExecResult {
  readonly exitCode: number;
  /** Empty with `onStdout`. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface PodLogOptions {
  /** How many of the last lines; without it all. */
  readonly lines?: number;
  /** Goes on until the signal is aborted or the container ends. */
  readonly follow?: boolean;
  /** Of the container's run before this one. */
  readonly previous?: boolean;
}

export interface TunnelTarget {
  readonly kind: "Pod" | "Service";
  readonly name: string;
  readonly namespace?: string;
  /** The service's port, or the container's; a number or its name. */
  readonly port: number | string;
}

export interface TunnelOptions {
  /**
   * For clients that end their half and go on reading: they get what comes, until the far side ends or is silent for
   * 15 s. Others are let go of when they end, which for PostgreSQL's clients is a second sooner.
   */
  readonly halfClose?: boolean;
  /** Without it any free one. */
  readonly localPort?: number;
  /** Told in one line why a connection failed or waits. */
  readonly onProblem?: (problem: string) => void;
}

export interface Tunnel {
  readonly host: "127.0.0.1";
  readonly port: number;
  /** Ends the connections that go through it. */
  close(): Promise<void>;
}
