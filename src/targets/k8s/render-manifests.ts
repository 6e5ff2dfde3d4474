import type { Config } from "../../config/config.js";
import { CONFIG_HASH, configHash } from "./config-hash.js";
import { INIT_SCRIPT, renderInitScript } from "./init-script.js";
import { CREDENTIALS, EXTERNAL_SERVICE, type Manifest } from "./manifest.js";
import { renderBackupJob } from "./render-backup-job.js";

export type ManifestSettings = Pick<Config, "postgres" | "debezium" | "k8s">;

interface Container {
  readonly name: string;
  readonly image: string;
}

interface ClaimTemplate {
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

interface Workload {
  readonly template: {
    readonly metadata: {
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly spec: { readonly containers: readonly Container[] };
  };
  readonly volumeClaimTemplates?: readonly ClaimTemplate[];
}

/** The objects of the shipped files as the configuration wants them, without a namespace. */
export function renderManifests(
  manifests: readonly Manifest[],
  settings: ManifestSettings,
): readonly Manifest[] {
  const wanted = manifests.filter(
    ({ metadata }) => settings.k8s.loadBalancer || metadata.name !== EXTERNAL_SERVICE,
  );
  const config = wanted.find(({ metadata }) => metadata.name === "postgres-wal-config");
  const hash = configHash(config?.data);
  return wanted.map((manifest) => renderOne(manifest, settings, hash));
}

function renderOne(manifest: Manifest, settings: ManifestSettings, hash: string): Manifest {
  if (manifest.kind === "StatefulSet" || manifest.kind === "Deployment") {
    return { ...manifest, spec: renderWorkload(manifest.spec as Workload, settings, hash) };
  }
  if (manifest.kind === "CronJob") return renderBackupJob(manifest, settings);
  if (manifest.metadata.name === CREDENTIALS) return renderCredentials(manifest, settings);
  if (manifest.metadata.name === "postgres-init-scripts") {
    const { user: role, publication } = settings.debezium;
    return { ...manifest, data: { [INIT_SCRIPT]: renderInitScript({ role, publication }) } };
  }
  return manifest;
}

/** As `data`, which is what the cluster answers; `stringData` is write-only. */
function renderCredentials(
  { apiVersion, kind, metadata, type }: Manifest,
  { postgres, debezium }: ManifestSettings,
): Manifest {
  const values: Readonly<Record<string, string>> = {
    "admin-user": postgres.adminUser,
    "admin-password": postgres.adminPassword,
    "admin-database": postgres.adminDatabase,
    "debezium-user": debezium.user,
    "debezium-password": debezium.password,
  };
  const data = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );
  return { apiVersion, kind, metadata, type, data };
}

function renderWorkload(spec: Workload, { k8s }: ManifestSettings, hash: string): Workload {
  const images: Readonly<Record<string, string>> = {
    postgres: k8s.postgresImage,
    kafka: k8s.kafkaImage,
    connect: k8s.connectImage,
  };
  const { template, volumeClaimTemplates } = spec;
  const { annotations } = template.metadata;
  const isPostgres = annotations !== undefined && CONFIG_HASH in annotations;
  const sizes: Readonly<Record<string, string>> = isPostgres
    ? { data: k8s.dataSize, "wal-archive": k8s.archiveSize }
    : {};
  return {
    ...spec,
    template: {
      ...template,
      metadata: {
        ...template.metadata,
        ...(isPostgres ? { annotations: { ...annotations, [CONFIG_HASH]: hash } } : {}),
      },
      spec: {
        ...template.spec,
        containers: template.spec.containers.map((container) => ({
          ...container,
          image: images[container.name] ?? container.image,
        })),
      },
    },
    ...(volumeClaimTemplates === undefined
      ? {}
      : { volumeClaimTemplates: volumeClaimTemplates.map((claim) => renderClaim(claim, sizes, k8s)) }),
  };
}

function renderClaim(
  claim: ClaimTemplate,
  sizes: Readonly<Record<string, string>>,
  { storageClass }: ManifestSettings["k8s"],
): ClaimTemplate {
  const storage = sizes[claim.metadata.name];
  return {
    ...claim,
    spec: {
      ...claim.spec,
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
      ...(storage === undefined ? {} : { resources: { requests: { storage } } }),
    },
  };
}
