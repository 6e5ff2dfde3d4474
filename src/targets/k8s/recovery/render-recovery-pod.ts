import { SOURCE_ARCHIVE } from "../../container-recovery/draft-script.js";
import { MANAGED_BY, type Manifest, NAME_LABEL, POSTGRES } from "../manifest.js";

/** The value of the name label of pods that work on volumes: no service and no budget selects it. */
export const RECOVERY_NAME = `${POSTGRES}-recovery`;

/** The container that scripts are run in, and the one in which a server recovers. */
export const SHELL = "shell";
export const DRAFT_SERVER = "draft";

/** Where the server has its data volume, in every pod. */
export const DATA_ROOT = "/var/lib/postgresql/data";

/** Does nothing until it is told to end, and takes in what commands leave behind. */
const IDLE = ["bash", "-c", "trap 'exit 0' TERM INT; while :; do sleep 3600 & wait; done"];

export interface RecoveryPodOptions {
  readonly name: string;
  /** Claims by the name of the server's volume that they stand for: `data`, `wal-archive`. */
  readonly claims: Readonly<Record<string, string>>;
  /** A claim that is mounted to be read, at `SOURCE_ARCHIVE`. */
  readonly sourceArchive?: string;
  /** What the second container does, in which a server recovers. */
  readonly draft?: readonly string[];
  /** The server's pod is there: its volumes can be mounted on its node alone. */
  readonly besideServer: boolean;
  /** When the cluster ends it by itself, should this program not come to it. */
  readonly endsAfterSeconds: number;
}

interface Mount {
  readonly name: string;
}

export interface PodSpec {
  readonly containers: readonly (Readonly<Record<string, unknown>> & {
    readonly name: string;
    readonly image: string;
    readonly volumeMounts?: readonly Mount[];
  })[];
  readonly volumes?: readonly Mount[];
  readonly affinity?: Readonly<Record<string, unknown>>;
  readonly [part: string]: unknown;
}

export const podSpecOf = ({ spec }: Manifest): PodSpec =>
  (spec as { readonly template: { readonly spec: PodSpec } }).template.spec;

/** Volumes that only a first start needs, and those that only a server needs: they may be gone with it. */
const FOR_FIRST_START = ["init-scripts"];
const FOR_SERVER = ["config", "credentials"];

/** A pod like the server's, with the same image, user and limits, that does nothing by itself. */
export function renderRecoveryPod(statefulSet: Manifest, options: RecoveryPodOptions): Manifest {
  const { name, claims, sourceArchive, draft, besideServer, endsAfterSeconds } = options;
  const { containers, volumes = [], affinity = {}, ...rest } = podSpecOf(statefulSet);
  const server = containers.find((one) => one.name === "postgres");
  if (server === undefined) throw new Error("the StatefulSet has no container postgres");
  const { image, imagePullPolicy, env, resources, securityContext, volumeMounts = [] } = server;
  const leftOut = new Set([...FOR_FIRST_START, ...(draft === undefined ? FOR_SERVER : [])]);
  const kept = volumes.filter((volume) => !leftOut.has(volume.name));
  const known = new Set([...kept.map((volume) => volume.name), ...Object.keys(claims)]);
  const source = sourceArchive === undefined ? [] : [{ name: "source-archive", claimName: sourceArchive }];
  const container = (own: string, command: readonly string[]) => ({
    ...present({ image, imagePullPolicy, env, resources, securityContext }),
    name: own,
    command,
    volumeMounts: [
      ...volumeMounts.filter((mount) => known.has(mount.name)),
      ...source.map((one) => ({ name: one.name, mountPath: SOURCE_ARCHIVE, readOnly: true })),
    ],
  });
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      labels: {
        [NAME_LABEL]: RECOVERY_NAME,
        "app.kubernetes.io/component": "recovery",
        "app.kubernetes.io/part-of": "cdc-pipeline",
        [MANAGED_BY[0]]: MANAGED_BY[1],
      },
    },
    spec: {
      ...rest,
      // The first process of each container takes in what its commands leave, and ends all of them with itself.
      shareProcessNamespace: false,
      restartPolicy: "Never",
      activeDeadlineSeconds: endsAfterSeconds,
      terminationGracePeriodSeconds: 5,
      affinity: besideServer ? { ...affinity, podAffinity: BESIDE_SERVER } : affinity,
      containers: [container(SHELL, IDLE), ...(draft === undefined ? [] : [container(DRAFT_SERVER, draft)])],
      volumes: [
        ...kept,
        ...Object.entries(claims).map(([volume, claimName]) => ({
          name: volume,
          persistentVolumeClaim: { claimName },
        })),
        ...source.map((one) => ({ name: one.name, persistentVolumeClaim: { claimName: one.claimName } })),
      ],
    },
  };
}

const BESIDE_SERVER = {
  requiredDuringSchedulingIgnoredDuringExecution: [
    {
      topologyKey: "kubernetes.io/hostname",
      labelSelector: { matchLabels: { [NAME_LABEL]: POSTGRES, [MANAGED_BY[0]]: MANAGED_BY[1] } },
    },
  ],
};

const present = (parts: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
