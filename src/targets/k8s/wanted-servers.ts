import { imageTag } from "../image-tag.js";
import { type ServerName, SERVERS } from "../target.js";
import { CONNECT, KAFKA, type Manifest, NAME_LABEL, POSTGRES } from "./manifest.js";
import { readManifests } from "./read-manifests.js";
import { type ManifestSettings, renderManifests } from "./render-manifests.js";

/** The objects of one server. */
export interface ServerObjects {
  readonly server: ServerName;
  /** For people: `PostgreSQL 15`. */
  readonly title: string;
  /** The StatefulSet or Deployment among them. */
  readonly workload: Manifest;
  readonly objects: readonly Manifest[];
}

/** The value of the name label of each server's objects. */
export const SERVER_LABELS: Readonly<Record<ServerName, string>> = {
  postgres: POSTGRES,
  kafka: KAFKA,
  connect: CONNECT,
};

const TITLES: Readonly<Record<ServerName, string>> = {
  postgres: "PostgreSQL",
  kafka: "Kafka",
  connect: "Kafka Connect",
};

/** All objects that the configuration asks for, from the shipped files. */
export function wantedManifests(settings: ManifestSettings, withKafka: boolean): readonly Manifest[] {
  const manifests = [
    ...readManifests("postgres"),
    ...(settings.k8s.networkPolicy ? readManifests("components/network-policy") : []),
    ...(settings.k8s.backupSchedule === undefined ? [] : readManifests("components/scheduled-backups")),
    ...(withKafka ? readManifests("kafka") : []),
  ];
  return renderManifests(manifests, settings);
}

/** The same, server by server. */
export function wantedServers(settings: ManifestSettings, withKafka: boolean): ServerObjects[] {
  const all = wantedManifests(settings, withKafka);
  return SERVERS.flatMap((server) => {
    const objects = all.filter(({ metadata }) => metadata.labels?.[NAME_LABEL] === SERVER_LABELS[server]);
    const workload = objects.find(isWorkload);
    if (workload === undefined) return [];
    return [{ server, title: `${TITLES[server]} ${versionOf(workload)}`.trim(), workload, objects }];
  });
}

export const isWorkload = ({ kind }: Manifest): boolean => kind === "StatefulSet" || kind === "Deployment";

/** The tag of a workload's image, empty where there is none. */
export function versionOf({ spec }: Manifest): string {
  const { template } = spec as {
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
  return imageTag(template.spec.containers[0]?.image ?? "");
}

/** The major version that an image is tagged with; undefined where the tag is a name. */
export function majorOf(image: string): number | undefined {
  const [digits] = /^\d+/.exec(imageTag(image)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
