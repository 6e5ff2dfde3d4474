import type { KubeObject } from "../../../clients/kubernetes/kube-object.js";
import { CdcError } from "../../../errors.js";
import {
  CONNECT,
  CREDENTIALS,
  EXTERNAL_SERVICE,
  KAFKA,
  MANAGED_BY,
  type Manifest,
  NAME_LABEL,
  POSTGRES,
} from "../manifest.js";
import { CONFIG, type RecoverySource } from "./recovery-source.js";
import { type PodSpec, podSpecOf, RECOVERY_NAME } from "./render-recovery-pod.js";

/** Says of a claim that its restore has not come to its end. */
export const DRAFT = "cdc-pipeline/restore-draft";
/** Says of an object from which server it was restored. */
const RESTORED_FROM = "cdc-pipeline/restored-from";

/** The name of a pod's revision is made of the set's name and has to be a label's value: 63 characters. */
const NAME = /^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$/;
/** Of the servers' own objects, also of those that are not there at the moment. */
const TAKEN = [POSTGRES, `${POSTGRES}-pods`, EXTERNAL_SERVICE, RECOVERY_NAME, KAFKA, CONNECT];

/** A restored server of its own: what is made before it recovers, and what runs it afterwards. */
export interface Instance {
  readonly name: string;
  readonly claims: readonly [data: Manifest, archive: Manifest];
  readonly objects: readonly Manifest[];
  readonly statefulSet: Manifest;
}

/** @throws CdcError USAGE */
export function checkInstanceName(name: string): void {
  if (NAME.test(name) && !TAKEN.includes(name)) return;
  const reason = NAME.test(name)
    ? `${name} is a name of the servers themselves`
    : `${name} cannot be the name of a StatefulSet and its services`;
  throw new CdcError("USAGE", reason, {
    hint: "--into takes lower-case letters, digits and -, beginning with a letter, at most 52 long: --into restored",
  });
}

/** The objects of an instance, like those of the server that it is restored from, under names of their own. */
export function renderInstance(source: RecoverySource, name: string): Instance {
  const labels = {
    [NAME_LABEL]: name,
    "app.kubernetes.io/part-of": "cdc-pipeline",
    [MANAGED_BY[0]]: MANAGED_BY[1],
  };
  const metadata = (own: string) => ({
    name: own,
    labels: { ...labels, "app.kubernetes.io/component": "database" },
    annotations: { [RESTORED_FROM]: POSTGRES },
  });
  const { volumeClaimTemplates: templates, ...spec } = source.statefulSet.spec as SetSpec;
  const claimTemplates = ["data", "wal-archive"].map((volume) => {
    const template = templates.find((one) => one.metadata.name === volume);
    if (template === undefined) throw new Error(`the StatefulSet has no claim ${volume}`);
    return { metadata: { name: volume, labels }, spec: template.spec };
  });
  const claims = claimTemplates.map((template) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: `${template.metadata.name}-${name}-0`, labels, annotations: { [DRAFT]: "true" } },
    spec: template.spec,
  }));
  const { apiVersion, kind, type, data } = source.credentials;
  const service = (own: string, more: object): Manifest => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(own),
    spec: {
      ...more,
      selector: { [NAME_LABEL]: name },
      ports: [{ name: "postgres", port: 5432, targetPort: "postgres" }],
    },
  });
  return {
    name,
    claims: [claims[0] as Manifest, claims[1] as Manifest],
    objects: [
      { apiVersion, kind, metadata: metadata(`${name}-credentials`), type, data },
      { apiVersion: "v1", kind: "ConfigMap", metadata: metadata(`${name}-config`), data: source.config.data },
      service(name, {}),
      service(`${name}-pods`, { clusterIP: "None", publishNotReadyAddresses: true }),
    ],
    statefulSet: {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: metadata(name),
      spec: {
        ...spec,
        replicas: 1,
        serviceName: `${name}-pods`,
        selector: { matchLabels: { [NAME_LABEL]: name } },
        template: renderTemplate(source.statefulSet, name, labels),
        volumeClaimTemplates: claimTemplates,
      },
    },
  };
}

interface SetSpec {
  readonly template: {
    readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  };
  readonly volumeClaimTemplates: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: Readonly<Record<string, unknown>>;
  }[];
  readonly [part: string]: unknown;
}

interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string };
}

/** Without the scripts of a first start, which it has behind it. */
function renderTemplate(statefulSet: Manifest, name: string, labels: Readonly<Record<string, string>>) {
  const { template } = statefulSet.spec as SetSpec;
  const { containers, volumes = [], ...rest }: PodSpec = podSpecOf(statefulSet);
  const kept = (volumes as readonly Volume[]).filter((volume) => volume.name !== "init-scripts");
  return {
    metadata: {
      labels: { ...labels, "app.kubernetes.io/component": "database" },
      ...(template.metadata.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
    },
    spec: {
      ...rest,
      containers: containers.map((container) => ({
        ...container,
        volumeMounts: container.volumeMounts?.filter((mount) => mount.name !== "init-scripts"),
      })),
      volumes: kept.map((volume) => renameVolume(volume, name)),
    },
  };
}

function renameVolume(volume: Volume, name: string): Volume {
  if (volume.configMap?.name === CONFIG) {
    return { ...volume, configMap: { ...volume.configMap, name: `${name}-config` } };
  }
  if (volume.secret?.secretName === CREDENTIALS) {
    return { ...volume, secret: { ...volume.secret, secretName: `${name}-credentials` } };
  }
  return volume;
}

/** All that an instance of that name would be made of, to see what of it is there. */
export const instanceReferences = ({ claims, objects, statefulSet }: Instance): readonly KubeObject[] => [
  statefulSet,
  ...objects,
  ...claims,
];
